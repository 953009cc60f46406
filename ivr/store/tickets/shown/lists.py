"""Lists of tickets: by what is asked for, a page at a time.

A cursor says where the page before ended, so nothing is shown twice or left out while new tickets
come in.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC as UTC_ZONE
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, literal, or_, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import MOST_ROWS, TicketPage
from ivr.store.tables import interaction, product, ticket, ticket_interaction, ticket_tag
from ivr.store.tickets import refs, rows
from ivr.store.types import UTC
from ivr.tickets.search import words
from ivr.tickets.states import MERGED, UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from ivr.runtime.ports.tickets import Scope, Sort, TicketFilter, TicketRow
    from ivr.store.tickets.operation import Operation

_NEVER = datetime(9999, 1, 1, tzinfo=UTC_ZONE)
_DUE = func.coalesce(ticket.c.due_at, literal(_NEVER, UTC), type_=UTC)
_SORTS: Mapping[str, tuple[ColumnElement[Any], bool]] = {
    "opened": (ticket.c.opened_at, True),
    "activity": (ticket.c.last_activity_at, True),
    "due": (_DUE, False),
    "priority": (ticket.c.priority, True),
    "number": (ticket.c.number, False),
}
"""What each order goes by, and whether the highest comes first."""
_MOMENTS = frozenset({"opened", "activity", "due"})
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(_MOMENTS, datetime),
    "priority": int,
    "number": str,
}


def page(
    operation: Operation, which: TicketFilter, sort: Sort, cursor: str, limit: int
) -> TicketPage:
    """One page. Raises NotValidError for a cursor that is none of this order."""
    column, falls = _SORTS[sort]
    limit = max(1, min(limit, MOST_ROWS))
    question = rows.TICKETS.where(*_wanted(operation, which))
    if cursor:
        question = question.where(_after(column, falls, *_read_cursor(cursor, sort)))
    order = (column.desc(), ticket.c.public_id.desc()) if falls else (column, ticket.c.public_id)
    question = question.order_by(*order).limit(limit + 1)
    found = rows.read(operation, question)
    shown = found[:limit]
    more = len(found) > limit
    return TicketPage(tuple(shown), _cursor(sort, shown[-1]) if more else "")


def count(operation: Operation, which: TicketFilter) -> int:
    """How many there are."""
    question = select(func.count()).select_from(ticket).where(*_wanted(operation, which))
    return int(operation.connection.scalar(question) or 0)


def of_interaction(operation: Operation, contact: str) -> Sequence[TicketRow]:
    """The tickets of a contact, the newest first."""
    linked = (
        select(ticket_interaction.c.ticket_id)
        .join(interaction, interaction.c.id == ticket_interaction.c.interaction_id)
        .where(interaction.c.tenant_id == operation.tenant, interaction.c.public_id == contact)
    )
    question = rows.TICKETS.where(ticket.c.id.in_(linked)).order_by(ticket.c.id.desc())
    return rows.read(operation, question)


def _wanted(operation: Operation, which: TicketFilter) -> list[ColumnElement[bool]]:
    found = [ticket.c.tenant_id == operation.tenant, *_listed(operation, which), *_times(which)]
    if not which.merged:
        found.append(ticket.c.state_type != MERGED)
    if which.is_open is not None:
        under_way = ticket.c.state_type.in_(sorted(UNDER_WAY))
        found.append(under_way if which.is_open else ~under_way)
    if which.unassigned:
        found.append(ticket.c.assignee == "")
    if which.emergency is not None:
        found.append(ticket.c.emergency.is_(which.emergency))
    if which.customer:
        customer = refs.customer_id(operation.connection, which.customer, operation.tenant)
        found.append(ticket.c.customer_id == customer)
    found += _having(which.words)
    return found if which.scope is None else [*found, in_scope(which.scope)]


def _having(text: str) -> list[ColumnElement[bool]]:
    """Every word is there, or begins or ends one there; signs alone are nowhere."""
    found = words(text)
    if text.strip() and not found:
        return [false()]
    return [ticket.c.search_fold.contains(word, autoescape=True) for word in found]


def _listed(operation: Operation, which: TicketFilter) -> list[ColumnElement[bool]]:
    names = ("statuses", "states", "teams", "assignees", "kinds", "priorities", "sources")
    columns = ("status", "state_type", "team", "assignee", "kind", "priority", "source")
    found: list[ColumnElement[bool]] = [
        ticket.c[column].in_(getattr(which, name))
        for name, column in zip(names, columns, strict=True)
        if getattr(which, name)
    ]
    if which.categories:
        found.append(ticket.c.category.in_(_codes(operation, which.categories)))
    if which.product:
        its = select(product.c.id).where(
            product.c.tenant_id == operation.tenant, product.c.code == which.product
        )
        found.append(ticket.c.product_id.in_(its))
    for tag in which.tags:
        tagged = select(ticket_tag.c.ticket_id).where(ticket_tag.c.tag == tag)
        found.append(ticket.c.id.in_(tagged))
    return found


def _times(which: TicketFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.opened_since is not None:
        found.append(ticket.c.opened_at >= which.opened_since)
    if which.opened_before is not None:
        found.append(ticket.c.opened_at < which.opened_before)
    if which.due_before is not None:
        found.append(and_(ticket.c.due_at < which.due_before, ticket.c.closed_at.is_(None)))
    return found


def _codes(operation: Operation, categories: Sequence[str]) -> list[str]:
    """The codes of categories (path or code) and of all below them; unknown ones as written."""
    catalogue = operation.catalogue
    above = [operation.path(name) for name in categories]
    within = [
        each.code
        for each in catalogue.categories.values()
        if any(catalogue.is_within(each.path, path) for path in above)
    ]
    return sorted({*within, *categories})


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """That a ticket is one of his own, or lies with these teams."""
    his = or_(ticket.c.assignee == scope.person, ticket.c.opened_by == scope.person)
    return or_(his, ticket.c.team.in_(scope.teams)) if scope.teams else his


def _after(
    column: ColumnElement[Any], falls: bool, value: object, public_id: str
) -> ColumnElement[bool]:
    here, its = literal(value, column.type), ticket.c.public_id
    if falls:
        return or_(column < here, and_(column == here, its < public_id))
    return or_(column > here, and_(column == here, its > public_id))


def _cursor(sort: Sort, last: TicketRow) -> str:
    value = {
        "opened": last.opened_at,
        "activity": last.last_activity_at,
        "due": last.due_at or _NEVER,
        "priority": last.priority,
        "number": last.number,
    }[sort]
    shown = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([sort, shown, last.id]).encode()).decode()


def _read_cursor(cursor: str, sort: Sort) -> tuple[object, str]:
    try:
        its_sort, shown, public_id = json.loads(urlsafe_b64decode(cursor.encode()))
        value = datetime.fromisoformat(shown) if sort in _MOMENTS else shown
        right = its_sort == sort and isinstance(value, _KINDS[sort])
    except (ValueError, TypeError):
        right = False
    if not right:
        raise NotValidError("this cursor is not of this list")
    return value, str(public_id)
