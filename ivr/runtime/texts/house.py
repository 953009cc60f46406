"""Everything about text messages that other parts of the server ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.runtime.ports.texts import LANE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports.compliance import Consents
    from ivr.runtime.ports.texts import (
        Queued,
        TextDoor,
        TextLine,
        TextNew,
        TextRow,
        Texts,
        TextTaker,
    )


@dataclass(slots=True)
class Bells:
    """Wake the lanes of the outbox, by name, so that nobody waits for the next look."""

    by_lane: dict[str, Callable[[], None]] = field(default_factory=dict)

    def ring(self, lane: str) -> None:
        """Something may be due there."""
        bell = self.by_lane.get(lane)
        if bell is not None:
            bell()


@dataclass(frozen=True, slots=True)
class TextHouse:
    """The texts of a server on a database.

    door: for the pages of providers. consents: the one judge. lines: of the trunks that have texts.
    takers: whoever expects answers adds himself here before the server takes calls. watchers: told
    of each text that has left, that will not, or that was reported on.
    """

    texts: Texts
    door: TextDoor
    consents: Consents
    bells: Bells
    lines: dict[str, TextLine] = field(default_factory=dict)
    takers: list[TextTaker] = field(default_factory=list)
    watchers: list[Callable[[TextRow], None]] = field(default_factory=list)

    async def send(self, new: TextNew, tenant: int = 1) -> Queued:
        """Have a text sent, once for each origin_key, and at once if nothing stands against it."""
        queued = await self.texts.queue(new, tenant=tenant)
        for name in self.lines if queued.fresh else ():
            self.bells.ring(f"{LANE}{name}")
        return queued
