"""The record of the routing groups, and where their calls, offers and agents stand.

Truth is `acd_event`; the others are projections, written in the same transaction. What the database
itself must keep apart has columns of its own; `body` is the whole row as the queue machine wrote
it, as text, so that it comes back as it was. Each group names its offers and ring groups itself, so
a key is unique within a group; calls, agents and telephones are the same for all. Seq of a group:
the last number stored, which is also the fence (store/desk/groups_sql.py).
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

_OF_GROUP = "acd_shard.id"
_LIVE_SQLITE = text("live = 1")
_LIVE_POSTGRES = text("live")
_ACCEPTED = text("state = 'accepted'")


def _live() -> Boolean:
    return Boolean(create_constraint=True, name="bool_live")


acd_shard = Table(
    "acd_shard",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("epoch", BigInteger, nullable=False, server_default=text("0")),
    Column("seq", BigInteger, nullable=False, server_default=text("0")),
    Column("lease_until", UTC, nullable=True),
    Column("config_hash", String(80), nullable=True),
)

acd_event = Table(
    "acd_event",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("shard", "seq"),
)

acd_decision = Table(
    "acd_decision",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("call", String(128), nullable=False),
    Column("body", Text, nullable=False),
)
Index("ix_acd_decision_call", acd_decision.c.call)

waiting = Table(
    "waiting",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("live", _live(), nullable=False),
    Column("call", String(128), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("joined_at", BigInteger, nullable=True),
    Column("ended_at", BigInteger, nullable=True),
    Column("end", String(24), nullable=True),
    UniqueConstraint("shard", "key"),
)
# When it ended, in ns UTC: lists and counts of the day ask for it.
Index("ix_waiting_ended", waiting.c.shard, waiting.c.ended_at)
Index(
    "ix_waiting_live",
    waiting.c.shard,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)

ring_group = Table(
    "ring_group",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("live", _live(), nullable=False),
    Column("call", String(128), nullable=False),
    Column("winner", String(128), nullable=True),
    Column("body", Text, nullable=False),
    UniqueConstraint("shard", "key"),
)
Index(
    "ix_ring_group_live",
    ring_group.c.shard,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)
Index(
    "uq_ring_group_live_call",
    ring_group.c.call,
    unique=True,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)

offer = Table(
    "offer",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("live", _live(), nullable=False),
    Column("ring_group", String(128), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("slot", String(64), nullable=False),
    Column("endpoint", Text, nullable=True),
    Column("call", String(128), nullable=False),
    Column("state", String(24), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("shard", "key"),
)
Index(
    "ix_offer_live",
    offer.c.shard,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)
Index("ix_offer_call", offer.c.call)
Index(
    "uq_offer_live_agent_slot",
    offer.c.agent,
    offer.c.slot,
    unique=True,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)
Index(
    "uq_offer_live_endpoint",
    offer.c.endpoint,
    unique=True,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)
Index(
    "uq_offer_accepted",
    offer.c.shard,
    offer.c.ring_group,
    unique=True,
    sqlite_where=_ACCEPTED,
    postgresql_where=_ACCEPTED,
)

agent_state = Table(
    "agent_state",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("state", String(24), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("shard", "key"),
)

agent_span = Table(
    "agent_span",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("agent", String(128), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("state", String(24), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    UniqueConstraint("agent", "since"),
)
"""What agents did: each state from `since` (ns) until his next row. queue: of the contact."""
Index("ix_agent_span_since", agent_span.c.since)

callback = Table(
    "callback",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("shard", String(64), ForeignKey(_OF_GROUP), nullable=False),
    Column("live", _live(), nullable=False),
    Column("token_hash", String(64), nullable=True),
    Column("code", String(24), nullable=True),
    Column("identity", String(128), nullable=True),
    Column("queue", String(64), nullable=False),
    Column("state", String(24), nullable=False),
    Column("due", BigInteger, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("shard", "key"),
    UniqueConstraint("token_hash"),
)
Index(
    "uq_callback_live_identity_queue",
    callback.c.identity,
    callback.c.queue,
    unique=True,
    sqlite_where=_LIVE_SQLITE,
    postgresql_where=_LIVE_POSTGRES,
)

queue_alarm = Table(
    "queue_alarm",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("condition", Text, nullable=False),
    Column("state", String(24), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("fired_at", BigInteger, nullable=True),
    Column("told_at", BigInteger, nullable=True),
    Column("acknowledged_by", Text, nullable=False),
    Column("acknowledged_at", BigInteger, nullable=True),
    Column("unsent", JSON_VALUE, nullable=False),
)
