"""What R4 counts: each agent's own part of the contacts that he talked in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from ivr.store.reports.counting import (
    Counting,
    allowed,
    between,
    counted,
    genuine,
    in_category,
    one_of,
)
from ivr.store.reports.expressions import ms_between
from ivr.store.tables import interaction, interaction_segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Subquery

    from ivr.reports.model import Fact, Question

_PART, _MINE = interaction_segment.c, interaction.c
_TALK, _HOLD, _WRAPUP = ("talk", "conference"), ("hold",), ("wrapup",)
LONGEST = timedelta(days=1)
"""Nobody is in a call for longer before he is offered to a queue."""


def handled(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Talk, hold and wrap-up of each agent by contact, by when the contact was offered."""
    parts = _by_contact(question, tenant)
    mine = parts.c
    sums = {name: func.sum(mine[name]) for name in ("talk_ms", "hold_ms", "wrapup_ms")}
    what = Counting(
        source=parts,
        where=[mine.talks > 0],
        at=mine.offered,
        keys={name: mine[name] for name in ("agent", "category", "queue")},
        counts={"contacts": func.count(), **sums},
    )
    return counted(connection, what, question)


def offered_in_time(question: Question, offered: ColumnElement[Any]) -> ColumnElement[bool]:
    """Offered in the time asked for. Looked up only where begin and talk of a call do not tell."""
    surely = and_(_MINE.started_at >= question.since, _PART.started_at < question.until)
    return or_(surely, and_(*between(offered, question)))


def _by_contact(question: Question, tenant: int) -> Subquery:
    """One row for each agent, queue and contact. A call without a queue is offered as it begins."""
    offered = func.coalesce(_offered(), _MINE.started_at)
    where = [
        _MINE.started_at >= question.since - LONGEST,
        _MINE.started_at < question.until,
        *genuine(tenant),
        _PART.agent.isnot(None),
        _PART.kind.in_((*_TALK, *_HOLD, *_WRAPUP)),
        *one_of(_PART.agent, question.agents),
        *one_of(_PART.queue, question.queues),
        *in_category(_MINE.category, question.categories),
        offered_in_time(question, offered),
    ]
    if question.within is not None:
        where.append(allowed((_PART.agent, question.within.agents)))
    whose = (_PART.agent, _PART.queue, _MINE.category)
    return (
        select(
            *whose,
            func.min(offered if question.unit else _MINE.started_at).label("offered"),
            func.sum(case((_PART.kind.in_(_TALK), 1), else_=0)).label("talks"),
            _spent(_TALK).label("talk_ms"),
            _spent(_HOLD).label("hold_ms"),
            _spent(_WRAPUP).label("wrapup_ms"),
        )
        .join(interaction, _MINE.id == _PART.interaction_id)
        .where(*where)
        .group_by(_PART.interaction_id, *whose)
        .subquery()
    )


def _offered() -> ColumnElement[Any]:
    """When the contact was offered to a queue the last time before this part began."""
    wait = interaction_segment.alias("wait")
    return (
        select(func.max(wait.c.started_at))
        .where(
            wait.c.interaction_id == _PART.interaction_id,
            wait.c.kind == "queue",
            wait.c.started_at <= _PART.started_at,
        )
        .correlate(interaction_segment)
        .scalar_subquery()
    )


def _spent(kinds: Sequence[str]) -> ColumnElement[int]:
    took = ms_between(_PART.started_at, _PART.ended_at)
    return func.sum(case((_PART.kind.in_(kinds), took), else_=0))
