"""Calls of planned surveys, and the version of the flow that those of a wave walk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import BIG_KEY, UTC

revision = "0024"
down_revision = "0023"

CALL = "survey_call"
_LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        CALL,
        sa.Column("id", BIG_KEY, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column(
            "invitation_id",
            BIG_KEY,
            sa.ForeignKey("survey_invitation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("result", sa.String(24), nullable=False),
        _flag("answered"),
        _flag("abandoned"),
        sa.Column("placed_at", UTC, nullable=False),
        sa.Column("ended_at", UTC, nullable=True),
        sa.UniqueConstraint("call"),
    )
    op.create_index("ix_survey_call_invitation", CALL, ["invitation_id"])
    op.create_index("ix_survey_call_placed_at", CALL, ["tenant_id", "placed_at"])
    op.create_index("ix_survey_call_live", CALL, ["id"], sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.add_column("survey_wave", sa.Column("flow_hash", sa.String(64), nullable=True))


def downgrade() -> None:
    """Undo: what was answered stays."""
    op.drop_column("survey_wave", "flow_hash")
    op.drop_table(CALL)


def _flag(name: str) -> sa.Column[bool]:
    kind = sa.Boolean(name=f"bool_{name}", create_constraint=True)
    return sa.Column(name, kind, server_default=sa.text("false"), nullable=False)
