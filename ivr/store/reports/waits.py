"""What R1, R2 and R3 count: waits in queues, each by when it was offered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, literal_column, not_, or_

from ivr.reports.model import TIMES
from ivr.store.reports.counting import (
    Counting,
    allowed,
    between,
    counted,
    genuine,
    in_category,
    one_of,
)
from ivr.store.reports.expressions import Micros, ms_between, times, total
from ivr.store.reports.limits import then, versions
from ivr.store.tables import interaction, interaction_segment

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from ivr.reports.model import Fact, Question

_PART, _MINE = interaction_segment.c, interaction.c
_QUEUE: ColumnElement[str] = literal_column("'queue'")
"""Written out, for a partial index is not found by a value that is handed over."""
_OVERFLOWED = ("full", "timeout", "nobody", "key", "overflow")
_ANSWERED, _ABANDONED = _PART.result == "answered", _PART.result == "abandoned"
_CALLBACK = _PART.result == "callback"
_OF_F8 = ("abandoned", "short", "overflowed")
_KEYS = {"queue": _PART.queue, "category": _MINE.category}
_MICROS, _MS = (
    Micros(_PART.started_at, _PART.ended_at),
    ms_between(_PART.started_at, _PART.ended_at),
)


def outcomes(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """How the waits ended, and within which limits."""
    known = versions(connection, tenant)
    when = _PART.queue, _PART.started_at
    in_time = then(known, "level_ms", *when, scale=1000) >= _MICROS
    is_short = then(known, "short_ms", *when, scale=1000) >= _MICROS
    asked = {name: then(known, f"count_{name}", *when) == 1 for name in _OF_F8}
    gave_up = and_(_ABANDONED, asked["abandoned"], or_(asked["short"], not_(is_short)))
    overflowed = _PART.result.in_(_OVERFLOWED)
    counts = {
        "answered": times(_ANSWERED),
        "abandoned": times(_ABANDONED),
        "overflowed": times(overflowed),
        "f8_others": times(or_(gave_up, and_(overflowed, asked["overflowed"]))),
        "callback": times(_CALLBACK),
        "system_lost": times(_PART.result == "system_lost"),
        "answered_in_time": times(and_(_ANSWERED, in_time)),
        "abandoned_in_time": times(and_(_ABANDONED, in_time)),
        "callback_in_time": times(and_(_CALLBACK, in_time)),
        "short": times(and_(_ABANDONED, is_short)),
        "offered": func.count(),
        "goal": func.sum(then(known, "target", *when)),
    }
    return counted(connection, _waits(question, tenant, counts), question)


def lengths(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """How long they were: every length of an answered wait with how often it was found."""
    what = _waits(question, tenant, {})
    answered = replace(
        what,
        where=[*what.where, _ANSWERED],
        value=_MS,
        counts={
            TIMES: func.count(),
            "answered": func.count(),
            "delayed": times(_MICROS > 0),
            "wait_ms": func.sum(_MS),
        },
    )
    ended = _PART.result.in_((*_OVERFLOWED, "answered", "abandoned", "callback"))
    others = replace(
        what,
        where=[*what.where, ended],
        counts={"abandoned": times(_ABANDONED), "abandoned_ms": total(_MS, _ABANDONED)},
        largest={"wait": func.max(_MS)},
    )
    return [*counted(connection, answered, question), *counted(connection, others, question)]


def _waits(question: Question, tenant: int, counts: dict[str, ColumnElement[int]]) -> Counting:
    """A wait that something had cut in two ends with its last part, which alone has a result."""
    where = [
        _PART.kind == _QUEUE,
        _PART.result.isnot(None),
        *between(_PART.started_at, question),
        *genuine(tenant),
        _MINE.direction != "outbound",
        *one_of(_PART.queue, question.queues),
        *in_category(_MINE.category, question.categories),
    ]
    if question.within is not None:
        where.append(allowed((_PART.queue, question.within.queues)))
    source = interaction_segment.join(interaction, _MINE.id == _PART.interaction_id)
    return Counting(source=source, where=where, at=_PART.started_at, keys=_KEYS, counts=counts)
