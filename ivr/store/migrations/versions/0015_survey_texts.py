"""Surveys by text message: where each talk stands, and which responses were looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

revision = "0015"
down_revision = "0014"

RESPONSE, INVITATION, TALK = "survey_response", "survey_invitation", "survey_talk"
_UNJUDGED = sa.text("judged_at IS NULL AND finished_at IS NOT NULL")
_SENT = sa.text("state = 'sent'")
_MISSED = sa.text("state = 'missed' AND due_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TALK,
        sa.Column("id", BIG_KEY, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column(
            "invitation_id",
            BIG_KEY,
            sa.ForeignKey(f"{INVITATION}.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("value_norm", sa.String(254), nullable=False),
        sa.Column("state", JSON_VALUE, nullable=False),
        sa.Column("next_at", UTC, nullable=True),
        sa.UniqueConstraint("invitation_id"),
    )
    op.create_index("ix_survey_talk_value_norm", TALK, ["tenant_id", "value_norm"])
    op.create_index("ix_survey_talk_next_at", TALK, ["next_at"])
    op.add_column(RESPONSE, sa.Column("judged_at", UTC, nullable=True))
    op.create_index(
        "ix_survey_response_unjudged",
        RESPONSE,
        ["id"],
        sqlite_where=_UNJUDGED,
        postgresql_where=_UNJUDGED,
    )
    op.create_index("ix_survey_invitation_value_norm", INVITATION, ["tenant_id", "value_norm"])
    op.create_index(
        "ix_survey_invitation_sent", INVITATION, ["id"], sqlite_where=_SENT, postgresql_where=_SENT
    )
    op.create_index(
        "ix_survey_invitation_missed",
        INVITATION,
        ["id"],
        sqlite_where=_MISSED,
        postgresql_where=_MISSED,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_survey_invitation_missed", INVITATION)
    op.drop_index("ix_survey_invitation_sent", INVITATION)
    op.drop_index("ix_survey_invitation_value_norm", INVITATION)
    op.drop_index("ix_survey_response_unjudged", RESPONSE)
    op.drop_column(RESPONSE, "judged_at")
    op.drop_table(TALK)
