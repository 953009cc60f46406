"""What R26 counts: promises to call back, by when they were made."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.reports.model import Fact
from ivr.reports.periods import QUARTER_S
from ivr.reports.promises import Promise
from ivr.store.tables import callback, interaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from ivr.reports.model import Question

_MINE = callback.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 500
"""Calls that are looked up at once."""


def promised(connection: Connection, question: Question, _tenant: int) -> list[Fact]:
    """Promises made in the period, as they stand now."""
    asked = select(_MINE.queue, _MINE.body)
    if question.queues:
        asked = asked.where(_MINE.queue.in_(question.queues))
    if question.within is not None:
        asked = asked.where(_MINE.queue.in_(question.within.queues))
    rows = [(row.queue, json.loads(row.body)) for row in connection.execute(asked)]
    reached = _reached(connection, [body["call"] for _queue, body in rows if body["call"]])
    return [fact for queue, body in rows for fact in _facts(queue, body, reached, question)]


def _facts(
    queue: str, body: Mapping[str, Any], reached: Mapping[str, int], question: Question
) -> Iterator[Fact]:
    made = datetime.fromisoformat(body["asked_at"])
    if not question.since <= made < question.until:
        return
    kept = body["promise"]
    values = {"queue": queue, "state": kept["state"], "reason": kept["reason"]}
    promise = Promise(kept["state"], kept["tries"], kept["until_ns"], reached.get(body["call"]))
    quarter = int(made.timestamp()) // QUARTER_S if question.unit else -1
    keys = tuple(values[name] for name in question.keys)
    yield Fact(keys, promise.counts(_ns(question.now)), quarter)


def _reached(connection: Connection, calls: list[str]) -> Mapping[str, int]:
    """When those who were rung up were there, by call."""
    call = interaction.c
    found: dict[str, int] = {}
    for place in range(0, len(calls), _AT_ONCE):
        asked = select(call.public_id, call.answered_at, call.started_at).where(
            call.public_id.in_(calls[place : place + _AT_ONCE])
        )
        for row in connection.execute(asked):
            found[row.public_id] = _ns(row.answered_at or row.started_at)
    return found


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
