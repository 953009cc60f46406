"""What other systems are told, and what they told us: each thing once, in the order it happened.

An event is written in the transaction of its change; a delivery is that event for one receiver.
It is pending, held (a person must look at it; what comes after it waits), done or dead; `done_at`
is empty while it holds up what comes after it. What came in is pending, held (a person must look
at it), unknown (about no ticket of ours), done or dead; `untold` names what our ticket cannot keep.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Table,
    UniqueConstraint,
)

from ivr.store.tables.columns import moment, of, row_id, tenant, whole, word, words
from ivr.store.tables.metadata import METADATA

outbox_event = Table(
    "outbox_event",
    METADATA,
    row_id(),
    tenant(),
    word("event_id", 26),
    word("type", 64),
    word("aggregate"),
    word("aggregate_id", 64),
    whole("seq"),
    words("payload"),
    moment("at"),
    UniqueConstraint("event_id"),
    UniqueConstraint("tenant_id", "aggregate", "aggregate_id", "seq"),
)
Index("ix_outbox_event_at", outbox_event.c.at)

outbox_delivery = Table(
    "outbox_delivery",
    METADATA,
    row_id(),
    of("event_id", "outbox_event", cascade=True),
    word("endpoint", 64),
    word("ordering_key", 96),
    word("state"),
    whole("attempts", default=0),
    moment("next_at"),
    moment("lease_until", missing=True),
    words("reason"),
    moment("done_at", missing=True),
    UniqueConstraint("event_id", "endpoint"),
    CheckConstraint("state IN ('pending', 'held', 'done', 'dead')", name="state"),
)
Index(
    "ix_outbox_delivery_open",
    outbox_delivery.c.endpoint,
    outbox_delivery.c.ordering_key,
    outbox_delivery.c.id,
    sqlite_where=outbox_delivery.c.done_at.is_(None),
    postgresql_where=outbox_delivery.c.done_at.is_(None),
)
Index(
    "ix_outbox_delivery_turn",
    outbox_delivery.c.endpoint,
    outbox_delivery.c.id,
    sqlite_where=outbox_delivery.c.done_at.is_(None),
    postgresql_where=outbox_delivery.c.done_at.is_(None),
)
Index("ix_outbox_delivery_state", outbox_delivery.c.state, outbox_delivery.c.next_at)

endpoint_state = Table(
    "endpoint_state",
    METADATA,
    row_id(),
    word("endpoint", 64),
    word("state"),
    words("reason"),
    moment("at"),
    UniqueConstraint("endpoint"),
)

external_ref = Table(
    "external_ref",
    METADATA,
    row_id(),
    tenant(),
    word("system", 64),
    word("entity"),
    Column("entity_id", BigInteger, nullable=False),
    word("external_id", 128),
    word("etag", 255),
    words("agreed", missing=True),
    moment("at"),
    UniqueConstraint("tenant_id", "system", "entity", "entity_id"),
    UniqueConstraint("tenant_id", "system", "entity", "external_id"),
)

inbox_message = Table(
    "inbox_message",
    METADATA,
    row_id(),
    word("source", 64),
    word("event_id", 128),
    word("far_id", 64),
    word("version", 64),
    word("what", 128),
    words("body"),
    word("state"),
    whole("attempts", default=0),
    moment("next_at"),
    moment("lease_until", missing=True),
    words("reason"),
    words("untold"),
    word("ticket", 26),
    moment("at"),
    moment("done_at", missing=True),
    UniqueConstraint("source", "event_id"),
    CheckConstraint("state IN ('pending', 'held', 'unknown', 'done', 'dead')", name="state"),
)
Index("ix_inbox_message_at", inbox_message.c.at)
Index(
    "ix_inbox_message_far",
    inbox_message.c.source,
    inbox_message.c.far_id,
    inbox_message.c.state,
)
Index("ix_inbox_message_state", inbox_message.c.state, inbox_message.c.next_at)

inbox_position = Table(
    "inbox_position",
    METADATA,
    row_id(),
    word("source", 64),
    word("position", 64),
    moment("at"),
    UniqueConstraint("source"),
)

kept_answer = Table(
    "kept_answer",
    METADATA,
    row_id(),
    word("who", 255),
    word("key", 128),
    word("about", 64),
    whole("status"),
    words("response"),
    moment("at"),
    UniqueConstraint("who", "key"),
)
"""What requests that may be repeated were answered; status 0: it is still being carried out."""
Index("ix_kept_answer_at", kept_answer.c.at)
