"""What agents did, state by state, for occupancy: known from this upgrade on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "agent_span",
        sa.Column("id", key, nullable=False),
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_span")),
        sa.UniqueConstraint("agent", "since", name=op.f("uq_agent_span_agent_since")),
    )
    op.create_index("ix_agent_span_since", "agent_span", ["since"])


def downgrade() -> None:
    """Undo: what agents did before is not known any more."""
    op.drop_table("agent_span")
