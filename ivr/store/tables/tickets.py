"""Tickets: what a customer wants done, who does it, and everything said and changed on the way.

`category`, `status` and `team` hold the names of the catalogue. Priority 1 low to 4 urgent,
severity 1 minor to 3 critical. `due_at` is the earliest of the running clocks, kept for lists.
`close_at`: when a resolved one closes by itself. `course`: what its clocks follow, plain JSON.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    PrimaryKeyConstraint,
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

number_sequence = Table(
    "number_sequence",
    METADATA,
    row_id(),
    tenant(),
    word("name"),
    whole("width"),
    whole("next_value"),
    UniqueConstraint("tenant_id", "name"),
)

ticket = Table(
    "ticket",
    METADATA,
    row_id(),
    tenant(),
    public_id(),
    word("number", 16),
    word("origin_key", 200),
    word("kind"),
    words("subject"),
    words("description"),
    words("search_fold"),
    word("status"),
    word("state_type"),
    whole("priority"),
    whole("severity"),
    flag("emergency"),
    of("customer_id", "customer", missing=True),
    of("contact_point_id", "contact_point", missing=True),
    word("pref_medium"),
    word("pref_window", 64),
    of("product_id", "product", missing=True),
    of("asset_id", "asset", missing=True),
    word("category", 128),
    word("team", 64),
    word("assignee", 64),
    word("source"),
    of("first_interaction_id", "interaction", missing=True),
    word("opened_by", 64),
    moment("opened_at"),
    moment("first_response_at", missing=True),
    moment("resolved_at", missing=True),
    moment("closed_at", missing=True),
    moment("close_at", missing=True),
    moment("last_activity_at"),
    moment("due_at", missing=True),
    whole("reopen_count", default=0),
    whole("contact_count", default=0),
    flag("first_contact_resolved"),
    word("root_cause", 64),
    word("resolution_code", 64),
    of("merged_into", "ticket", missing=True),
    of("parent_id", "ticket", missing=True),
    flag("blocking"),
    plain("custom"),
    word("form_sha256", 64),
    plain("course"),
    moment("anonymized_at", missing=True),
    version(),
    UniqueConstraint("tenant_id", "number"),
    UniqueConstraint("tenant_id", "origin_key"),
    CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
)
Index("ix_ticket_customer", ticket.c.customer_id, ticket.c.last_activity_at)
Index("ix_ticket_team", ticket.c.team, ticket.c.status, ticket.c.priority)
Index("ix_ticket_assignee", ticket.c.assignee, ticket.c.status)
Index("ix_ticket_opened", ticket.c.tenant_id, ticket.c.opened_at)
Index("ix_ticket_activity", ticket.c.tenant_id, ticket.c.last_activity_at)
Index("ix_ticket_parent_id", ticket.c.parent_id)
Index("ix_ticket_merged_into", ticket.c.merged_into)
Index(
    "ix_ticket_due",
    ticket.c.due_at,
    sqlite_where=ticket.c.closed_at.is_(None),
    postgresql_where=ticket.c.closed_at.is_(None),
)

Index(
    "ix_ticket_close",
    ticket.c.close_at,
    sqlite_where=ticket.c.close_at.isnot(None),
    postgresql_where=ticket.c.close_at.isnot(None),
)

ticket_category = Table(
    "ticket_category",
    METADATA,
    row_id(),
    of("ticket_id", "ticket", cascade=True),
    word("path", 128),
    flag("is_primary"),
    UniqueConstraint("ticket_id", "path"),
)
Index(
    "uq_ticket_category_primary",
    ticket_category.c.ticket_id,
    unique=True,
    sqlite_where=text("is_primary = 1"),
    postgresql_where=text("is_primary"),
)

ticket_interaction = Table(
    "ticket_interaction",
    METADATA,
    row_id(),
    of("ticket_id", "ticket", cascade=True),
    of("interaction_id", "interaction", cascade=True),
    word("role"),
    moment("at"),
    UniqueConstraint("ticket_id", "interaction_id", "role"),
)
Index("ix_ticket_interaction_interaction_id", ticket_interaction.c.interaction_id)

ticket_article = Table(
    "ticket_article",
    METADATA,
    row_id(),
    public_id(),
    tenant(),
    of("ticket_id", "ticket", cascade=True),
    moment("at"),
    word("kind"),
    flag("internal"),
    word("author_kind"),
    word("author", 254),
    of("interaction_id", "interaction", missing=True),
    words("body"),
    word("content_type", 128),
    word("message_id", 255, missing=True),
    UniqueConstraint("tenant_id", "message_id"),
)
Index("ix_ticket_article_ticket", ticket_article.c.ticket_id, ticket_article.c.at)

ticket_change = Table(
    "ticket_change",
    METADATA,
    row_id(),
    of("ticket_id", "ticket", cascade=True),
    moment("at"),
    word("by", 64),
    word("field", 64),
    plain("before"),
    plain("after"),
    words("reason"),
)
Index("ix_ticket_change_ticket", ticket_change.c.ticket_id, ticket_change.c.at)

attachment = Table(
    "attachment",
    METADATA,
    row_id(),
    public_id(),
    tenant(),
    word("owner_kind"),
    Column("owner_id", BigInteger, nullable=False),
    words("filename"),
    word("mime", 128),
    whole("size_bytes"),
    word("sha256", 64),
    words("uri"),
    moment("at"),
    moment("purged_at", missing=True),
)
Index("ix_attachment_owner", attachment.c.owner_kind, attachment.c.owner_id)

ticket_link = Table(
    "ticket_link",
    METADATA,
    of("ticket_id", "ticket", cascade=True),
    word("kind"),
    of("other_id", "ticket", cascade=True),
    moment("at"),
    word("by", 64),
    PrimaryKeyConstraint("ticket_id", "kind", "other_id"),
)
Index("ix_ticket_link_other_id", ticket_link.c.other_id)

ticket_tag = Table(
    "ticket_tag",
    METADATA,
    of("ticket_id", "ticket", cascade=True),
    word("tag", 64),
    PrimaryKeyConstraint("ticket_id", "tag"),
)
Index("ix_ticket_tag_tag", ticket_tag.c.tag)

ticket_checklist_item = Table(
    "ticket_checklist_item",
    METADATA,
    of("ticket_id", "ticket", cascade=True),
    whole("seq"),
    words("text"),
    flag("mandatory"),
    moment("done_at", missing=True),
    word("done_by", 64),
    PrimaryKeyConstraint("ticket_id", "seq"),
)

ticket_merge = Table(
    "ticket_merge",
    METADATA,
    row_id(),
    of("loser_id", "ticket"),
    of("survivor_id", "ticket"),
    moment("at"),
    word("by", 64),
    words("reason"),
    plain("before"),
    moment("undone_at", missing=True),
    word("undone_by", 64),
)
Index("ix_ticket_merge_loser_id", ticket_merge.c.loser_id)
