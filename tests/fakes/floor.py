"""One queue and its agents on virtual time, with the host that really runs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.acd import words
from ivr.acd.settings import Member, Nobody, Queue, Rules
from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket
from ivr.runtime.groups.host import Host
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports.desk import GroupLog

RULES = Rules(
    queues={"cards": Queue("cards", teams={"desk": Member()}, nobody=Nobody(join=(), leave=()))}
)
"""Callers may wait although nobody has come to work yet."""


def card(name: str, number: int = 1) -> AgentCard:
    """An agent of the team, with a simulated telephone."""
    endpoints = {Reach.SIMULATOR: f"sim:{name}"}
    return AgentCard(AgentId(name), number, ("desk",), endpoints=endpoints)


@dataclass(slots=True)
class Hosted:
    """A host with two agents; `carried` is what it let out."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    log: GroupLog = field(default_factory=MemoryGroupLog)
    tasks: Tasks = field(default_factory=Tasks)
    rules: Rules = RULES
    carried: list[Any] = field(default_factory=list)
    host: Host = field(init=False)

    def __post_init__(self) -> None:
        self.host = Host("g", self.log, self.clock, self.tasks, self.carried.append)

    async def start(self) -> Hosted:
        """Take the mailbox into use."""
        await self.host.start(self.rules, (card("ayse"), card("can", 2)))
        await self.clock.advance(0)
        return self

    async def login(self, agent: str) -> None:
        """An agent comes to work."""
        await self.happens(words.AgentEvent, agent=AgentId(agent), what="login")

    async def queue(self, call: str, turn: int = 1) -> None:
        """A call wants an agent."""
        await self.happens(
            words.CallQueued,
            ticket=Ticket(f"{call}/1"),
            call=CallId(call),
            turn=turn,
            queue="cards",
            reach=Reach.SIMULATOR,
        )

    async def happens(self, kind: type[words.Event], **facts: Any) -> tuple[words.Command, ...]:  # noqa: ANN401
        """Anything else."""
        return await self.host.ask(lambda at: kind(at=at, **facts))

    def of(self, kind: type) -> list[Any]:
        """What was let out, of one kind."""
        return [one for one in self.carried if isinstance(one, kind)]

    def state(self, agent: str) -> Mapping[str, Any]:
        """What an agent does, as it was told last."""
        rows = [one.row for one in self.of(words.AgentChanged) if one.agent == agent]
        return rows[-1] if rows else {}

    async def close(self) -> None:
        """End all background work."""
        await self.tasks.close()
