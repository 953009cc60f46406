"""Recordings that a queue wants know it: it says how long they are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply."""
    kind = sa.String(64)
    op.add_column("recording", sa.Column("queue", kind, nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    op.drop_column("recording", "queue")
