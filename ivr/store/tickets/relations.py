"""What stands beside a ticket: those below it, links, tags and its checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.tickets import LINKS, CheckRow, LinkRow
from ivr.store.tables import ticket, ticket_checklist_item, ticket_link, ticket_tag
from ivr.store.tickets import refs, rows
from ivr.store.tickets.changing import remember, write
from ivr.store.tickets.opening import clean_tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from ivr.runtime.ports.tickets import TicketRow
    from ivr.store.tickets.operation import Operation


def children(operation: Operation, ref: str) -> Sequence[TicketRow]:
    """The tickets right below one, oldest first."""
    found = refs.must_root(operation.connection, ref, operation.tenant)
    question = rows.TICKETS.where(ticket.c.parent_id == found).order_by(ticket.c.id)
    return rows.read(operation, question)


def links(operation: Operation, ref: str) -> list[LinkRow]:
    """Links from and to a ticket, oldest first."""
    found = refs.must_root(operation.connection, ref, operation.tenant)
    mine = ticket_link.c
    question = (
        select(ticket_link, ticket.c.number, ticket.c.subject, ticket.c.status)
        .join(
            ticket,
            or_(
                (mine.ticket_id == found) & (ticket.c.id == mine.other_id),
                (mine.other_id == found) & (ticket.c.id == mine.ticket_id),
            ),
        )
        .order_by(mine.at, ticket.c.id)
    )
    return [
        LinkRow(
            kind=row.kind,
            other=row.number,
            subject=row.subject,
            status=row.status,
            at=row.at,
            by=row.by,
            mine=row.ticket_id == found,
        )
        for row in operation.connection.execute(question)
    ]


def link(operation: Operation, ref: str, kind: str, other: str) -> list[LinkRow]:
    """Link two tickets; twice changes nothing."""
    if kind not in LINKS:
        raise NotValidError(f"a link is one of {', '.join(LINKS)}")
    connection = operation.connection
    row = refs.locked(connection, ref, operation.tenant)
    other_id = refs.ticket_id(connection, other, operation.tenant)
    if other_id is None or other_id == row["id"]:
        raise NotValidError("a ticket is linked with another one")
    if connection.scalar(select(ticket_link.c.at).where(*_same(row["id"], kind, other_id))) is None:
        made = {"ticket_id": row["id"], "kind": kind, "other_id": other_id}
        connection.execute(
            insert(ticket_link).values(**made, at=operation.act.at, by=operation.act.by)
        )
        remember(operation, row["id"], "links", "", f"{kind} {_number(operation, other_id)}")
        write(operation, row, {})
    return links(operation, row["number"])


def unlink(operation: Operation, ref: str, kind: str, other: str) -> list[LinkRow]:
    """Take a link away, if it is there."""
    connection = operation.connection
    row = refs.locked(connection, ref, operation.tenant)
    other_id = refs.ticket_id(connection, other, operation.tenant) or 0
    gone = connection.execute(delete(ticket_link).where(*_same(row["id"], kind, other_id)))
    if gone.rowcount:
        remember(operation, row["id"], "links", f"{kind} {_number(operation, other_id)}", "")
        write(operation, row, {})
    return links(operation, row["number"])


def tag(operation: Operation, ref: str, add: Sequence[str], remove: Sequence[str]) -> int:
    """Put tags on a ticket and take some off; gives its row id."""
    connection = operation.connection
    row = refs.locked(connection, ref, operation.tenant)
    before = rows.tags_of(connection, [row["id"]])[row["id"]]
    after = sorted(({*before} - set(remove)) | {clean_tag(each) for each in add})
    if after != before:
        connection.execute(delete(ticket_tag).where(ticket_tag.c.ticket_id == row["id"]))
        made = [{"ticket_id": row["id"], "tag": each} for each in after]
        if made:
            connection.execute(insert(ticket_tag), made)
        remember(operation, row["id"], "tags", before, after)
        write(operation, row, {})
    return int(row["id"])


def checklist(operation: Operation, ref: str) -> list[CheckRow]:
    """The items of a ticket, in order."""
    found = refs.must_root(operation.connection, ref, operation.tenant)
    return _items(operation, found)


def check(operation: Operation, ref: str, seq: int, done: bool) -> list[CheckRow]:
    """Tick an item off, or take that back; what is so already changes nothing."""
    connection, item = operation.connection, ticket_checklist_item.c
    row = refs.locked(connection, ref, operation.tenant)
    its = (item.ticket_id == row["id"], item.seq == seq)
    found = connection.execute(select(item.done_at).where(*its)).one_or_none()
    if found is None:
        raise NotFoundError(f"ticket {row['number']} has no item {seq}")
    if (found.done_at is not None) != done:
        at, by = (operation.act.at, operation.act.by) if done else (None, "")
        connection.execute(update(ticket_checklist_item).where(*its).values(done_at=at, done_by=by))
        remember(operation, row["id"], "checklist", {str(seq): not done}, {str(seq): done})
        write(operation, row, {})
    return _items(operation, row["id"])


def _items(operation: Operation, ticket_id: int) -> list[CheckRow]:
    item = ticket_checklist_item.c
    question = select(ticket_checklist_item).where(item.ticket_id == ticket_id).order_by(item.seq)
    return [
        CheckRow(row.seq, row.text, row.mandatory, row.done_at, row.done_by)
        for row in operation.connection.execute(question)
    ]


def _same(ticket_id: int, kind: str, other_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = ticket_link.c
    return mine.ticket_id == ticket_id, mine.kind == kind, mine.other_id == other_id


def _number(operation: Operation, ticket_id: int) -> str:
    return str(operation.connection.scalar(select(ticket.c.number).where(ticket.c.id == ticket_id)))
