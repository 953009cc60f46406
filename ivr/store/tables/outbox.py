"""Durable commands on their way out, written in the transaction of the step that wanted them."""

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
