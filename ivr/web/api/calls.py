"""Calls: what was recorded of them, and why they were given to whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.web.api.fields import Key  # noqa: TC001 - read at run time
from ivr.web.api.parts import BASE
from ivr.web.api.sight import PastCalls, Sight
from ivr.web.permissions import Right, demand
from ivr.web.typed import Ask, Items, Limit, Route, Row

if TYPE_CHECKING:
    from ivr.runtime.ports import InteractionRow
    from ivr.web.api.parts import ApiParts

LOOKED_THROUGH = 200
"""How many of the newest calls are looked through for those that somebody may see."""


class SegmentOut(BaseModel):
    """A part of a call."""

    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str


class CallOut(BaseModel):
    """A call as it was recorded. caller: as whoever asks may see it, null = withheld; in a call of
    ours (direction outbound) whom we have called."""

    call: str
    trunk: str
    channel: str
    caller: str | None
    called: str
    flow: str
    language: str
    direction: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    result: str | None
    cause: str | None
    ended_by: str | None


class WrapupOut(BaseModel):
    """What an agent said of the call afterwards; code: "" = none, `uncoded` = he never did."""

    agent: str
    at: datetime
    code: str
    note: str


class CallWhole(CallOut):
    """The same with its parts, the steps it went through and what its agents said of it."""

    path: tuple[str, ...]
    segments: tuple[SegmentOut, ...]
    wrapups: tuple[WrapupOut, ...]


@dataclass(frozen=True, slots=True)
class CallRoutes:
    """The routes /calls that only read."""

    parts: ApiParts

    def routes(self) -> list[Route]:
        """The operations of this module."""
        one = f"{BASE}/calls/{{call}}"
        read = Right("interaction", "r")
        return [
            Route("GET", f"{BASE}/calls", self.calls, read),
            Route("GET", one, self.call, read),
            Route("GET", f"{one}/decisions", self.decisions, read),
            Route("GET", f"{one}/offers", self.call_offers, read),
        ]

    async def calls(self, ask: Ask, limit: Limit = 50) -> Items[CallOut]:
        """The newest calls that you may see, among the last 200 of all."""
        past = self._past(ask)
        rows = await self.parts.interactions.recent(LOOKED_THROUGH)
        seen: list[CallOut] = []
        for row in rows:
            if len(seen) == limit:
                break
            if await past.has(row):
                seen.append(CallOut.model_validate(_fields(row, past)))
        return Items(items=seen)

    async def call(self, ask: Ask, call: Key) -> CallWhole:
        """One call."""
        row, past = await self._there(ask, call)
        segments = [asdict(one) for one in row.segments]
        said = [asdict(one) for one in await self.parts.wrapups.of(call)]
        told = {"path": row.path, "segments": segments, "wrapups": said}
        whole = {**_fields(row, past), **told}
        return CallWhole.model_validate(whole)

    async def decisions(self, ask: Ask, call: Key) -> Items[Row]:
        """Why this call was given to whom: the decision records, in order."""
        await self._there(ask, call)
        return Items(items=await self.parts.log.decisions(call))

    async def call_offers(self, ask: Ask, call: Key) -> Items[Row]:
        """To whom this call was offered, and how that ended."""
        await self._there(ask, call)
        return Items(items=await self.parts.log.offers(call))

    def _past(self, ask: Ask) -> PastCalls:
        sight = Sight(self.parts.floor, ask.who, demand(ask.who, "interaction", "r"))
        return PastCalls(self.parts.log, sight, self.parts.clock.now())

    async def _there(self, ask: Ask, call: str) -> tuple[InteractionRow, PastCalls]:
        past = self._past(ask)
        row = await self.parts.interactions.get(CallId(call))
        if row is None or not await past.has(row):
            raise NotFoundError("there is no such call")
        return row, past


def _fields(row: InteractionRow, past: PastCalls) -> dict[str, object]:
    return {
        "call": row.public_id,
        "trunk": row.trunk,
        "channel": row.channel,
        "caller": past.caller(row),
        "called": row.dnis,
        "flow": row.flow,
        "language": row.language,
        "direction": row.direction,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
        "result": row.result,
        "cause": row.cause,
        "ended_by": row.ended_by,
    }
