"""Knowledge, what people agreed to, and what other systems are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0010"
down_revision = "0009"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    _kb_article()
    _kb_use()
    _consent_event()
    _contact_refused()
    _erasure_request()
    _legal_hold()
    _outbox_event()
    _outbox_delivery()
    _endpoint_state()
    _external_ref()
    _inbox_message()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for table in (
        "inbox_message",
        "external_ref",
        "endpoint_state",
        "outbox_delivery",
        "outbox_event",
        "legal_hold",
        "erasure_request",
        "contact_refused",
        "consent_event",
        "kb_use",
        "kb_article",
    ):
        op.drop_table(table)


def _kb_article() -> None:
    op.create_table(
        "kb_article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("locale", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("search_fold", sa.Text(), nullable=False),
        sa.Column("ivr_answer", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("categories", JSON_VALUE, nullable=False),
        sa.Column("valid_from", UTC(), nullable=True),
        sa.Column("valid_until", UTC(), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("published_at", UTC(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_article")),
        sa.UniqueConstraint("public_id", name=op.f("uq_kb_article_public_id")),
        sa.UniqueConstraint(
            "tenant_id",
            "slug",
            "locale",
            "version",
            name=op.f("uq_kb_article_tenant_id_slug_locale_version"),
        ),
    )
    op.create_index("ix_kb_article_state", "kb_article", ["tenant_id", "state", "kind"])


def _kb_use() -> None:
    op.create_table(
        "kb_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("interaction_id", KEY, nullable=True),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["kb_article.id"],
            name=op.f("fk_kb_use_article_id_kb_article"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_kb_use_interaction_id_interaction"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_kb_use_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_use")),
    )
    op.create_index("ix_kb_use_article", "kb_use", ["article_id", "at"])
    op.create_index("ix_kb_use_interaction_id", "kb_use", ["interaction_id"])


def _consent_event() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("value_norm", sa.String(length=254), nullable=False),
        sa.Column("medium", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("registry_synced_at", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index(
        "ix_consent_event_value",
        "consent_event",
        ["tenant_id", "value_norm", "medium", "purpose", "at"],
    )


def _contact_refused() -> None:
    op.create_table(
        "contact_refused",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("medium", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_refused")),
    )
    op.create_index("ix_contact_refused_at", "contact_refused", ["at"])


def _erasure_request() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_at", UTC(), nullable=False),
        sa.Column("due_at", UTC(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", UTC(), nullable=True),
        sa.Column("done_at", UTC(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("report", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_erasure_request_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_erasure_request_public_id")),
    )


def _legal_hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_legal_hold_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("public_id", name=op.f("uq_legal_hold_public_id")),
    )


def _outbox_event() -> None:
    op.create_table(
        "outbox_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("aggregate", sa.String(length=24), nullable=False),
        sa.Column("aggregate_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_event_id")),
        sa.UniqueConstraint(
            "tenant_id",
            "aggregate",
            "aggregate_id",
            "seq",
            name=op.f("uq_outbox_event_tenant_id_aggregate_aggregate_id_seq"),
        ),
    )
    op.create_index("ix_outbox_event_at", "outbox_event", ["at"])


def _outbox_delivery() -> None:
    op.create_table(
        "outbox_delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("ordering_key", sa.String(length=96), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", UTC(), nullable=False),
        sa.Column("lease_until", UTC(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", UTC(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'done', 'dead')", name=op.f("ck_outbox_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["outbox_event.id"],
            name=op.f("fk_outbox_delivery_event_id_outbox_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_delivery")),
        sa.UniqueConstraint(
            "event_id", "endpoint", name=op.f("uq_outbox_delivery_event_id_endpoint")
        ),
    )
    op.create_index(
        "ix_outbox_delivery_open",
        "outbox_delivery",
        ["endpoint", "ordering_key", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_delivery_turn",
        "outbox_delivery",
        ["endpoint", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_outbox_delivery_state", "outbox_delivery", ["state", "next_at"])


def _endpoint_state() -> None:
    op.create_table(
        "endpoint_state",
        sa.Column("id", KEY, nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint_state")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_endpoint_state_endpoint")),
    )


def _external_ref() -> None:
    op.create_table(
        "external_ref",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("system", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=24), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("etag", sa.String(length=255), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_ref")),
        sa.UniqueConstraint(
            "tenant_id",
            "system",
            "entity",
            "entity_id",
            name=op.f("uq_external_ref_tenant_id_system_entity_entity_id"),
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "system",
            "entity",
            "external_id",
            name=op.f("uq_external_ref_tenant_id_system_entity_external_id"),
        ),
    )


def _inbox_message() -> None:
    op.create_table(
        "inbox_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_inbox_message_source_event_id")),
    )
    op.create_index("ix_inbox_message_at", "inbox_message", ["at"])
