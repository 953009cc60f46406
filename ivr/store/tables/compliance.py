"""What people agreed to, what they asked us to forget, and what must be kept all the same."""

from __future__ import annotations

from sqlalchemy import Index, Table

from ivr.store.tables.columns import moment, of, plain, public_id, row_id, tenant, word, words
from ivr.store.tables.metadata import METADATA

consent_event = Table(
    "consent_event",
    METADATA,
    row_id(),
    tenant(),
    word("value_norm", 254),
    word("medium"),
    word("purpose"),
    word("status"),
    word("source", 64),
    words("evidence"),
    moment("at"),
    moment("registry_synced_at", missing=True),
)
Index(
    "ix_consent_event_value",
    consent_event.c.tenant_id,
    consent_event.c.value_norm,
    consent_event.c.medium,
    consent_event.c.purpose,
    consent_event.c.at,
)

contact_refused = Table(
    "contact_refused",
    METADATA,
    row_id(),
    tenant(),
    word("value_hash", 64),
    word("medium"),
    word("purpose"),
    word("reason"),
    moment("at"),
)
Index("ix_contact_refused_at", contact_refused.c.at)

erasure_request = Table(
    "erasure_request",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("customer_id", "customer"),
    word("state"),
    word("requested_by", 64),
    words("reason"),
    moment("requested_at"),
    moment("due_at"),
    word("approved_by", 64),
    moment("approved_at", missing=True),
    moment("done_at", missing=True),
    words("refused_because"),
    plain("report"),
)

legal_hold = Table(
    "legal_hold",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("customer_id", "customer", missing=True),
    words("reason"),
    word("by", 64),
    moment("at"),
    moment("ended_at", missing=True),
    word("ended_by", 64),
)
