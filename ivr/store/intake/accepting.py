"""Taking in what arrives: each thing once, with a guess at who it is from and what it is about.

Guesses are shown to people, and only what is sure is used without them: a customer whose address
is known, a ticket whose number or conversation was named.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.domain.errors import NotValidError, StoreError
from ivr.runtime.ports.intake import (
    APPENDED,
    CONVERTED,
    MEDIA,
    NEW,
    REJECTED,
    SPAM,
    Accepted,
)
from ivr.store.customers.matching import Sender, match
from ivr.store.intake import rows
from ivr.store.intake.settling import article_of
from ivr.store.tables import attachment, customer, intake_item, ticket
from ivr.store.tickets import articles
from ivr.store.tickets.refs import root_id
from ivr.tickets.identity.points import read_point
from ivr.tickets.identity.trust import Trust

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import NewItem
    from ivr.runtime.ports.ticket_rows import NewFile
    from ivr.store.tickets.operation import Operation

MOST_BODY = 1_000_000
_LOOK_BACK = timedelta(days=90)
_SAMPLE = 50
"""Items of a mailbox that say what it is about, as a rule."""
SOLVED = "solved"
"""Reason of a message on a ticket that counts as solved: thanks, or is it to be opened again?"""
_STATES = frozenset({NEW, APPENDED, REJECTED, SPAM})


def accept(operation: Operation, new: NewItem) -> Accepted:
    """Keep it, or give the one that came with the same key before."""
    _check(new)
    connection, tenant = operation.connection, operation.tenant
    found = rows.by_key(connection, new.dedupe_key, tenant)
    if found is not None:
        return Accepted(found, fresh=False)
    key = _insert_once(operation, new)
    if key is None:  # another one took it in at this very moment
        found = rows.by_key(connection, new.dedupe_key, tenant)
        if found is None:
            raise StoreError("the intake is too busy", retryable=True)
        return Accepted(found, fresh=False)
    if new.state == APPENDED:
        _say(operation, key)
    kept = rows.by_id(connection, key)
    operation.touch_item(kept.id, kept.team)
    return Accepted(kept, fresh=True)


def _say(operation: Operation, key: int) -> None:
    """Put the message on its ticket; on a solved one a person has to say what it means."""
    item = rows.by_id(operation.connection, key)
    if not item.suggested:
        raise NotValidError("ticket: what is appended needs one")
    said = articles.append(operation, item.suggested, article_of(item))
    if said.asks_agent:
        again = {"state": NEW, "done_at": None, "ticket_id": None, "reason": SOLVED}
        same = update(intake_item).where(intake_item.c.id == key)
        operation.connection.execute(same.values(again))


def _check(new: NewItem) -> None:
    if new.medium not in MEDIA or new.state not in _STATES:
        raise NotValidError(f"an item comes by one of {', '.join(MEDIA)}")
    if not 1 <= len(new.dedupe_key) <= 255:
        raise NotValidError("dedupe_key: 1 to 255 characters")
    if "\0" in new.body + new.subject or len(new.body) > MOST_BODY:
        raise NotValidError(f"body: at most {MOST_BODY} characters, none of them NUL")


def _insert_once(operation: Operation, new: NewItem) -> int | None:
    """The row of it; None if another transaction was faster. On SQLite the writer is alone."""
    if operation.connection.dialect.name != "postgresql":
        return _insert(operation, new)
    try:
        with operation.connection.begin_nested():
            return _insert(operation, new)
    except IntegrityError:
        return None


def _insert(operation: Operation, new: NewItem) -> int:
    row = {**_columns(operation, new), **_suggestions(operation, new)}
    made = insert(intake_item).values(row).returning(intake_item.c.id)
    key = int(operation.connection.execute(made).scalar_one())
    if new.files:
        files = [_file(operation, key, each) for each in new.files]
        operation.connection.execute(insert(attachment), files)
    return key


def _columns(operation: Operation, new: NewItem) -> dict[str, Any]:
    settled = new.state != NEW
    return {
        "tenant_id": operation.tenant,
        "public_id": operation.new_id(),
        "medium": new.medium,
        "received_at": new.received_at,
        "sender_raw": new.sender,
        "sender_norm": new.sender_norm or None,
        "sender_name": new.sender_name,
        "account": new.account,
        "subject": new.subject,
        "body": new.body,
        "content_type": new.content_type,
        "raw_uri": new.raw_uri,
        "message_id": new.message_id[:255],
        "refs": dict(new.refs),
        "form": dict(new.form),
        "dedupe_key": new.dedupe_key,
        "team": new.team,
        "state": new.state,
        "claimed_by": "",
        "assigned_by": "",
        "reason": new.reason,
        "done_at": operation.act.at if settled else None,
    }


def _suggestions(operation: Operation, new: NewItem) -> dict[str, Any]:
    about = root_id(operation.connection, new.ticket, operation.tenant) if new.ticket else None
    whose = _customer(operation, new)
    category = new.category or _category(operation, new)
    found = operation.catalogue.category(category) if category else None
    return {
        "suggested_customer_id": whose,
        "suggested_ticket_id": about,
        "ticket_id": about if new.state == APPENDED else None,
        "suggested_category": found.path if found and found.active else "",
    }


def _customer(operation: Operation, new: NewItem) -> int | None:
    """Whom the sender surely is; a mail's sender can be forged, so he is no more than a guess."""
    if not new.sender_norm or not new.sender_kind:
        return None
    country = operation.published.rules.country
    point = read_point(new.sender_kind, new.sender_norm, country)
    sender = Sender(point, Trust.PLAIN, operation.act.at, operation.tenant)
    found = match(operation.connection, sender).match
    if not found.known:
        return None
    mine = (customer.c.tenant_id == operation.tenant, customer.c.public_id == found.customer)
    return operation.connection.scalar(select(customer.c.id).where(*mine))


def _category(operation: Operation, new: NewItem) -> str:
    """What the sender wrote about the last time, else what most mail of this mailbox is about."""
    mine = intake_item.c
    settled = (
        select(ticket.c.category)
        .join(intake_item, mine.ticket_id == ticket.c.id)
        .where(mine.tenant_id == operation.tenant, mine.state == CONVERTED)
        .order_by(mine.id.desc())
    )
    if new.sender_norm:
        recent = mine.received_at > operation.act.at - _LOOK_BACK
        his = settled.where(mine.sender_norm == new.sender_norm, recent).limit(1)
        found = operation.connection.scalar(his)
        if found:
            return str(found)
    return _usual(operation, new) if new.account else ""


def _usual(operation: Operation, new: NewItem) -> str:
    mine = intake_item.c
    sample = (
        select(ticket.c.category)
        .join(intake_item, mine.ticket_id == ticket.c.id)
        .where(mine.tenant_id == operation.tenant, mine.state == CONVERTED)
        .where(mine.account == new.account)
        .order_by(mine.id.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    many = func.count().label("many")
    total = select(func.count()).select_from(sample).scalar_subquery()
    best = (
        select(sample.c.category, many, total.label("total"))
        .group_by(sample.c.category)
        .order_by(many.desc(), sample.c.category)
        .limit(1)
    )
    row = operation.connection.execute(best).one_or_none()
    return str(row.category) if row is not None and row.many * 2 > row.total else ""


def _file(operation: Operation, key: int, file: NewFile) -> dict[str, Any]:
    return {
        "public_id": operation.new_id(),
        "tenant_id": operation.tenant,
        "owner_kind": rows.OWNER,
        "owner_id": key,
        "filename": file.filename,
        "mime": file.mime[:128],
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
        "uri": file.uri,
        "at": operation.act.at,
    }
