"""Tickets and all that hangs on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    _number_sequence()
    _ticket()
    _ticket_category()
    _ticket_interaction()
    _ticket_article()
    _ticket_change()
    _attachment()
    _ticket_link()
    _ticket_tag()
    _ticket_checklist_item()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for table in (
        "ticket_checklist_item",
        "ticket_tag",
        "ticket_link",
        "attachment",
        "ticket_change",
        "ticket_article",
        "ticket_interaction",
        "ticket_category",
        "ticket",
        "number_sequence",
    ):
        op.drop_table(table)


def _number_sequence() -> None:
    op.create_table(
        "number_sequence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("next_value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_sequence")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_number_sequence_tenant_id_name")),
    )


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("origin_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("search_fold", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("state_type", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column(
            "emergency",
            sa.Boolean(create_constraint=True, name="bool_emergency"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("contact_point_id", KEY, nullable=True),
        sa.Column("pref_medium", sa.String(length=24), nullable=False),
        sa.Column("pref_window", sa.String(length=64), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("asset_id", KEY, nullable=True),
        sa.Column("category", sa.String(length=128), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("first_interaction_id", KEY, nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UTC(), nullable=False),
        sa.Column("first_response_at", UTC(), nullable=True),
        sa.Column("resolved_at", UTC(), nullable=True),
        sa.Column("closed_at", UTC(), nullable=True),
        sa.Column("close_at", UTC(), nullable=True),
        sa.Column("last_activity_at", UTC(), nullable=False),
        sa.Column("due_at", UTC(), nullable=True),
        sa.Column("reopen_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("contact_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "first_contact_resolved",
            sa.Boolean(create_constraint=True, name="bool_first_contact_resolved"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("root_cause", sa.String(length=64), nullable=False),
        sa.Column("resolution_code", sa.String(length=64), nullable=False),
        sa.Column("merged_into", KEY, nullable=True),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column(
            "blocking",
            sa.Boolean(create_constraint=True, name="bool_blocking"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("custom", JSON_VALUE, nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=False),
        sa.Column("course", JSON_VALUE, nullable=False),
        sa.Column("anonymized_at", UTC(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("ck_ticket_priority")),
        sa.CheckConstraint("severity BETWEEN 1 AND 3", name=op.f("ck_ticket_severity")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_ticket_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"],
            ["contact_point.id"],
            name=op.f("fk_ticket_contact_point_id_contact_point"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["first_interaction_id"],
            ["interaction.id"],
            name=op.f("fk_ticket_first_interaction_id_interaction"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["ticket.id"], name=op.f("fk_ticket_merged_into_ticket")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["ticket.id"], name=op.f("fk_ticket_parent_id_ticket")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_ticket_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ticket_public_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_ticket_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "origin_key", name=op.f("uq_ticket_tenant_id_origin_key")),
    )
    op.create_index("ix_ticket_activity", "ticket", ["tenant_id", "last_activity_at"])
    op.create_index("ix_ticket_assignee", "ticket", ["assignee", "status"])
    op.create_index(
        "ix_ticket_close",
        "ticket",
        ["close_at"],
        sqlite_where=sa.text("close_at IS NOT NULL"),
        postgresql_where=sa.text("close_at IS NOT NULL"),
    )
    op.create_index("ix_ticket_customer", "ticket", ["customer_id", "last_activity_at"])
    op.create_index(
        "ix_ticket_due",
        "ticket",
        ["due_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"])
    op.create_index("ix_ticket_opened", "ticket", ["tenant_id", "opened_at"])
    op.create_index("ix_ticket_parent_id", "ticket", ["parent_id"])
    op.create_index("ix_ticket_team", "ticket", ["team", "status", "priority"])


def _ticket_category() -> None:
    op.create_table(
        "ticket_category",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("path", sa.String(length=128), nullable=False),
        sa.Column(
            "is_primary",
            sa.Boolean(create_constraint=True, name="bool_is_primary"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_category_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_category")),
        sa.UniqueConstraint("ticket_id", "path", name=op.f("uq_ticket_category_ticket_id_path")),
    )
    op.create_index(
        "uq_ticket_category_primary",
        "ticket_category",
        ["ticket_id"],
        unique=True,
        sqlite_where=sa.text("is_primary = 1"),
        postgresql_where=sa.text("is_primary"),
    )


def _ticket_interaction() -> None:
    op.create_table(
        "ticket_interaction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("interaction_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_ticket_interaction_interaction_id_interaction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_interaction_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_interaction")),
        sa.UniqueConstraint(
            "ticket_id",
            "interaction_id",
            "role",
            name=op.f("uq_ticket_interaction_ticket_id_interaction_id_role"),
        ),
    )
    op.create_index(
        "ix_ticket_interaction_interaction_id", "ticket_interaction", ["interaction_id"]
    )


def _ticket_article() -> None:
    op.create_table(
        "ticket_article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column(
            "internal",
            sa.Boolean(create_constraint=True, name="bool_internal"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("author_kind", sa.String(length=24), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("interaction_id", KEY, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_ticket_article_interaction_id_interaction"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_article_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_article")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ticket_article_public_id")),
        sa.UniqueConstraint(
            "tenant_id", "message_id", name=op.f("uq_ticket_article_tenant_id_message_id")
        ),
    )
    op.create_index("ix_ticket_article_ticket", "ticket_article", ["ticket_id", "at"])


def _ticket_change() -> None:
    op.create_table(
        "ticket_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("before", JSON_VALUE, nullable=False),
        sa.Column("after", JSON_VALUE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_change_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_change")),
    )
    op.create_index("ix_ticket_change_ticket", "ticket_change", ["ticket_id", "at"])


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("owner_kind", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("mime", sa.String(length=128), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("purged_at", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachment_public_id")),
    )
    op.create_index("ix_attachment_owner", "attachment", ["owner_kind", "owner_id"])


def _ticket_link() -> None:
    op.create_table(
        "ticket_link",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_link_other_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_link_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "kind", "other_id", name=op.f("pk_ticket_link")),
    )
    op.create_index("ix_ticket_link_other_id", "ticket_link", ["other_id"])


def _ticket_tag() -> None:
    op.create_table(
        "ticket_tag",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_tag_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "tag", name=op.f("pk_ticket_tag")),
    )
    op.create_index("ix_ticket_tag_tag", "ticket_tag", ["tag"])


def _ticket_checklist_item() -> None:
    op.create_table(
        "ticket_checklist_item",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "mandatory",
            sa.Boolean(create_constraint=True, name="bool_mandatory"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("done_at", UTC(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_ticket_checklist_item_ticket_id_ticket"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "seq", name=op.f("pk_ticket_checklist_item")),
    )
