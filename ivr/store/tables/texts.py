"""Text messages that went out and came in, and the parts of long ones that are not whole yet."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, UniqueConstraint, text

from ivr.store.tables.columns import moment, public_id, row_id, tenant, whole, word, words
from ivr.store.tables.metadata import METADATA

MICRO = 1_000_000
"""A text costs less than a minor unit: prices are kept in millionths of the currency."""


def _yes_no(name: str) -> Column[bool]:
    """Added to a table that was there: without a check, so that it can be taken out again."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


text_message = Table(
    "text_message",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("direction"),
    word("to_norm", 32),
    word("from_norm", 32),
    words("body"),
    word("purpose"),
    word("origin_key", 200),
    word("state"),
    words("reason"),
    moment("at"),
    moment("changed_at"),
    word("trunk", 64, missing=True),
    word("provider_id", 128, missing=True),
    word("code", 32, missing=True),
    whole("parts", default=0),
    Column("price_micros", BigInteger, nullable=True),
    word("currency", 3, missing=True),
    whole("tries", default=0),
    whole("again", default=0),
    _yes_no("in_contact"),
    moment("expires_at", missing=True),
    moment("sent_at", missing=True),
    UniqueConstraint("tenant_id", "origin_key"),
)
Index("ix_text_message_to", text_message.c.to_norm, text_message.c.at)
Index("ix_text_message_from", text_message.c.from_norm, text_message.c.at)
Index(
    "uq_text_message_provider",
    text_message.c.trunk,
    text_message.c.direction,
    text_message.c.provider_id,
    unique=True,
    sqlite_where=text("provider_id IS NOT NULL"),
    postgresql_where=text("provider_id IS NOT NULL"),
)

text_part = Table(
    "text_part",
    METADATA,
    row_id(),
    tenant(),
    word("trunk", 64),
    word("provider_id", 128),
    word("from_norm", 32),
    word("to_norm", 32),
    whole("ref"),
    whole("total"),
    whole("number"),
    words("body"),
    moment("at"),
    _yes_no("whole"),
    UniqueConstraint("tenant_id", "trunk", "provider_id"),
)
Index("ix_text_part_of", text_part.c.trunk, text_part.c.from_norm, text_part.c.ref)
Index("ix_text_part_at", text_part.c.at)
