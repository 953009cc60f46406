"""What agents' desks have been shown, in memory, gone with the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ivr.runtime.ports.desk import PopMessage

_STAGES = ("received", "rendered")


class MemoryPops:
    """The port `Pops` in dicts. acks: (pop, rev, stage) -> when it was reached first."""

    def __init__(self) -> None:
        self._messages: dict[str, dict[int, PopMessage]] = {}
        self._shown: set[tuple[str, int]] = set()
        self.acks: dict[tuple[str, int, str], datetime] = {}

    async def append(self, message: PopMessage) -> None:
        """Keep a message; a second one of the same (agent, seq) is a StoreError."""
        if message.at.tzinfo is None or message.expires_at.tzinfo is None:
            raise ValueError("naive datetime")
        mine = self._messages.setdefault(message.agent, {})
        if message.seq in mine:
            raise StoreError(f"message {message.seq} of {message.agent} is stored already")
        mine[message.seq] = message
        self._shown.add((message.pop, message.rev))

    async def after(self, agent: str, seq: int, limit: int = 200) -> Sequence[PopMessage]:
        """Those with a higher seq, oldest first."""
        mine = self._messages.get(agent, {})
        return [mine[one] for one in sorted(mine) if one > seq][:limit]

    async def last_seq(self, agent: str) -> int:
        """The highest stored seq, 0 if none."""
        return max(self._messages.get(agent, {}), default=0)

    async def ack(self, pop: str, rev: int, stage: str, at: datetime) -> None:
        """Keep the first time of a stage; what nobody was shown changes nothing."""
        if stage not in _STAGES:
            raise StoreError(f"a pop is received or rendered, not {stage}")
        if at.tzinfo is None:
            raise ValueError("naive datetime")
        if (pop, rev) in self._shown:
            self.acks.setdefault((pop, rev, stage), at)

    async def forget(self, before: datetime) -> None:
        """Remove older ones, but each agent's newest."""
        if before.tzinfo is None:
            raise ValueError("naive datetime")
        for agent, mine in self._messages.items():
            newest = max(mine)
            self._messages[agent] = {
                seq: one for seq, one in mine.items() if one.at >= before or seq == newest
            }
