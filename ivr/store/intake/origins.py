"""Where a ticket came from, for who answers by mail; and what was sent without a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, or_, select, update

from ivr.runtime.ports.intake import Origin
from ivr.runtime.ports.ticket_rows import CUSTOMER, KEYED
from ivr.store.intake import rows
from ivr.store.tables import auto_reply, ticket_article
from ivr.store.tickets.refs import root_id
from ivr.store.tickets.rows import by_id
from ivr.store.tickets.shown.timeline import family

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.intake import ItemRow
    from ivr.store.tickets.operation import Operation

PREFIX = "intake:"
MOST_THREAD = 20
"""Message-IDs that an answer names, the oldest and the newest ones (RFC 5322, 3.6.4)."""


def origin(operation: Operation, ref: str) -> Origin | None:
    """The item that a ticket came from, with the conversation since."""
    found = root_id(operation.connection, ref, operation.tenant)
    if found is None:
        return None
    key = by_id(operation, found).origin_key
    if not key.startswith(PREFIX):
        return None
    item = rows.by_ref(operation.connection, key.removeprefix(PREFIX), operation.tenant)
    return None if item is None else _origin(operation.connection, found, item)


def _origin(connection: Connection, ticket_id: int, item: ItemRow) -> Origin:
    mine = ticket_article.c
    question = (
        select(mine.message_id, mine.author_kind)
        .where(mine.ticket_id.in_(family(connection, ticket_id)), mine.message_id.isnot(None))
        .order_by(mine.at, mine.id)
    )
    said = [each for each in connection.execute(question) if _is_of_mail(each.message_id)]
    thread = [each.message_id for each in said]
    his = [each.message_id for each in said if each.author_kind == CUSTOMER]
    kept = thread if len(thread) <= MOST_THREAD else [thread[0], *thread[1 - MOST_THREAD :]]
    return Origin(item, his[-1] if his else "", tuple(kept))


def _is_of_mail(message_id: str) -> bool:
    return "@" in message_id and not message_id.startswith(KEYED)


def sent(operation: Operation, article: str, message_id: str) -> None:
    """An article went out with this Message-ID; the first one stays. It takes the place of a key
    that kept the article single: what repeats the request is answered from elsewhere by then."""
    mine = ticket_article.c
    which = (mine.tenant_id == operation.tenant, mine.public_id == article)
    fresh = update(ticket_article).where(
        *which, or_(mine.message_id.is_(None), mine.message_id.startswith(KEYED, autoescape=True))
    )
    operation.connection.execute(fresh.values(message_id=message_id))


def answers(connection: Connection, sender_norm: str, since: datetime) -> int:
    """How many automatic answers somebody was sent."""
    mine = auto_reply.c
    question = select(func.count()).where(mine.sender_norm == sender_norm, mine.at > since)
    return int(connection.scalar(question) or 0)


def answered(connection: Connection, sender_norm: str, at: datetime) -> None:
    """One more."""
    connection.execute(insert(auto_reply).values(sender_norm=sender_norm, at=at))
