"""Telephones that register here: who may, and where those that did can be reached.

No password is kept, only its two hashes for one realm. A binding is text: JSON of PostgreSQL would
refuse some octets that a phone may write into its Contact.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY

sip_user = Table(
    "sip_user",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("realm", Text, nullable=False),
    Column("ha1_sha256", String(64), nullable=False),
    Column("ha1_md5", String(32), nullable=False),
    UniqueConstraint("name"),
)

sip_binding = Table(
    "sip_binding",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("trunk", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("binding", Text, nullable=False),
    UniqueConstraint("trunk", "seq"),
)
