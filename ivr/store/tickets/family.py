"""Tickets that stand below others, and what hangs on the category: checklist and further ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from ivr.domain.errors import NotValidError
from ivr.store.tables import ticket, ticket_category, ticket_checklist_item
from ivr.store.tickets.fields import category_of
from ivr.tickets.checklists import Ticked, chosen
from ivr.tickets.states import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ivr.store.tickets.operation import Operation

DEEPEST = 3
"""Levels of tickets: a ticket, those below it, and those below these."""


def check_place(connection: Connection, ticket_id: int | None, parent_id: int | None) -> None:
    """Refuse a circle, and more than three levels. ticket_id: None for a new one. NotValidError."""
    above, levels = parent_id, 0
    while above is not None:
        levels += 1
        if above == ticket_id or levels >= DEEPEST:
            break
        above = connection.scalar(select(ticket.c.parent_id).where(ticket.c.id == above))
    if above is not None and above == ticket_id:
        raise NotValidError("a ticket cannot stand below itself")
    below = _levels_below(connection, ticket_id) if parent_id is not None else 0
    if levels + 1 + below > DEEPEST:
        raise NotValidError(f"tickets stand at most {DEEPEST} levels deep")


def blocking_children(connection: Connection, ticket_id: int) -> tuple[str, ...]:
    """The numbers of children that are under way and hold this ticket up."""
    child = ticket.c
    question = (
        select(child.number)
        .where(child.parent_id == ticket_id, child.blocking.is_(True))
        .where(child.state_type.in_(sorted(UNDER_WAY)))
        .order_by(child.number)
    )
    return tuple(connection.scalars(question))


def checklist_of(connection: Connection, ticket_id: int) -> tuple[Ticked, ...]:
    """The items of a ticket, in order."""
    item = ticket_checklist_item.c
    rows = connection.execute(
        select(item.seq, item.text, item.mandatory, item.done_at)
        .where(item.ticket_id == ticket_id)
        .order_by(item.seq)
    )
    return tuple(Ticked(each.seq, each.text, each.mandatory, bool(each.done_at)) for each in rows)


def take_category(operation: Operation, ticket_id: int, code: str) -> None:
    """Write the primary category, and bring the checklist to what it asks for."""
    connection, mine = operation.connection, ticket_category.c
    its = mine.ticket_id == ticket_id
    connection.execute(delete(ticket_category).where(its, mine.is_primary.is_(True)))
    connection.execute(delete(ticket_category).where(its, mine.path == code))
    if code:
        row = {"ticket_id": ticket_id, "path": code, "is_primary": True}
        connection.execute(insert(ticket_category).values(row))
    found = operation.catalogue.category(code) if code else None
    before = checklist_of(connection, ticket_id)
    _write_checklist(
        connection, ticket_id, before, chosen(found.checklist if found else (), before)
    )


def take_categories(operation: Operation, ticket_id: int, value: object) -> tuple[str, ...]:
    """Write the further categories in the place of those before; gives their codes.

    Raises NotValidError.
    """
    if not isinstance(value, list | tuple):
        raise NotValidError("categories must be a list of categories")
    found = [category_of(operation, str(name)) for name in value]
    codes = sorted({each.code for each in found if each is not None})
    connection, mine = operation.connection, ticket_category.c
    its = mine.ticket_id == ticket_id
    primary = connection.scalar(select(mine.path).where(its, mine.is_primary.is_(True)))
    connection.execute(delete(ticket_category).where(its, mine.is_primary.is_(False)))
    rows = [
        {"ticket_id": ticket_id, "path": code, "is_primary": False}
        for code in codes
        if code != primary
    ]
    if rows:
        connection.execute(insert(ticket_category), rows)
    return tuple(code for code in codes if code != primary)


def _write_checklist(
    connection: Connection, ticket_id: int, before: Sequence[Ticked], after: Sequence[Ticked]
) -> None:
    item = ticket_checklist_item.c
    its = item.ticket_id == ticket_id
    gone = [each.seq for each in before if each.seq not in {kept.seq for kept in after}]
    if gone:
        connection.execute(delete(ticket_checklist_item).where(its, item.seq.in_(gone)))
    known = {each.seq: each for each in before}
    for each in after:
        if each.seq not in known:
            connection.execute(insert(ticket_checklist_item).values(_item(ticket_id, each)))
        elif each.mandatory != known[each.seq].mandatory:
            same = update(ticket_checklist_item).where(its, item.seq == each.seq)
            connection.execute(same.values(mandatory=each.mandatory))


def _item(ticket_id: int, each: Ticked) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "seq": each.seq,
        "text": each.text,
        "mandatory": each.mandatory,
        "done_by": "",
    }


def _levels_below(connection: Connection, ticket_id: int | None) -> int:
    layer = [] if ticket_id is None else [ticket_id]
    levels = -1
    while layer and levels < DEEPEST:
        below = select(ticket.c.id).where(ticket.c.parent_id.in_(layer))
        layer, levels = list(connection.scalars(below)), levels + 1
    return max(levels, 0)
