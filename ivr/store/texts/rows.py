"""A text message as a row, and the row as a text message."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.runtime.ports.texts import TextRow
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.tables import text_message
from ivr.store.tables.texts import MICRO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

OUT, IN = "out", "in"
QUEUED, ARRIVED = "text.queued", "text.received"
_MINE = text_message.c
_SAME = (
    *("direction", "body", "purpose", "origin_key", "state", "reason", "at", "changed_at"),
    *("parts", "tries", "again", "in_contact", "expires_at", "sent_at"),
)
_MAYBE = ("trunk", "provider_id", "code", "currency")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operations need. new_id: public ids. hidden: the pseudonym of a number."""

    new_id: Callable[[], str]
    hidden: Callable[[int, str], str]


def add(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Insert it, unless there is one with its origin_key."""
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = made(text_message).values(dict(row)).on_conflict_do_nothing()
    return bool(connection.execute(statement).rowcount)


def by_id(connection: Connection, text: str, *, lock: bool = False) -> TextRow | None:
    """One text. lock: nobody else changes it until this transaction ends."""
    question = select(text_message).where(_MINE.public_id == text)
    return one(connection, question.with_for_update() if lock else question)


def by_key(connection: Connection, key: str, tenant: int) -> TextRow | None:
    """One text by what it is for."""
    mine = (_MINE.tenant_id == tenant, _MINE.origin_key == key)
    return one(connection, select(text_message).where(*mine))


def one(connection: Connection, question: Any) -> TextRow | None:  # noqa: ANN401 - a Select
    """The one row of a question, if there is one."""
    found = connection.execute(question).mappings().one_or_none()
    return None if found is None else shown(found)


def shown(row: RowMapping) -> TextRow:
    """As everybody sees it."""
    micros = row["price_micros"]
    columns: dict[str, Any] = {name: row[name] for name in _SAME}
    columns |= {name: row[name] or "" for name in _MAYBE}
    return TextRow(
        id=row["public_id"],
        tenant=row["tenant_id"],
        from_=row["from_norm"],
        to=row["to_norm"],
        price=None if micros is None else Decimal(micros) / MICRO,
        **columns,
    )


def deliver(connection: Connection, desk: Desk, text: TextRow, lane: str, kind: str) -> None:
    """Have the outbox take it up: in order for each person and purpose, so that what waits for
    the morning holds up no answer, and no survey what is wanted now."""
    number = text.to if text.direction == OUT else text.from_
    what = "answer" if text.in_contact else text.purpose
    order = f"text:{desk.hidden(text.tenant, number)[:40]}:{text.direction}:{what}"
    telling = Telling([Receiver(lane)], text.tenant)
    data = {"text": text.id}
    tell(connection, kind, "text", text.id, data, text.changed_at, telling=telling, order=order)


def change(connection: Connection, text: TextRow, at: datetime, **columns: Any) -> TextRow:  # noqa: ANN401
    """Write columns, and give the row as it is then."""
    values = {**columns, "changed_at": max(at, text.changed_at)}
    same = text_message.update().where(_MINE.public_id == text.id)
    found = connection.execute(same.values(values).returning(text_message)).mappings().one()
    return shown(found)
