"""Alarms on queues that are on outlive the process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import JSON_VALUE

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "queue_alarm",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("fired_at", sa.BigInteger()),
        sa.Column("told_at", sa.BigInteger()),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("unsent", JSON_VALUE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queue_alarm")),
    )


def downgrade() -> None:
    """Undo: every alarm begins anew."""
    op.drop_table("queue_alarm")
