"""Text messages are sent and come in: how far each has come, its parts and its price.

What waited before this could be sent has grown old; it is not sent now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import BIG_KEY, UTC

revision = "0014"
down_revision = "0013"

TEXT = "text_message"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table(TEXT) as table:
        for column in _columns():
            table.add_column(column)
    op.execute(
        "UPDATE text_message SET state = 'failed', reason = 'expired' WHERE state = 'waiting'"
    )
    op.create_index("ix_text_message_from", TEXT, ["from_norm", "at"])
    op.create_index(
        "uq_text_message_provider",
        TEXT,
        ["trunk", "direction", "provider_id"],
        unique=True,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_table(
        "text_part",
        sa.Column("id", BIG_KEY, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("trunk", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(128), nullable=False),
        sa.Column("from_norm", sa.String(32), nullable=False),
        sa.Column("to_norm", sa.String(32), nullable=False),
        sa.Column("ref", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", UTC, nullable=False),
        _flag("whole"),
        sa.UniqueConstraint("tenant_id", "trunk", "provider_id"),
    )
    op.create_index("ix_text_part_of", "text_part", ["trunk", "from_norm", "ref"])
    op.create_index("ix_text_part_at", "text_part", ["at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("text_part")
    op.drop_index("uq_text_message_provider", TEXT)
    op.drop_index("ix_text_message_from", TEXT)
    with op.batch_alter_table(TEXT) as table:
        for column in reversed(_columns()):
            table.drop_column(column.name)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("trunk", sa.String(64), nullable=True),
        sa.Column("provider_id", sa.String(128), nullable=True),
        sa.Column("code", sa.String(32), nullable=True),
        sa.Column("parts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("price_micros", sa.BigInteger, nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("again", sa.Integer, nullable=False, server_default=sa.text("0")),
        _flag("in_contact"),
        sa.Column("expires_at", UTC, nullable=True),
        sa.Column("sent_at", UTC, nullable=True),
    ]


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))
