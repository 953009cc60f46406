"""What callers say is kept: messages, and comments in surveys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "recording",
        sa.Column("id", key, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("interaction_id", key, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("box", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=24), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("counted_ms", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("ready_at", UTC, nullable=True),
        sa.Column("next_at", UTC, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("uri", sa.String(length=200), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column(
            "partial",
            sa.Boolean(create_constraint=True, name="bool_partial"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("purged_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recording_public_id")),
        sa.UniqueConstraint(
            "interaction_id", "turn", name=op.f("uq_recording_interaction_id_turn")
        ),
    )
    op.create_index("ix_recording_at", "recording", ["at"])
    op.create_index(
        "ix_recording_pending",
        "recording",
        ["next_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def downgrade() -> None:
    """Undo: nothing is known of recordings any more; their files stay where they are."""
    op.drop_table("recording")
