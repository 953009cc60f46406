"""Published flow versions with their sources, so that a call ends on the flow it began with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY

flow_version = Table(
    "flow_version",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("flow_hash", String(64), nullable=False),
    Column("flow", Text, nullable=False),
    UniqueConstraint("flow_hash"),
)

flow_file = Table(
    "flow_file",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column(
        "flow_version_id",
        BIG_KEY,
        ForeignKey("flow_version.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("path", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("flow_version_id", "path"),
)
