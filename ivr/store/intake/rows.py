"""Items of the intake as people read them, with the names of what they point to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.intake import MOST_ROWS, NEW, ItemPage, ItemRow
from ivr.runtime.ports.ticket_rows import FileRow
from ivr.store.tables import attachment, customer, intake_item, ticket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Select

    from ivr.runtime.ports.intake import ItemFilter

OWNER = "intake"
"""What files of items belong to (`attachment.owner_kind`)."""
_SUGGESTED = ticket.alias("suggested")
ITEMS: Select[Any] = (
    select(
        intake_item,
        customer.c.public_id.label("its_customer"),
        customer.c.full_name.label("its_name"),
        _SUGGESTED.c.number.label("its_suggestion"),
        ticket.c.number.label("its_ticket"),
    )
    .outerjoin(customer, customer.c.id == intake_item.c.suggested_customer_id)
    .outerjoin(_SUGGESTED, _SUGGESTED.c.id == intake_item.c.suggested_ticket_id)
    .outerjoin(ticket, ticket.c.id == intake_item.c.ticket_id)
)
"""Every item with the outward names of what it points to."""
_SAME = (
    *("medium", "received_at", "sender_name", "account", "team", "subject", "body"),
    *("content_type", "message_id", "dedupe_key", "refs", "form", "raw_uri", "state"),
    *("claimed_by", "claimed_at", "claim_expires_at", "assigned_by", "reason", "done_at"),
)
_ULID = 26


def read(connection: Connection, question: Select[Any]) -> list[ItemRow]:
    """The items of a question made from ITEMS, in its order, with their files."""
    rows = connection.execute(question).mappings().all()
    files = _files(connection, [row["id"] for row in rows])
    return [_item(row, files[row["id"]]) for row in rows]


def by_id(connection: Connection, row_id: int) -> ItemRow:
    """One item by its own row."""
    [found] = read(connection, ITEMS.where(intake_item.c.id == row_id))
    return found


def by_ref(connection: Connection, ref: str, tenant: int) -> ItemRow | None:
    """One item by its public id."""
    mine = (intake_item.c.tenant_id == tenant, intake_item.c.public_id == ref)
    return next(iter(read(connection, ITEMS.where(*mine))), None)


def by_key(connection: Connection, key: str, tenant: int) -> ItemRow | None:
    """One item by what makes it itself."""
    mine = (intake_item.c.tenant_id == tenant, intake_item.c.dedupe_key == key)
    return next(iter(read(connection, ITEMS.where(*mine))), None)


def locked(connection: Connection, ref: str, tenant: int) -> dict[str, Any]:
    """An item that nobody else may change until this transaction ends. Raises NotFoundError."""
    mine = (intake_item.c.tenant_id == tenant, intake_item.c.public_id == ref)
    question = select(intake_item).where(*mine).with_for_update()
    found = connection.execute(question).mappings().one_or_none()
    if found is None:
        raise NotFoundError("there is no such item")
    return dict(found)


def page(
    connection: Connection, which: ItemFilter, cursor: str, limit: int, tenant: int
) -> ItemPage:
    """One page, the oldest first: public ids rise with time, so they are order and cursor."""
    if cursor and len(cursor) != _ULID:
        raise NotValidError("cursor: this is no cursor")
    limit = max(1, min(limit, MOST_ROWS))
    mine = intake_item.c
    question = ITEMS.where(mine.tenant_id == tenant, *wanted(which)).order_by(mine.public_id)
    if cursor:
        question = question.where(mine.public_id > cursor)
    found = read(connection, question.limit(limit + 1))
    shown = tuple(found[:limit])
    return ItemPage(shown, shown[-1].id if len(found) > limit else "")


def backlog(connection: Connection) -> tuple[int, datetime | None]:
    """How many new items there are, and when the oldest one came in."""
    mine = intake_item.c
    question = select(func.count(), func.min(mine.received_at)).where(mine.state == NEW)
    many, oldest = connection.execute(question).one()
    return int(many), oldest


def wanted(which: ItemFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter."""
    mine = intake_item.c
    found: list[ColumnElement[bool]] = []
    if which.states:
        found.append(mine.state.in_(which.states))
    if which.media:
        found.append(mine.medium.in_(which.media))
    if which.teams is not None:
        found.append(mine.team.in_(("", *which.teams)))
    if which.holder:
        found.append(mine.claimed_by == which.holder)
    if which.account:
        found.append(mine.account == which.account)
    return found


def _files(connection: Connection, items: Sequence[int]) -> dict[int, list[FileRow]]:
    file = attachment.c
    question = (
        select(attachment)
        .where(file.owner_kind == OWNER, file.owner_id.in_(items))
        .order_by(file.id)
    )
    found: dict[int, list[FileRow]] = defaultdict(list)
    for row in connection.execute(question) if items else ():
        values = (row.filename, row.mime, row.size_bytes, row.sha256, row.uri)
        found[row.owner_id].append(FileRow(row.public_id, *values, row.purged_at is not None))
    return found


def _item(row: RowMapping, files: Sequence[FileRow]) -> ItemRow:
    return ItemRow(
        id=row["public_id"],
        sender=row["sender_raw"],
        sender_norm=row["sender_norm"] or "",
        customer=row["its_customer"] or "",
        customer_name=row["its_name"] or "",
        category=row["suggested_category"],
        suggested=row["its_suggestion"] or "",
        ticket=row["its_ticket"] or "",
        files=tuple(files),
        **{name: row[name] for name in _SAME},
    )
