"""Promises to call back: what is promised, a promise made at a desk, one that is given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.domain.phone import mask_phone
from ivr.runtime.callbacks.promised import Booking
from ivr.runtime.groups.times import from_ns
from ivr.web.api.fields import Key, Language, Number  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import Sight, shown
from ivr.web.permissions import ALL, Right, demand
from ivr.web.typed import Ask, Body, Items, Limit, Reply, Route, Row

if TYPE_CHECKING:
    from ivr.runtime.ports.desk import CallbackRow
    from ivr.web.api.parts import ApiParts
    from ivr.web.floor import Promises

Minutes = Annotated[int, Field(ge=15, le=1440)]


class Wish(Body):
    """Whom to call back, by which queue, and when. at: from when on; without it, as soon as an
    agent is free. window: minutes after that in which it may be tried."""

    queue: Key
    number: Number
    at: AwareDatetime | None = None
    window: Minutes = 120
    language: Language = ""


@dataclass(frozen=True, slots=True)
class CallbackRoutes:
    """The routes /callbacks."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        many, one = f"{BASE}/callbacks", f"{BASE}/callbacks/{{name}}"
        of_queue = f"{BASE}/queues/{{name}}/callbacks"
        change = Right("callback", "x")
        return [
            Route("GET", many, self.callbacks, Right("callback", "r")),
            Route("GET", of_queue, self.to_be_kept, Right("callback", "r")),
            Route("POST", many, self.call_back, change, also=(404, 422)),
            Route("DELETE", one, self.drop, change, also=(404, 409)),
        ]

    async def callbacks(self, ask: Ask, limit: Limit = 50) -> Items[Row]:
        """The newest promises of your queues, also those that are over."""
        seen = self._queues(ask, "r")
        rows = [row for row in await self._promises().recent(limit) if _within(row, seen)]
        return Items(items=shown([row_of(row) for row in rows], ask.who))

    async def to_be_kept(self, ask: Ask, name: Key) -> Items[Row]:
        """The promises of a queue that are still to be kept, the next to be tried first."""
        scope = demand(ask.who, "callback", "r")
        queue = Sight(self.parts.floor, ask.who, scope).queue(name)["queue"]
        return Items(items=shown([row_of(row) for row in self._promises().open(queue)], ask.who))

    async def call_back(self, ask: Ask, body: Wish) -> Reply[Row]:
        """Promise to call somebody back; who is promised a call by this queue already, keeps it."""
        seen = self._queues(ask, "x")
        if seen is not None and body.queue not in seen:
            raise NotFoundError("there is no such queue")
        await self.parts.write_down(ask, "callback", mask_phone(body.number), queue=body.queue)
        keeper = self._promises()
        row, again = await keeper.book(_booking(body, ask.who.name, keeper.now_ns()))
        (out,) = shown([row_of(row)], ask.who)
        return Reply(out, status=200 if again else 201)

    async def drop(self, ask: Ask, name: Key) -> None:
        """Give a promise up; a call that is on its way is ended."""
        seen = self._queues(ask, "x")
        row = await self._promises().get(name)
        if row is None or not _within(row, seen):
            raise NotFoundError("there is no such promise")
        await self.parts.write_down(ask, "callback-cancel", name)
        await self._promises().cancel(name, f"by {ask.who.name}")

    def _promises(self) -> Promises:
        if self.parts.promises is None:
            raise NotValidError("nobody is called back here")
        return self.parts.promises

    def _queues(self, ask: Ask, action: str) -> set[str] | None:
        """The queues within the right's scope, None = all."""
        scope = demand(ask.who, "callback", action)
        if scope == ALL:
            return None
        return {row["queue"] for row in Sight(self.parts.floor, ask.who, scope).queues()}


def _within(row: CallbackRow, seen: set[str] | None) -> bool:
    return seen is None or row.promise.queue in seen


def _booking(wish: Wish, who: str, now: int) -> Booking:
    return Booking(
        number=wish.number,
        queue=wish.queue,
        trunk="",
        since=now,
        at=wish.at,
        window_s=wish.window * 60.0,
        language=wish.language,
        by=who,
    )


def row_of(row: CallbackRow) -> Row:
    """A promise as pages and programs see it."""
    kept = row.promise
    return {
        "id": kept.token,
        "queue": kept.queue,
        "caller": kept.number,
        "state": str(kept.state),
        "reason": kept.reason,
        "code": kept.code,
        "due": from_ns(kept.next_ns).isoformat(),
        "since": from_ns(kept.from_ns).isoformat(),
        "until": from_ns(kept.until_ns).isoformat(),
        "tries": kept.tries,
        "attempts": kept.attempts,
        "call": row.call or None,
        "by": row.by or None,
        "asked_at": row.asked_at,
    }
