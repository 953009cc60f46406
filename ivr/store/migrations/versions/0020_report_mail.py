"""Reports that are sent by mail: each once for each time and address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import UTC

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "report_mail",
        sa.Column("id", key, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_mail")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_mail_public_id")),
        sa.UniqueConstraint(
            "tenant_id",
            "name",
            "due_at",
            "recipient",
            name=op.f("uq_report_mail_tenant_id_name_due_at_recipient"),
        ),
    )
    op.create_index("ix_report_mail_next_at", "report_mail", ["next_at"])


def downgrade() -> None:
    """Undo: what was sent is not known any more."""
    op.drop_table("report_mail")
