"""What becomes of an item: a new ticket, a message on an old one, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.customers import Act as CustomerAct
from ivr.runtime.ports.customers import NewCustomer, NewPoint
from ivr.runtime.ports.intake import (
    APPENDED,
    CONVERTED,
    EMAIL,
    REJECTED,
    SMS,
    SPAM,
    WEB,
    Settled,
)
from ivr.runtime.ports.ticket_rows import CUSTOMER, MESSAGE, NewArticle, NewFile, NewTicket
from ivr.store.customers import point_rows, points, profiles
from ivr.store.customers.resolving import need
from ivr.store.customers.work import Work
from ivr.store.intake import rows
from ivr.store.intake.claiming import held, note
from ivr.store.tables import intake_item
from ivr.store.tickets import articles
from ivr.store.tickets.opening import open_ticket
from ivr.store.tickets.refs import root_id
from ivr.store.tickets.reopening import reopen as reopen_ticket
from ivr.store.tickets.rows import by_id as ticket_by_id

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import Conversion, ItemRow
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.store.customers.work import House
    from ivr.store.tickets.operation import Operation

NO_SUBJECT = "…"
_DONE = frozenset({CONVERTED, APPENDED})


def convert(operation: Operation, ref: str, how: Conversion, house: House) -> Settled:
    """Open a ticket with the message on it; a repeat by the same person gives it again."""
    before = _settled_before(operation, ref)
    if before is not None:
        return before
    row = held(operation, ref)
    item = rows.by_id(operation.connection, row["id"])
    whose, contact = _customer(operation, item, how, house)
    opening = open_ticket(operation, _ticket(item, how, whose, contact))
    _say(operation, item, opening.ticket.number)
    _settle(operation, row, CONVERTED, opening.ticket.number)
    note(operation, "intake.convert", ref, ticket=opening.ticket.number)
    return _result(operation, row["id"], opening.ticket.number)


def append(operation: Operation, ref: str, number: str, *, reopen: bool) -> Settled:
    """Put the message on a ticket; a repeat changes nothing."""
    before = _settled_before(operation, ref)
    if before is not None:
        return before
    row = held(operation, ref)
    item = rows.by_id(operation.connection, row["id"])
    ticket = _ticket_row(operation, number)
    _say(operation, item, ticket.number)
    if reopen:
        reopen_ticket(operation, ticket.number, "")
    _settle(operation, row, APPENDED, ticket.number)
    note(operation, "intake.append", ref, ticket=ticket.number)
    return _result(operation, row["id"], ticket.number)


def reject(operation: Operation, ref: str, *, spam: bool) -> ItemRow:
    """Nothing is done about it."""
    if not spam and not operation.act.reason:
        raise NotValidError("reason: what is rejected needs one")
    row = held(operation, ref)
    _settle(operation, row, SPAM if spam else REJECTED, "")
    note(operation, "intake.spam" if spam else "intake.reject", ref)
    return rows.by_id(operation.connection, row["id"])


def article_of(item: ItemRow) -> NewArticle:
    """The message of an item as it stands on a ticket. Its Message-ID, or what it is known by,
    keeps it from standing there twice."""
    files = tuple(
        NewFile(each.filename, each.mime, each.size_bytes, each.sha256, each.uri)
        for each in item.files
        if not each.purged
    )
    author = item.sender_norm or item.sender or item.sender_name or item.medium
    return NewArticle(
        kind=MESSAGE,
        author_kind=CUSTOMER,
        author=author[:254],
        body=item.body,
        at=item.received_at,
        content_type=item.content_type,
        message_id=item.message_id or item.dedupe_key,
        files=files,
    )


def _say(operation: Operation, item: ItemRow, number: str) -> None:
    articles.append(operation, number, article_of(item))


def _ticket(item: ItemRow, how: Conversion, whose: str, contact: str) -> NewTicket:
    form = item.form.get("values", {})
    return NewTicket(
        origin_key=f"intake:{item.id}",
        subject=(how.subject or item.subject or NO_SUBJECT)[:1000],
        source=item.medium,
        description=how.description,
        category=how.category or item.category,
        kind=how.kind,
        priority=how.priority,
        team=how.team or ("" if how.category or item.category else item.team),
        assignee=how.assignee,
        customer=whose,
        contact=contact,
        follows=how.follows,
        custom=form if how.custom is None else how.custom,
        tags=how.tags,
    )


def _customer(
    operation: Operation, item: ItemRow, how: Conversion, house: House
) -> tuple[str, str]:
    """Whose ticket it is (public id) and by what he is reached. What somebody wrote into a form
    about himself is believed by people only."""
    act = CustomerAct(operation.act.by, operation.act.at, operation.tenant)
    work = Work(operation.connection, act, house)
    whose = how.customer or (item.customer if item.medium != WEB else "")
    if how.new_customer and not how.customer:
        whose = profiles.add(work, NewCustomer(how.new_customer)).id
    if not whose:
        return "", ""
    whose = need(operation.connection, operation.tenant, whose).public_id
    return whose, _reached(work, item, whose)


def _reached(work: Work, item: ItemRow, whose: str) -> str:
    """The point that the message came from; a new one is kept as hardly sure."""
    if item.medium not in {EMAIL, WEB, SMS} or not item.sender_norm:
        return ""
    kind = "email" if "@" in item.sender_norm else "phone"
    owner = need(work.connection, work.tenant, whose)
    for point in point_rows.points_of(work.connection, owner.id):
        if point.kind == kind and point.norm == item.sender_norm and point.ended_at is None:
            return point.id
    origin = "web_form" if item.medium == WEB else "text"
    added = points.add_point(work, whose, NewPoint(kind, item.sender_norm, origin))
    return added.point.id


def _ticket_row(operation: Operation, number: str) -> TicketRow:
    found = root_id(operation.connection, number, operation.tenant)
    if found is None:
        raise NotValidError(f"ticket: there is no ticket {number}")
    return ticket_by_id(operation, found)


def _settle(operation: Operation, row: dict[str, Any], state: str, number: str) -> None:
    connection = operation.connection
    columns: dict[str, Any] = {
        "state": state,
        "reason": operation.act.reason,
        "done_at": operation.act.at,
        "claim_expires_at": None,
        "version": row["version"] + 1,
        "ticket_id": root_id(connection, number, operation.tenant) if number else None,
    }
    same = update(intake_item).where(intake_item.c.id == row["id"])
    connection.execute(same.values(columns))
    operation.touch_item(row["public_id"], row["team"], row["claimed_by"])


def _settled_before(operation: Operation, ref: str) -> Settled | None:
    """What the same person has made of it before: he may have pressed the button twice."""
    row = rows.locked(operation.connection, ref, operation.tenant)
    if row["state"] not in _DONE or row["claimed_by"] != operation.act.by:
        return None
    item = rows.by_id(operation.connection, row["id"])
    return _result(operation, row["id"], item.ticket)


def _result(operation: Operation, row_id: int, number: str) -> Settled:
    item = rows.by_id(operation.connection, row_id)
    return Settled(item, _ticket_row(operation, number))
