"""Codes that open once instead of one of an authenticator app."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import JSON_VALUE

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply: whoever has a second factor already has no such codes until he makes some."""
    none = sa.text("'[]'")
    op.add_column("person", sa.Column("recovery", JSON_VALUE, nullable=False, server_default=none))


def downgrade() -> None:
    """Undo: the codes open no more."""
    op.drop_column("person", "recovery")
