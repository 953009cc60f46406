"""Sources of recordings are told to forget them until they have, also once a recording is gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply. What is kept already is looked at once more: a source may have it still."""
    op.drop_index("ix_recording_pending", table_name="recording")
    op.create_index(
        "ix_recording_due",
        "recording",
        ["next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.execute("UPDATE recording SET next_at = ready_at, tries = 0 WHERE state = 'ready'")


def downgrade() -> None:
    """Undo."""
    op.execute("UPDATE recording SET next_at = NULL WHERE state <> 'pending'")
    op.drop_index("ix_recording_due", table_name="recording")
    op.create_index(
        "ix_recording_pending",
        "recording",
        ["next_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
