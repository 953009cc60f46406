"""Queues: their live figures, and who waits in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from ivr.domain.call import CallId
from ivr.domain.errors import NotValidError
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import ACCEPTED, Sight, shown
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Items, Limit, Route, Row

if TYPE_CHECKING:
    from ivr.web.api.parts import ApiParts


Figure = Literal["service_level", "answered", "abandoned", "overflowed"]


Span = Literal["day", "30m"]


class WaitOut(BaseModel):
    """A wait that a figure counts. caller: as you may see it, null = withheld. agent: who answered,
    "" = nobody. end: answered abandoned full timeout nobody key overflow callback system_lost, or
    waiting (then ended_at is null). in_time: whether it counts as served in time."""

    ticket: str
    call: str
    caller: str | None
    agent: str
    joined_at: datetime
    ended_at: datetime | None
    waited_s: int
    end: str
    in_time: bool


class WaitsOut(Items[WaitOut]):
    """The waits behind a figure. count: how many on all pages together; in_time: of these."""

    count: int
    in_time: int


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
            Route("GET", f"{one}/waits", self.waits, Right("waiting", "r")),
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

    async def waits(
        self,
        ask: Ask,
        name: Key,
        figure: Figure,
        span: Span = "day",
        cursor: str = "",
        limit: Limit = 50,
    ) -> WaitsOut:
        """The waits of today, or of the last half hour, that a figure of the queue counts, the last
        to end first; before them, in the service level of the half hour, who waits for too long."""
        queue = self._sight(ask, "waiting").queue(name)["queue"]
        found = await self.parts.floor.ended(queue, figure, span)
        begin = _place(cursor)
        page = shown([await self._whole(row) for row in found[begin : begin + limit]], ask.who)
        return WaitsOut(
            items=[WaitOut.model_validate(row) for row in page],
            next=str(begin + limit) if len(found) > begin + limit else None,
            count=len(found),
            in_time=sum(row["in_time"] for row in found),
        )

    async def _whole(self, wait: Row) -> Row:
        """With who called and who answered."""
        call = await self.parts.interactions.get(CallId(wait["call"]))
        offers = await self.parts.log.offers(wait["call"])
        agents = [
            str(offer["agent"])
            for offer in offers
            if offer.get("ticket") == wait["ticket"] and offer.get("state") == ACCEPTED
        ]
        return {**wait, "caller": call and call.ani, "agent": agents[-1] if agents else ""}

    def _sight(self, ask: Ask, resource: str) -> Sight:
        return Sight(self.parts.floor, ask.who, demand(ask.who, resource, "r"))


def _place(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 8):
        raise NotValidError("this cursor is not of this list")
    return int(cursor or 0)
