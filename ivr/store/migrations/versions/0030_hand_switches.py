"""Switches that are set by hand outlive the process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hand_switch",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("until", UTC),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hand_switch")),
    )


def downgrade() -> None:
    """Undo: every switch is as configured."""
    op.drop_table("hand_switch")
