"""What R12 counts: how long tickets stayed in each status, by when they left it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.reports.model import Fact
from ivr.reports.stays import Change, stays
from ivr.store.reports.counting import between
from ivr.store.reports.expressions import Quarter
from ivr.store.reports.ticketed import KEYS, MINE, wanted
from ivr.store.tables import ticket, ticket_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row

    from ivr.domain.calendar import Calendar
    from ivr.reports.model import Question

_LINE = ticket_change.c
_STATUS = "status"
_BESIDE = ("agent", "team", "category")


def left(
    connection: Connection, question: Question, tenant: int, calendar: Calendar | None
) -> list[Fact]:
    """Every stay that ended in the period, each a fact of its own; merged tickets included."""
    ended = select(_LINE.ticket_id).where(_LINE.field == _STATUS, *between(_LINE.at, question))
    asked = (
        select(
            _LINE.ticket_id, _LINE.at, _LINE.before, MINE.opened_at, Quarter(_LINE.at).label("at_q")
        )
        .add_columns(*(KEYS[name].label(name) for name in _BESIDE))
        .join(ticket, ticket.c.id == _LINE.ticket_id)
        .where(_LINE.field == _STATUS, _LINE.ticket_id.in_(ended), *wanted(question, tenant))
        .order_by(_LINE.ticket_id, _LINE.id)
    )
    return list(_facts(connection.execute(asked), question, calendar))


def _facts(rows: Any, question: Question, calendar: Calendar | None) -> Iterator[Fact]:  # noqa: ANN401
    found: list[Row[Any]] = list(rows)
    changes = [Change(row.ticket_id, row.at, str(row.before), row.opened_at) for row in found]
    for row, stay in zip(found, stays(changes), strict=True):
        if not question.since <= stay.until < question.until:
            continue
        keys = tuple(
            stay.status if name == _STATUS else getattr(row, name) for name in question.keys
        )
        yield Fact(keys, stay.counts(calendar), row.at_q if question.unit else -1)
