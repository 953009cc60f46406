"""Waves of planned surveys, and the part of a quota that an invitation belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

revision = "0018"
down_revision = "0017"

WAVE, INVITATION = "survey_wave", "survey_invitation"
_DRAWING = sa.text("state = 'drawing'")
_OF_WAVE = sa.text("wave <> ''")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        WAVE,
        sa.Column("id", BIG_KEY, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("public_id", sa.String(26), nullable=False),
        sa.Column("plan_id", BIG_KEY, sa.ForeignKey("survey_plan.id"), nullable=False),
        sa.Column("version_id", BIG_KEY, sa.ForeignKey("survey_version.id"), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("drawn_at", UTC, nullable=False),
        sa.Column("looked_at", sa.Integer, nullable=False),
        sa.Column("eligible", sa.Integer, nullable=False),
        sa.Column("selected", sa.Integer, nullable=False),
        sa.Column("placed", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("reasons", JSON_VALUE, nullable=False),
        sa.Column("chosen", JSON_VALUE, nullable=False),
        sa.Column("stopped_by", sa.String(64), nullable=True),
        sa.Column("stopped_at", UTC, nullable=True),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("tenant_id", "code", "name", "key"),
    )
    op.create_index("ix_survey_wave_at", WAVE, ["tenant_id", "at"])
    op.create_index(
        "ix_survey_wave_drawing", WAVE, ["id"], sqlite_where=_DRAWING, postgresql_where=_DRAWING
    )
    op.add_column(INVITATION, sa.Column("cell", sa.Text, nullable=True))
    op.create_index(
        "uq_survey_invitation_wave",
        INVITATION,
        ["plan_id", "wave", "customer_id"],
        unique=True,
        sqlite_where=_OF_WAVE,
        postgresql_where=_OF_WAVE,
    )
    op.create_index(
        "ix_survey_invitation_wave",
        INVITATION,
        ["plan_id", "wave", "state"],
        sqlite_where=_OF_WAVE,
        postgresql_where=_OF_WAVE,
    )


def downgrade() -> None:
    """Undo: invitations stay, their waves are no longer known."""
    op.drop_index("ix_survey_invitation_wave", INVITATION)
    op.drop_index("uq_survey_invitation_wave", INVITATION)
    op.drop_column(INVITATION, "cell")
    op.drop_table(WAVE)
