"""Queues: their live figures, and who waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight, shown
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Items, Route, Row

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


@dataclass(frozen=True, slots=True)
class QueueRoutes:
    """The routes /queues."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/queues/{{name}}"
        return [
            Route("GET", f"{BASE}/queues", self.queues, Right("queue", "r")),
            Route("GET", one, self.queue, Right("queue", "r")),
            Route("GET", f"{one}/waiting", self.waiting, Right("waiting", "r")),
        ]

    async def queues(self, ask: Ask) -> Items[Row]:
        """The queues with their live figures."""
        return Items(items=self._sight(ask, "queue").queues())

    async def queue(self, ask: Ask, name: Key) -> Row:
        """One queue."""
        return self._sight(ask, "queue").queue(name)

    async def waiting(self, ask: Ask, name: Key) -> Items[Row]:
        """Who waits in a queue, the next one first."""
        row = self._sight(ask, "waiting").queue(name)
        return Items(items=shown(self.parts.floor.waiting(row["queue"]), ask.who))

    def _sight(self, ask: Ask, resource: str) -> Sight:
        return Sight(self.parts.floor, ask.who, demand(ask.who, resource, "r"))
