"""Answers of requests that may be repeated get a table of their own, apart from the inbox.

Those that were kept in the inbox went with it; such an answer is good for a day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "kept_answer",
        sa.Column("id", key, nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("who", "key", name=op.f("uq_kept_answer_who_key")),
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])


def downgrade() -> None:
    """Undo: what is repeated now is carried out again."""
    op.drop_table("kept_answer")
