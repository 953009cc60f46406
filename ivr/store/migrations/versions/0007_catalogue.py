"""What tickets are about, and more of what is known of a contact."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    _calendar_rev()
    _queue_limit()
    _product()
    _asset()
    _interaction()
    _interaction_segment()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for name in ("ix_interaction_segment_wait", "ix_interaction_segment_agent"):
        op.drop_index(name, "interaction_segment")
    with op.batch_alter_table("interaction_segment") as batch:
        for name in (
            "result",
            "node",
            "agent",
            "queue",
            "leg_id",
            "party",
        ):
            batch.drop_column(name)
    for name in (
        "ix_interaction_test",
        "ix_interaction_last_queue",
        "ix_interaction_last_agent",
        "ix_interaction_from_norm",
        "ix_interaction_customer",
    ):
        op.drop_index(name, "interaction")
    with op.batch_alter_table("interaction") as batch:
        for name in (
            "anonymized_at",
            "attrs",
            "cost_minor",
            "resolved_first",
            "wrapup_ms",
            "hold_ms",
            "talk_ms",
            "wait_ms",
            "ivr_ms",
            "repeat_of_id",
            "parent_id",
            "wrapup_code",
            "category",
            "last_agent",
            "last_queue",
            "match_score",
            "match_how",
            "contact_point_id",
            "customer_id",
            "answered_at",
            "ani_trust",
            "from_norm",
            "direction",
            "medium",
            "tenant_id",
        ):
            batch.drop_column(name)
    for table in (
        "asset",
        "product",
        "queue_limit",
        "calendar_rev",
    ):
        op.drop_table(table)


def _calendar_rev() -> None:
    op.create_table(
        "calendar_rev",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("definition", JSON_VALUE, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_rev")),
        sa.UniqueConstraint(
            "tenant_id", "name", "sha256", name=op.f("uq_calendar_rev_tenant_id_name_sha256")
        ),
    )


def _queue_limit() -> None:
    op.create_table(
        "queue_limit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("since", UTC(), nullable=False),
        sa.Column("level_ms", sa.Integer(), nullable=False),
        sa.Column("short_ms", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_limit")),
    )
    op.create_index("ix_queue_limit_queue", "queue_limit", ["tenant_id", "queue", "since"])


def _product() -> None:
    op.create_table(
        "product",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level_kind", sa.String(length=24), nullable=False),
        sa.Column("default_attrs", JSON_VALUE, nullable=False),
        sa.Column("related", JSON_VALUE, nullable=False),
        sa.Column(
            "active",
            sa.Boolean(create_constraint=True, name="bool_active"),
            server_default=sa.text("true"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["product.id"], name=op.f("fk_product_parent_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_product_tenant_id_code")),
    )
    op.create_index("ix_product_path", "product", ["tenant_id", "path"])


def _asset() -> None:
    op.create_table(
        "asset",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("serial_no", sa.String(length=64), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("attrs", JSON_VALUE, nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_asset_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["asset.id"], name=op.f("fk_asset_parent_id_asset")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_asset_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("product_id", "serial_no", name=op.f("uq_asset_product_id_serial_no")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asset_public_id")),
    )
    op.create_index("ix_asset_customer_id", "asset", ["customer_id"])


def _interaction() -> None:
    op.add_column(
        "interaction",
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )
    op.add_column(
        "interaction",
        sa.Column(
            "medium", sa.String(length=24), server_default=sa.text("'voice'"), nullable=False
        ),
    )
    op.add_column(
        "interaction",
        sa.Column(
            "direction", sa.String(length=24), server_default=sa.text("'inbound'"), nullable=False
        ),
    )
    op.add_column("interaction", sa.Column("from_norm", sa.String(length=254), nullable=True))
    op.add_column("interaction", sa.Column("ani_trust", sa.String(length=24), nullable=True))
    op.add_column("interaction", sa.Column("answered_at", UTC(), nullable=True))
    op.add_column("interaction", sa.Column("customer_id", KEY, nullable=True))
    op.add_column("interaction", sa.Column("contact_point_id", KEY, nullable=True))
    op.add_column("interaction", sa.Column("match_how", sa.String(length=24), nullable=True))
    op.add_column("interaction", sa.Column("match_score", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("last_queue", sa.String(length=64), nullable=True))
    op.add_column("interaction", sa.Column("last_agent", sa.String(length=64), nullable=True))
    op.add_column("interaction", sa.Column("category", sa.String(length=128), nullable=True))
    op.add_column("interaction", sa.Column("wrapup_code", sa.String(length=64), nullable=True))
    op.add_column("interaction", sa.Column("parent_id", KEY, nullable=True))
    op.add_column("interaction", sa.Column("repeat_of_id", KEY, nullable=True))
    op.add_column("interaction", sa.Column("ivr_ms", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("wait_ms", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("talk_ms", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("hold_ms", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("wrapup_ms", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("resolved_first", sa.Boolean(), nullable=True))
    op.add_column("interaction", sa.Column("cost_minor", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("attrs", JSON_VALUE, nullable=True))
    op.add_column("interaction", sa.Column("anonymized_at", UTC(), nullable=True))
    op.create_index("ix_interaction_customer", "interaction", ["customer_id", "started_at"])
    op.create_index(
        "ix_interaction_from_norm", "interaction", ["tenant_id", "from_norm", "started_at"]
    )
    op.create_index("ix_interaction_last_agent", "interaction", ["last_agent", "started_at"])
    op.create_index("ix_interaction_last_queue", "interaction", ["last_queue", "started_at"])
    op.create_index(
        "ix_interaction_test",
        "interaction",
        ["id"],
        sqlite_where=sa.text("is_test IS 1"),
        postgresql_where=sa.text("is_test IS true"),
    )


def _interaction_segment() -> None:
    op.add_column("interaction_segment", sa.Column("party", sa.String(length=24), nullable=True))
    op.add_column("interaction_segment", sa.Column("leg_id", sa.Integer(), nullable=True))
    op.add_column("interaction_segment", sa.Column("queue", sa.String(length=64), nullable=True))
    op.add_column("interaction_segment", sa.Column("agent", sa.String(length=64), nullable=True))
    op.add_column("interaction_segment", sa.Column("node", sa.String(length=128), nullable=True))
    op.add_column("interaction_segment", sa.Column("result", sa.String(length=24), nullable=True))
    op.create_index("ix_interaction_segment_agent", "interaction_segment", ["agent", "started_at"])
    op.create_index(
        "ix_interaction_segment_wait",
        "interaction_segment",
        ["started_at", "queue", "result", "ended_at", "interaction_id"],
        sqlite_where=sa.text("kind = 'queue'"),
        postgresql_where=sa.text("kind = 'queue'"),
    )
