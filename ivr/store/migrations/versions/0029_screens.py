"""Screens on walls have keys of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0029"
down_revision = "0028"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "screen",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(8), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("queues", JSON_VALUE, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen")),
        sa.UniqueConstraint("key", name=op.f("uq_screen_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_screen_digest")),
    )


def downgrade() -> None:
    """Undo: no screen is let in any more."""
    op.drop_table("screen")
