"""Questions to reports that people keep, for themselves or for all; views for other programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply. The views are made after the last migration (ivr/store/views.py)."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "saved_report",
        sa.Column("id", key, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column(
            "shared",
            sa.Boolean(name="bool_shared", create_constraint=True),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("saved_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_report_public_id")),
        sa.UniqueConstraint(
            "tenant_id", "owner", "name", name=op.f("uq_saved_report_tenant_id_owner_name")
        ),
    )


def downgrade() -> None:
    """Undo: what people kept is gone."""
    op.drop_table("saved_report")
