"""What desks have been shown, what agents say of their calls, and what people did.

`audit_log` is a chain: `hash` covers `previous` and `body`, and no two rows follow the same one.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, UTC

pop = Table(
    "pop",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("agent", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("pop", String(128), nullable=False),
    Column("rev", Integer, nullable=False),
    Column("at", UTC, nullable=False),
    Column("expires_at", UTC, nullable=False),
    Column("received_at", UTC, nullable=True),
    Column("rendered_at", UTC, nullable=True),
    Column("body", Text, nullable=False),
    UniqueConstraint("agent", "seq"),
)
Index("ix_pop_pop_rev", pop.c.pop, pop.c.rev)
Index("ix_pop_at", pop.c.at)

wrapup = Table(
    "wrapup",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("call", String(64), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("at", UTC, nullable=False),
    Column("code", Text, nullable=False, server_default=text("''")),
    Column("note", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("call", "agent"),
)

audit_log = Table(
    "audit_log",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=False),
    Column("at", UTC, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("previous"),
)
Index("ix_audit_log_at", audit_log.c.at)
