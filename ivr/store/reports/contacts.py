"""What R6, R7, R8 and R9 count: contacts by when they began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, case, func, literal, or_, select, true

from ivr.store.reports.counting import (
    Counting,
    allowed,
    between,
    counted,
    genuine,
    in_category,
    one_of,
)
from ivr.store.reports.expressions import LastNode, Micros, times, total
from ivr.store.reports.tickets import closed
from ivr.store.tables import interaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from ivr.reports.model import Fact, Question

_MINE = interaction.c
WEEK = timedelta(days=7)
_INBOUND = _MINE.direction == "inbound"
_KEYS: Mapping[str, ColumnElement[Any]] = {
    "medium": _MINE.medium,
    "direction": _MINE.direction,
    "queue": _MINE.last_queue,
    "agent": _MINE.last_agent,
    "category": _MINE.category,
    "outcome": _MINE.outcome,
    "flow": _MINE.flow,
    "flow_version": _MINE.flow_version,
    "language": _MINE.locale,
}


def volume(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """How many contacts, and what became of them."""
    named = ("handled", "self_served", "abandoned", "system_lost", "open")
    counts: dict[str, ColumnElement[Any]] = {
        "contacts": func.count(),
        "inbound": times(_INBOUND),
        "outbound": times(_MINE.direction == "outbound"),
        **{name: times(_MINE.outcome == name) for name in named},
    }
    return counted(connection, _contacts(question, tenant, counts), question)


def contained(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Inbound calls that entered a flow and are over, and how they left it."""
    ends = ("self_served", "left_menu", "failed", "system_lost")
    timed = _MINE.ivr_ms.isnot(None)
    counts: dict[str, ColumnElement[Any]] = {
        "entered": func.count(),
        **{name: times(_MINE.outcome == name) for name in ends},
        "to_people": times(or_(_MINE.last_queue.isnot(None), _MINE.outcome == "transferred")),
        "ivr_ms": total(_MINE.ivr_ms, timed),
        "timed": times(timed),
    }
    entered = (_INBOUND, _MINE.flow != "", _MINE.ended_at.isnot(None))
    what = _contacts(question, tenant, counts, *entered)
    return counted(connection, what, question)


def solved(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Handled contacts that nobody repeated, what agents said, and tickets closed at once."""
    again = interaction.alias("again")
    later = select(again.c.repeat_of_id).where(
        again.c.repeat_of_id.isnot(None),
        again.c.is_test.is_(False),
        again.c.started_at >= question.since,
        again.c.started_at < question.until + WEEK,
    )
    known = and_(
        or_(_MINE.customer_id.isnot(None), _MINE.from_norm.isnot(None)),
        func.coalesce(_MINE.category, "") != "",
    )
    old = _MINE.started_at <= question.now - WEEK
    repeated = _MINE.id.in_(later)
    counts: dict[str, ColumnElement[Any]] = {
        "flagged": times(_MINE.resolved_first.isnot(None)),
        "flag_yes": times(_MINE.resolved_first.is_(true())),
        "decided": times(and_(known, or_(old, repeated))),
        "alone": times(and_(known, old, ~repeated)),
        "undecided": times(and_(known, ~old, ~repeated)),
    }
    handled = _MINE.outcome.in_(("handled", "self_served"))
    what = _contacts(question, tenant, counts, handled)
    return [*counted(connection, what, question), *closed(connection, question, tenant)]


def repeated(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Contacts that are the third or a further one of the same caller within 7 days."""
    number = func.coalesce(_MINE.from_norm, _MINE.from_raw)
    known = or_(_MINE.customer_id.isnot(None), number.isnot(None))
    caller = (func.coalesce(_MINE.customer_id, -1), case((_MINE.customer_id.is_(None), number)))
    second = func.lag(_MINE.started_at, 2).over(
        partition_by=caller, order_by=(_MINE.started_at, _MINE.id)
    )
    callers = (
        select(_MINE.started_at, _MINE.last_queue, _MINE.category)
        .add_columns(second.label("second"), case((known, 1), else_=0).label("known"))
        .where(
            *genuine(tenant),
            _INBOUND,
            _MINE.started_at >= question.since - WEEK,
            _MINE.started_at < question.until,
        )
        .subquery()
    )
    mine = callers.c
    week = literal(WEEK // timedelta(microseconds=1), BigInteger)
    is_repeat = and_(mine.known == 1, Micros(mine.second, mine.started_at) <= week)
    what = Counting(
        source=callers,
        where=[
            *between(mine.started_at, question),
            *one_of(mine.last_queue, question.queues),
            *in_category(mine.category, question.categories),
            *_queues_within(mine.last_queue, question),
        ],
        at=mine.started_at,
        keys={"category": mine.category, "queue": mine.last_queue},
        counts={
            "contacts": func.sum(mine.known),
            "repeats": times(is_repeat),
            "hidden": times(mine.known == 0),
        },
    )
    return counted(connection, what, question)


def _contacts(
    question: Question,
    tenant: int,
    counts: Mapping[str, ColumnElement[Any]],
    *more: ColumnElement[bool],
) -> Counting:
    where = [
        *between(_MINE.started_at, question),
        *genuine(tenant),
        *more,
        *one_of(_MINE.last_queue, question.queues),
        *one_of(_MINE.last_agent, question.agents),
        *in_category(_MINE.category, question.categories),
    ]
    if question.within is not None:
        within = question.within
        reach = (_MINE.last_agent, within.agents), (_MINE.last_queue, within.queues)
        where.append(allowed(*reach))
    keys = {**_KEYS, "last_node": LastNode(_MINE.path)}
    return Counting(source=interaction, where=where, at=_MINE.started_at, keys=keys, counts=counts)


def _queues_within(queue: ColumnElement[Any], question: Question) -> list[ColumnElement[bool]]:
    return [] if question.within is None else [allowed((queue, question.within.queues))]
