"""Waves of planned surveys that somebody began by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

WAVE = "survey_wave"


def upgrade() -> None:
    """Apply."""
    op.add_column(WAVE, sa.Column("begun_by", sa.String(64), nullable=True))


def downgrade() -> None:
    """Undo: who began a wave is in the audit trail."""
    op.drop_column(WAVE, "begun_by")
