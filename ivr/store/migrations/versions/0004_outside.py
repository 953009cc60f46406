"""Keys of programs; contacts are found by number, and by when they ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "machine_key",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("rights", JSON_VALUE, nullable=False),
        sa.Column("networks", JSON_VALUE, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_key")),
        sa.UniqueConstraint("key", name=op.f("uq_machine_key_key")),
        sa.UniqueConstraint("name", name=op.f("uq_machine_key_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_machine_key_digest")),
    )
    op.create_index("ix_interaction_number", "interaction", ["from_raw", "started_at"])
    op.create_index("ix_interaction_ended_at", "interaction", ["ended_at"])
    op.create_index("ix_pop_at", "pop", ["at"])


def downgrade() -> None:
    """Undo: the keys of programs are lost."""
    op.drop_index("ix_pop_at", "pop")
    op.drop_index("ix_interaction_ended_at", "interaction")
    op.drop_index("ix_interaction_number", "interaction")
    op.drop_table("machine_key")
