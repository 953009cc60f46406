"""Events that are kept: that a contact began or ended. Who missed some is told them again.

They are read from the record of contacts itself, so none is lost that was recorded, and none is
told that was not. An event may come twice. Source: ecosystem.md 9.6, tickets.md section 15.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CallId
from ivr.runtime.streams.feed import FeedEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports import Clock, InteractionRow, Interactions

STARTED, ENDED = "interaction.started", "interaction.ended"
REPLAYED = timedelta(days=7)
MOST = 1000
"""Contacts that are told again at most; who missed more starts afresh."""


class KeptEvents:
    """Reads them again."""

    def __init__(self, interactions: Interactions, clock: Clock) -> None:
        self._interactions = interactions
        self._clock = clock

    async def of(self, kind: str, call: CallId) -> FeedEvent | None:
        """One event; None if it has not happened."""
        row = await self._interactions.get(call)
        return None if row is None or _moment(kind, row) is None else _event(kind, row)

    async def after(self, last_id: str) -> Sequence[FeedEvent] | None:
        """Those after an event, oldest first; None if it is unknown, too old or too far back."""
        kind, _, call = last_id.partition(":")
        row = await self._interactions.get(CallId(call))
        moment = None if row is None else _moment(kind, row)
        if moment is None or moment < self._clock.now() - REPLAYED:
            return None
        rows = await self._interactions.since(moment, MOST)
        if len(rows) >= MOST:
            return None
        mine = _place(moment, kind, CallId(call))
        by_call = {str(row.public_id): row for row in rows}
        found = sorted(place for row in rows for place in _places(row) if place > mine)
        return [_event(_KINDS[number], by_call[one]) for _at, number, one in found]


_KINDS = (STARTED, ENDED)
_Place = tuple[datetime, int, str]


def _moment(kind: str, row: InteractionRow) -> datetime | None:
    return {STARTED: row.started_at, ENDED: row.ended_at}.get(kind)


def _place(at: datetime, kind: str, call: CallId) -> _Place:
    return at, _KINDS.index(kind), str(call)


def _places(row: InteractionRow) -> list[_Place]:
    """What has happened to a contact, by time; a contact begins before it ends."""
    moments = [(kind, _moment(kind, row)) for kind in _KINDS]
    return [_place(at, kind, row.public_id) for kind, at in moments if at is not None]


def _event(kind: str, row: InteractionRow) -> FeedEvent:
    at = _moment(kind, row)
    began: Mapping[str, Any] = {
        "call": row.public_id,
        "at": at.isoformat() if at else None,
        "from": row.ani or "",
        "to": row.dnis,
        "channel": row.channel,
        "trunk": row.trunk,
        "flow": row.flow,
        "test": row.is_test,
    }
    over = {
        "started_at": row.started_at.isoformat(),
        "outcome": row.outcome,
        "result": row.result,
        "cause": row.cause,
        "ended_by": row.ended_by,
        "language": row.language,
    }
    data = began if kind == STARTED else {**began, **over}
    return FeedEvent(kind, data, f"{kind}:{row.public_id}")
