"""What agents say of their calls afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "wrapup",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrapup")),
        sa.UniqueConstraint("call", "agent", name=op.f("uq_wrapup_call_agent")),
    )


def downgrade() -> None:
    """Undo: what agents said is lost."""
    op.drop_table("wrapup")
