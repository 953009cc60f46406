"""What R7 (its third way), R13, R14 and R16 count: tickets closed in a period, and open ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal

from ivr.store.reports.counting import Counting, allowed, between, counted, one_of
from ivr.store.reports.expressions import ms_between, times, total
from ivr.store.reports.ticketed import KEYS, MINE, joined, wanted
from ivr.store.tables import intake_item, ticket
from ivr.store.types import UTC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from ivr.reports.model import Fact, Question

_CLOSED = and_(MINE.state_type == "closed", MINE.closed_at.isnot(None))
_OPEN = MINE.state_type.in_(("new", "open", "pending_customer", "pending_third"))
_DAYS = (1, 3, 7, 14, 30)
_INTAKE = intake_item.c


def closed(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Tickets closed in the period and closed still."""
    return counted(connection, _closed(question, tenant), question)


def complaints(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """The complaints among them."""
    what = _closed(question, tenant, MINE.kind == "complaint")
    return counted(connection, what, question)


def _closed(question: Question, tenant: int, *more: ColumnElement[bool]) -> Counting:
    again = MINE.reopen_count > 0
    once = and_(MINE.contact_count <= 1, MINE.reopen_count == 0)
    return Counting(
        source=joined(ticket, question),
        where=[*between(MINE.closed_at, question), _CLOSED, *more, *wanted(question, tenant)],
        at=MINE.closed_at,
        keys=KEYS,
        counts={
            "closed": func.count(),
            "reopened": times(again),
            "reopenings": total(MINE.reopen_count, again),
            "closed_at_once": times(once),
        },
    )


def backlog(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """What is open now; by intake: what is no ticket yet."""
    if question.keys == ("intake",):
        return _intake(connection, question, tenant)
    now = literal(question.now, UTC)
    late = and_(MINE.due_at.isnot(None), MINE.due_at < question.now)
    keys = {**KEYS, "age": _banded(MINE.opened_at, question), "due": _due(question)}
    what = Counting(
        source=joined(ticket, question),
        where=[_OPEN, *wanted(question, tenant)],
        at=MINE.opened_at,
        keys=keys,
        counts={
            "open": func.count(),
            "late": times(late),
            "unowned": times(MINE.assignee == ""),
        },
        largest={"age": func.max(ms_between(MINE.opened_at, now))},
    )
    return counted(connection, what, question)


def _intake(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    where = [_INTAKE.tenant_id == tenant, _INTAKE.state.in_(("new", "claimed"))]
    where += one_of(_INTAKE.team, question.teams)
    if question.within is not None:
        within = question.within
        where.append(allowed((_INTAKE.team, within.teams), (_INTAKE.claimed_by, within.agents)))
    what = Counting(
        source=intake_item,
        where=where,
        at=_INTAKE.received_at,
        keys={"intake": _INTAKE.medium},
        counts={"open": func.count(), "unowned": times(_INTAKE.state == "new")},
        largest={"age": func.max(ms_between(_INTAKE.received_at, literal(question.now, UTC)))},
    )
    return counted(connection, what, question)


def _banded(at: ColumnElement[Any], question: Question) -> ColumnElement[str]:
    """How old, in days, as `under 1`, `1-3` ... `over 30`; the names sort as they follow."""
    whens = [
        (at > question.now - timedelta(days=most), literal(name))
        for most, name in zip(_DAYS, _names(_DAYS), strict=True)
    ]
    return case(*whens, else_=literal(f"{len(_DAYS) + 1}: > {_DAYS[-1]} d"))


def _names(days: Sequence[int]) -> list[str]:
    edges = [0, *days]
    return [f"{n}: {edges[n - 1]}-{edges[n]} d" for n in range(1, len(edges))]


def _due(question: Question) -> ColumnElement[str]:
    """How far off the next due time is."""
    steps: Mapping[str, timedelta] = {
        "1: late": timedelta(),
        "2: < 1 d": timedelta(days=1),
        "3: 1-3 d": timedelta(days=3),
    }
    whens = [(MINE.due_at < question.now + ahead, literal(name)) for name, ahead in steps.items()]
    none = (MINE.due_at.is_(None), literal("5: -"))
    return case(none, *whens, else_=literal("4: > 3 d"))
