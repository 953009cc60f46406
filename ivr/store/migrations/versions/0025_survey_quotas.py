"""Quotas after calls and tickets: who holds or fills a place of a plan is found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

INVITATION = "survey_invitation"
_PLACED = sa.text("cell IS NOT NULL AND wave = ''")


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_survey_invitation_cell",
        INVITATION,
        ["plan_id", "state"],
        sqlite_where=_PLACED,
        postgresql_where=_PLACED,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_survey_invitation_cell", INVITATION)
