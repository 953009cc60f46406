"""The alarms of a running server: how they are, and the post that keeps and tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.runtime.queue_alarms.posting import AlarmPost
    from ivr.runtime.queue_alarms.watching import QueueAlarms
    from ivr.runtime.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of a server. board: how they are. post: keeps them and tells of them."""

    board: QueueAlarms
    post: AlarmPost

    async def start(self, tasks: Tasks) -> None:
        """Go on where the last run ended. Raises StoreError."""
        await self.post.load()
        tasks.start(self.board.run(), "queue alarms")
        tasks.start(self.post.run(), "queue alarm post")
