"""What ticket systems tell us is kept until it is dealt with; how far we and they agree, too.

Nobody has written the inbox of before, so it is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0016"
down_revision = "0015"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.drop_table("inbox_message")
    op.create_table(
        "inbox_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=False),
        sa.Column("far_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.Column("lease_until", UTC, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("untold", sa.Text(), nullable=False),
        sa.Column("ticket", sa.String(length=26), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("done_at", UTC, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'held', 'unknown', 'done', 'dead')",
            name=op.f("ck_inbox_message_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_inbox_message_source_event_id")),
    )
    op.create_index("ix_inbox_message_at", "inbox_message", ["at"])
    op.create_index("ix_inbox_message_far", "inbox_message", ["source", "far_id", "state"])
    op.create_index("ix_inbox_message_state", "inbox_message", ["state", "next_at"])
    op.create_table(
        "inbox_position",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_position")),
        sa.UniqueConstraint("source", name=op.f("uq_inbox_position_source")),
    )
    op.add_column("external_ref", sa.Column("agreed", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo: what came in is lost."""
    op.drop_column("external_ref", "agreed")
    op.drop_table("inbox_position")
    op.drop_table("inbox_message")
    op.create_table(
        "inbox_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_inbox_message_source_event_id")),
    )
    op.create_index("ix_inbox_message_at", "inbox_message", ["at"])
