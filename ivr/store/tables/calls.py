"""Calls as the engine needs them: who owns them, what happened, where they stand.

`owner` has one row: the epoch of the process that owns all live calls. Every write names the epoch
it was made under, and a smaller one is refused (fencing).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, UTC

owner = Table(
    "owner",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

call = Table(
    "call",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("public_id", String(64), nullable=False),
    Column("trunk", String(64), nullable=False),
    Column("channel", String(24), nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("flow_hash", String(64), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("sealed_key", LargeBinary, nullable=True),
    Column("opened_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=True),
    UniqueConstraint("public_id"),
    UniqueConstraint("trunk", "provider_ref"),
)
Index(
    "ix_call_live",
    call.c.id,
    sqlite_where=call.c.ended_at.is_(None),
    postgresql_where=call.c.ended_at.is_(None),
)

journal = Table(
    "journal",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("call_id", BIG_KEY, ForeignKey("call.id", ondelete="CASCADE"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("at", UTC, nullable=False),
    Column("event", Text, nullable=False),
    Column("notes", Text, nullable=True),
    UniqueConstraint("call_id", "seq"),
)

call_snapshot = Table(
    "call_snapshot",
    METADATA,
    Column("call_id", BIG_KEY, ForeignKey("call.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("snapshot", Text, nullable=False),
)

call_reply = Table(
    "call_reply",
    METADATA,
    Column("call_id", BIG_KEY, ForeignKey("call.id", ondelete="CASCADE"), primary_key=True),
    Column("leg", Integer, primary_key=True),
    Column("turn", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("content_type", String(128), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
