"""Customers: who they are, how they are reached, and merges of two of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    _customer()
    _contact_point()
    _customer_identifier()
    _customer_key()
    _customer_merge()
    _customer_merge_item()
    _identity_candidate()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for table in (
        "identity_candidate",
        "customer_merge_item",
        "customer_merge",
        "customer_key",
        "customer_identifier",
        "contact_point",
        "customer",
    ):
        op.drop_table(table)


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("customer_no", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("name_fold", sa.Text(), nullable=False),
        sa.Column("search_fold", sa.Text(), nullable=True),
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("vip_rank", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locale", sa.String(length=24), nullable=False),
        sa.Column("pref_medium", sa.String(length=24), nullable=False),
        sa.Column("pref_window", sa.String(length=64), nullable=False),
        sa.Column("attrs", JSON_VALUE, nullable=False),
        sa.Column("merged_into", KEY, nullable=True),
        sa.Column("anonymized_at", UTC(), nullable=True),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("updated_at", UTC(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_customer_kind")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["customer.id"], name=op.f("fk_customer_company_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["customer.id"], name=op.f("fk_customer_merged_into_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_customer_public_id")),
        sa.UniqueConstraint(
            "tenant_id", "customer_no", name=op.f("uq_customer_tenant_id_customer_no")
        ),
    )
    op.create_index("ix_customer_company_id", "customer", ["company_id"])
    op.create_index("ix_customer_merged_into", "customer", ["merged_into"])
    op.create_index(
        "ix_customer_name_fold",
        "customer",
        ["tenant_id", "name_fold"],
        postgresql_ops={"name_fold": "text_pattern_ops"},
    )


def _contact_point() -> None:
    op.create_table(
        "contact_point",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value_raw", sa.Text(), nullable=False),
        sa.Column("value_norm", sa.String(length=254), nullable=True),
        sa.Column("tail9", sa.String(length=9), nullable=True),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column(
            "is_primary",
            sa.Boolean(create_constraint=True, name="bool_is_primary"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column(
            "shared",
            sa.Boolean(create_constraint=True, name="bool_shared"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("verified_at", UTC(), nullable=True),
        sa.Column("verified_how", sa.String(length=24), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTC(), nullable=False),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('phone', 'email', 'handle')", name=op.f("ck_contact_point_kind")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_contact_point_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_point_public_id")),
        sa.UniqueConstraint(
            "customer_id",
            "kind",
            "value_norm",
            name=op.f("uq_contact_point_customer_id_kind_value_norm"),
        ),
    )
    op.create_index("ix_contact_point_tail9", "contact_point", ["tenant_id", "tail9"])
    op.create_index("ix_contact_point_value", "contact_point", ["tenant_id", "kind", "value_norm"])
    op.create_index(
        "uq_contact_point_own",
        "contact_point",
        ["tenant_id", "kind", "value_norm"],
        unique=True,
        sqlite_where=sa.text("shared = 0 AND ended_at IS NULL"),
        postgresql_where=sa.text("NOT shared AND ended_at IS NULL"),
    )


def _customer_identifier() -> None:
    op.create_table(
        "customer_identifier",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("scheme", sa.String(length=24), nullable=False),
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("verified_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("fk_customer_identifier_customer_id_customer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_identifier")),
        sa.UniqueConstraint(
            "tenant_id",
            "scheme",
            "value_hash",
            name=op.f("uq_customer_identifier_tenant_id_scheme_value_hash"),
        ),
    )
    op.create_index("ix_customer_identifier_customer_id", "customer_identifier", ["customer_id"])


def _customer_key() -> None:
    op.create_table(
        "customer_key",
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_key_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_key")),
    )


def _customer_merge() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("survivor_id", KEY, nullable=False),
        sa.Column("loser_id", KEY, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", UTC(), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["loser_id"], ["customer.id"], name=op.f("fk_customer_merge_loser_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["customer.id"], name=op.f("fk_customer_merge_survivor_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_customer_merge_public_id")),
    )
    op.create_index("ix_customer_merge_loser_id", "customer_merge", ["loser_id"])
    op.create_index("ix_customer_merge_survivor_id", "customer_merge", ["survivor_id"])


def _customer_merge_item() -> None:
    op.create_table(
        "customer_merge_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("merge_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_id", KEY, nullable=False),
        sa.Column("before", JSON_VALUE, nullable=False),
        sa.Column("after", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"],
            ["customer_merge.id"],
            name=op.f("fk_customer_merge_item_merge_id_customer_merge"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge_item")),
        sa.UniqueConstraint("merge_id", "seq", name=op.f("uq_customer_merge_item_merge_id_seq")),
    )


def _identity_candidate() -> None:
    op.create_table(
        "identity_candidate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("a_id", KEY, nullable=False),
        sa.Column("b_id", KEY, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", JSON_VALUE, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("decided_at", UTC(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'merged', 'rejected')", name=op.f("ck_identity_candidate_state")
        ),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_identity_candidate_order")),
        sa.ForeignKeyConstraint(
            ["a_id"], ["customer.id"], name=op.f("fk_identity_candidate_a_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["customer.id"], name=op.f("fk_identity_candidate_b_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_candidate")),
        sa.UniqueConstraint("a_id", "b_id", name=op.f("uq_identity_candidate_a_id_b_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_candidate_public_id")),
    )
    op.create_index("ix_identity_candidate_b_id", "identity_candidate", ["b_id"])
    op.create_index(
        "ix_identity_candidate_state", "identity_candidate", ["tenant_id", "state", "score"]
    )
