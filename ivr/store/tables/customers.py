"""Who calls: customers, the numbers and addresses they are reached at, and merges of two of them.

A customer who was merged into another stays, so that the number given to people keeps resolving;
an erased one stays without anything that says who it was.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from ivr.store.tables.columns import (
    flag,
    moment,
    of,
    plain,
    public_id,
    row_id,
    tenant,
    version,
    whole,
    word,
    words,
)
from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY

customer = Table(
    "customer",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("customer_no", 32),
    word("kind"),
    of("company_id", "customer", missing=True),
    words("full_name"),
    words("name_fold"),
    words("search_fold", missing=True),
    word("segment", 64),
    whole("vip_rank", default=0),
    word("locale"),
    word("pref_medium"),
    word("pref_window", 64),
    plain("attrs"),
    of("merged_into", "customer", missing=True),
    moment("anonymized_at", missing=True),
    moment("created_at"),
    moment("updated_at"),
    version(),
    UniqueConstraint("tenant_id", "customer_no"),
    CheckConstraint("kind IN ('person', 'company')", name="kind"),
)
# A name is looked for by its begin, which PostgreSQL finds only by an index of that kind.
Index(
    "ix_customer_name_fold",
    customer.c.tenant_id,
    customer.c.name_fold,
    postgresql_ops={"name_fold": "text_pattern_ops"},
)
Index("ix_customer_company_id", customer.c.company_id)
Index("ix_customer_merged_into", customer.c.merged_into)

contact_point = Table(
    "contact_point",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("customer_id", "customer"),
    word("kind"),
    words("value_raw"),
    word("value_norm", 254, missing=True),
    word("tail9", 9, missing=True),
    word("label", 64),
    flag("is_primary"),
    flag("shared"),
    moment("verified_at", missing=True),
    word("verified_how"),
    whole("confidence"),
    moment("confirmed_at"),
    moment("ended_at", missing=True),
    UniqueConstraint("customer_id", "kind", "value_norm"),
    CheckConstraint("kind IN ('phone', 'email', 'handle')", name="kind"),
)
Index(
    "ix_contact_point_value",
    contact_point.c.tenant_id,
    contact_point.c.kind,
    contact_point.c.value_norm,
)
Index("ix_contact_point_tail9", contact_point.c.tenant_id, contact_point.c.tail9)
Index(
    "uq_contact_point_own",
    contact_point.c.tenant_id,
    contact_point.c.kind,
    contact_point.c.value_norm,
    unique=True,
    sqlite_where=text("shared = 0 AND ended_at IS NULL"),
    postgresql_where=text("NOT shared AND ended_at IS NULL"),
)

customer_identifier = Table(
    "customer_identifier",
    METADATA,
    row_id(),
    tenant(),
    of("customer_id", "customer"),
    word("scheme"),
    word("value_hash", 64),
    word("last4", 4),
    moment("at"),
    moment("verified_at", missing=True),
    UniqueConstraint("tenant_id", "scheme", "value_hash"),
)
Index("ix_customer_identifier_customer_id", customer_identifier.c.customer_id)

customer_key = Table(
    "customer_key",
    METADATA,
    Column("customer_id", BIG_KEY, ForeignKey("customer.id"), primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),
    moment("destroyed_at", missing=True),
)

customer_merge = Table(
    "customer_merge",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("survivor_id", "customer"),
    of("loser_id", "customer"),
    moment("at"),
    word("by", 64),
    words("reason"),
    moment("undone_at", missing=True),
    word("undone_by", 64),
)
Index("ix_customer_merge_loser_id", customer_merge.c.loser_id)
Index("ix_customer_merge_survivor_id", customer_merge.c.survivor_id)

customer_merge_item = Table(
    "customer_merge_item",
    METADATA,
    row_id(),
    of("merge_id", "customer_merge", cascade=True),
    whole("seq"),
    word("table_name", 64),
    Column("row_id", BIG_KEY, nullable=False),
    plain("before"),
    plain("after"),
    UniqueConstraint("merge_id", "seq"),
)

identity_candidate = Table(
    "identity_candidate",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    of("a_id", "customer"),
    of("b_id", "customer"),
    whole("score"),
    plain("evidence"),
    word("state"),
    moment("at"),
    moment("decided_at", missing=True),
    word("decided_by", 64),
    UniqueConstraint("a_id", "b_id"),
    CheckConstraint("a_id < b_id", name="order"),
    CheckConstraint("state IN ('open', 'merged', 'rejected')", name="state"),
)
Index("ix_identity_candidate_b_id", identity_candidate.c.b_id)
Index(
    "ix_identity_candidate_state",
    identity_candidate.c.tenant_id,
    identity_candidate.c.state,
    identity_candidate.c.score,
)
