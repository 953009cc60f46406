"""Durable commands on their way out, written in the transaction of the step that wanted them.

And reports on their way out, with the questions that people keep.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ivr.store.tables.columns import flag, moment, public_id, row_id, tenant, whole, word, words
from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, UTC

outbox_message = Table(
    "outbox_message",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("event_id", String(128), nullable=False),
    Column("type", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(24), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UTC, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("event_id"),
    CheckConstraint("state IN ('pending', 'done')", name="state"),
)
Index(
    "ix_outbox_message_pending",
    outbox_message.c.next_at,
    sqlite_where=outbox_message.c.state == "pending",
    postgresql_where=outbox_message.c.state == "pending",
)

report_mail = Table(
    "report_mail",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("name", 64),
    moment("due_at"),
    word("recipient", 254),
    moment("since"),
    moment("until"),
    word("state"),
    whole("attempts"),
    moment("next_at"),
    words("reason"),
    UniqueConstraint("tenant_id", "name", "due_at", "recipient"),
)
"""One mail to one address. state: pending, sent, dead. next_at: of a pending one, when it is tried;
while somebody tries, when that is given up."""
Index("ix_report_mail_next_at", report_mail.c.next_at)

saved_report = Table(
    "saved_report",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("owner", 64),
    word("name", 80),
    words("query"),
    flag("shared"),
    moment("saved_at"),
    UniqueConstraint("tenant_id", "owner", "name"),
)
"""A question to a report that somebody keeps, as the address of the page has it."""
