"""Who may sign in, who is signed in, who answers calls, and the keys of programs.

Secrets are kept as digests or sealed text. The row of a removed agent stays without its name, so
that its number is never given to anybody else.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

person = Table(
    "person",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("display", Text, nullable=False),
    Column("roles", JSON_VALUE, nullable=False),
    Column("teams", JSON_VALUE, nullable=False),
    Column("language", String(24), nullable=False),
    Column("password", Text, nullable=True),
    Column("totp", Text, nullable=True),
    Column("totp_step", BigInteger, nullable=False),
    Column("recovery", JSON_VALUE, nullable=False, server_default=text("'[]'")),
    Column("disabled", Boolean(create_constraint=True, name="bool_disabled"), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
)

person_session = Table(
    "person_session",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("person", String(64), ForeignKey("person.name", ondelete="CASCADE"), nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", UTC, nullable=False),
    Column("seen_at", UTC, nullable=False),
    Column("ends_at", UTC, nullable=False),
    Column("fresh_at", UTC, nullable=False),
    UniqueConstraint("digest"),
)
Index("ix_person_session_person", person_session.c.person)
Index("ix_person_session_ends_at", person_session.c.ends_at)

one_use_link = Table(
    "one_use_link",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("purpose", String(24), nullable=False),
    Column("person", String(64), nullable=False),
    Column("ends_at", UTC, nullable=False),
    UniqueConstraint("digest"),
)

login_failure = Table(
    "login_failure",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("at", UTC, nullable=False),
    UniqueConstraint("key"),
)
Index("ix_login_failure_at", login_failure.c.at)

agent = Table(
    "agent",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("name", String(64), nullable=True),
    Column("number", Integer, nullable=False),
    Column("teams", JSON_VALUE, nullable=False),
    Column("skills", JSON_VALUE, nullable=False),
    Column("certificates", JSON_VALUE, nullable=False),
    Column("endpoints", JSON_VALUE, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
    UniqueConstraint("number"),
)

machine_key = Table(
    "machine_key",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(8), nullable=False),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("owner", Text, nullable=False),
    Column("rights", JSON_VALUE, nullable=False),
    Column("networks", JSON_VALUE, nullable=False),
    Column("created_at", UTC, nullable=False),
    Column("ends_at", UTC, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("name"),
    UniqueConstraint("digest"),
)

hand_switch = Table(
    "hand_switch",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", UTC, nullable=False),
    Column("until", UTC),
)

screen = Table(
    "screen",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(8), nullable=False),
    Column("name", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("queues", JSON_VALUE, nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTC, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("digest"),
)
