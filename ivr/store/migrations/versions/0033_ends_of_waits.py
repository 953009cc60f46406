"""How and when a wait ended stands in columns: lists and counts of the day ask for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply. Waits of before count on no day."""
    op.add_column("waiting", sa.Column("joined_at", sa.BigInteger(), nullable=True))
    op.add_column("waiting", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.add_column("waiting", sa.Column("end", sa.String(24), nullable=True))
    op.create_index("ix_waiting_ended", "waiting", ["shard", "ended_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_waiting_ended", "waiting")
    with op.batch_alter_table("waiting") as table:
        for name in ("end", "ended_at", "joined_at"):
            table.drop_column(name)
