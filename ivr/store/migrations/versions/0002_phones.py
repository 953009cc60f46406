"""Telephones that register here: their users and where they can be reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sip_user",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("realm", sa.Text(), nullable=False),
        sa.Column("ha1_sha256", sa.String(length=64), nullable=False),
        sa.Column("ha1_md5", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sip_user")),
        sa.UniqueConstraint("name", name=op.f("uq_sip_user_name")),
    )
    op.create_table(
        "sip_binding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("trunk", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sip_binding")),
        sa.UniqueConstraint("trunk", "seq", name=op.f("uq_sip_binding_trunk_seq")),
    )


def downgrade() -> None:
    """Undo: phones have to register again, their users have to be added again."""
    op.drop_table("sip_binding")
    op.drop_table("sip_user")
