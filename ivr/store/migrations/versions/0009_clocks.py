"""The clocks of tickets, and what came in and is no ticket yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0009"
down_revision = "0008"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    _ticket_merge()
    _sla_clock()
    _sla_clock_event()
    _escalation_fired()
    _intake_item()
    _mailbox_position()
    _auto_reply()
    _text_message()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for table in (
        "text_message",
        "auto_reply",
        "mailbox_position",
        "intake_item",
        "escalation_fired",
        "sla_clock_event",
        "sla_clock",
        "ticket_merge",
    ):
        op.drop_table(table)


def _ticket_merge() -> None:
    op.create_table(
        "ticket_merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("loser_id", KEY, nullable=False),
        sa.Column("survivor_id", KEY, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", JSON_VALUE, nullable=False),
        sa.Column("undone_at", UTC(), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["loser_id"], ["ticket.id"], name=op.f("fk_ticket_merge_loser_id_ticket")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["ticket.id"], name=op.f("fk_ticket_merge_survivor_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_merge")),
    )
    op.create_index("ix_ticket_merge_loser_id", "ticket_merge", ["loser_id"])


def _sla_clock() -> None:
    op.create_table(
        "sla_clock",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("metric", sa.String(length=24), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("paused_by", JSON_VALUE, nullable=False),
        sa.Column("counted_s", sa.Integer(), nullable=False),
        sa.Column("target_s", sa.Integer(), nullable=False),
        sa.Column("running_since", UTC(), nullable=True),
        sa.Column("due_at", UTC(), nullable=True),
        sa.Column("next_at", UTC(), nullable=True),
        sa.Column("breached_at", UTC(), nullable=True),
        sa.Column("started_at", UTC(), nullable=False),
        sa.Column("finished_at", UTC(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'finished', 'cancelled')",
            name=op.f("ck_sla_clock_state"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_sla_clock_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_clock")),
        sa.UniqueConstraint(
            "ticket_id",
            "kind",
            "policy",
            "metric",
            "instance",
            name=op.f("uq_sla_clock_ticket_id_kind_policy_metric_instance"),
        ),
    )
    op.create_index(
        "ix_sla_clock_due",
        "sla_clock",
        ["due_at"],
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ix_sla_clock_next",
        "sla_clock",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_sla_clock_finished",
        "sla_clock",
        ["finished_at", "verdict", "ticket_id", "metric", "policy", "kind", "counted_s"],
    )


def _sla_clock_event() -> None:
    op.create_table(
        "sla_clock_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("clock_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("target_s", sa.Integer(), nullable=True),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("data", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["sla_clock.id"],
            name=op.f("fk_sla_clock_event_clock_id_sla_clock"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_clock_event")),
        sa.UniqueConstraint("clock_id", "seq", name=op.f("uq_sla_clock_event_clock_id_seq")),
    )


def _escalation_fired() -> None:
    op.create_table(
        "escalation_fired",
        sa.Column("clock_id", KEY, nullable=False),
        sa.Column("rule", sa.String(length=96), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["sla_clock.id"],
            name=op.f("fk_escalation_fired_clock_id_sla_clock"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clock_id", "rule", "n", name=op.f("pk_escalation_fired")),
    )


def _intake_item() -> None:
    op.create_table(
        "intake_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("medium", sa.String(length=24), nullable=False),
        sa.Column("received_at", UTC(), nullable=False),
        sa.Column("sender_raw", sa.Text(), nullable=False),
        sa.Column("sender_norm", sa.String(length=254), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=128), nullable=False),
        sa.Column("raw_uri", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("refs", JSON_VALUE, nullable=False),
        sa.Column("form", JSON_VALUE, nullable=False),
        sa.Column("dedupe_key", sa.String(length=255), nullable=False),
        sa.Column("suggested_customer_id", KEY, nullable=True),
        sa.Column("suggested_category", sa.String(length=128), nullable=False),
        sa.Column("suggested_ticket_id", KEY, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", UTC(), nullable=True),
        sa.Column("claim_expires_at", UTC(), nullable=True),
        sa.Column("assigned_by", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggested_customer_id"],
            ["customer.id"],
            name=op.f("fk_intake_item_suggested_customer_id_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["suggested_ticket_id"],
            ["ticket.id"],
            name=op.f("fk_intake_item_suggested_ticket_id_ticket"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_intake_item_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_intake_item_public_id")),
        sa.UniqueConstraint(
            "tenant_id", "dedupe_key", name=op.f("uq_intake_item_tenant_id_dedupe_key")
        ),
    )
    op.create_index("ix_intake_item_claimed_by", "intake_item", ["claimed_by", "state"])
    op.create_index(
        "ix_intake_item_new",
        "intake_item",
        ["tenant_id", "received_at"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index("ix_intake_item_received_at", "intake_item", ["received_at"])
    op.create_index("ix_intake_item_sender", "intake_item", ["sender_norm", "received_at"])


def _mailbox_position() -> None:
    op.create_table(
        "mailbox_position",
        sa.Column("id", KEY, nullable=False),
        sa.Column("mailbox", sa.String(length=512), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_position")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_mailbox_position_mailbox")),
    )


def _auto_reply() -> None:
    op.create_table(
        "auto_reply",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sender_norm", sa.String(length=254), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auto_reply")),
    )
    op.create_index("ix_auto_reply_sender", "auto_reply", ["sender_norm", "at"])


def _text_message() -> None:
    op.create_table(
        "text_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("direction", sa.String(length=24), nullable=False),
        sa.Column("to_norm", sa.String(length=32), nullable=False),
        sa.Column("from_norm", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("origin_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("changed_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_text_message_public_id")),
        sa.UniqueConstraint(
            "tenant_id", "origin_key", name=op.f("uq_text_message_tenant_id_origin_key")
        ),
    )
    op.create_index("ix_text_message_to", "text_message", ["to_norm", "at"])
