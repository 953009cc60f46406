"""Contacts as people read them: one row each and its segments; the journal holds the notes.

Column names follow the interaction table of the ticket store; outcome is free text because the
configuration may add names, and `open` until the end.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

interaction = Table(
    "interaction",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("public_id", String(64), nullable=False),
    Column("trunk", String(64), nullable=False),
    Column("channel", String(24), nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("from_raw", Text, nullable=True),
    Column("to_norm", Text, nullable=False),
    Column("started_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=True),
    Column("flow", Text, nullable=False),
    Column("flow_version", String(64), nullable=False),
    Column("locale", String(24), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("result", String(24), nullable=True),
    Column("cause", String(64), nullable=True),
    Column("ended_by", String(24), nullable=True),
    Column("note", Text, nullable=False),
    Column("path", JSON_VALUE, nullable=False),
    Column("is_test", Boolean(create_constraint=True, name="bool_is_test"), nullable=False),
    UniqueConstraint("public_id"),
)
Index("ix_interaction_started_at", interaction.c.started_at)
Index("ix_interaction_ended_at", interaction.c.ended_at)
Index("ix_interaction_number", interaction.c.from_raw, interaction.c.started_at)
Index(
    "ix_interaction_open",
    interaction.c.started_at,
    sqlite_where=interaction.c.ended_at.is_(None),
    postgresql_where=interaction.c.ended_at.is_(None),
)

_OF_INTERACTION = "interaction.id"

interaction_segment = Table(
    "interaction_segment",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column(
        "interaction_id", BIG_KEY, ForeignKey(_OF_INTERACTION, ondelete="CASCADE"), nullable=False
    ),
    Column("seq", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("started_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("interaction_id", "seq"),
)
