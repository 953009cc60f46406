"""What the formula F8 of a queue counts, kept with the other limits of the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
_NAMES = {"count_abandoned": "true", "count_short": "false", "count_overflowed": "true"}


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("queue_limit") as table:
        for name, usual in _NAMES.items():
            kind = sa.Boolean(create_constraint=True, name=op.f(f"ck_queue_limit_bool_{name}"))
            column: sa.Column[bool]
            column = sa.Column(name, kind, nullable=False, server_default=sa.text(usual))
            table.add_column(column)


def downgrade() -> None:
    """Undo; only where there is no type for yes and no does a rule stand in for it."""
    ruled = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("queue_limit") as table:
        for name in _NAMES:
            if ruled:
                table.drop_constraint(op.f(f"ck_queue_limit_bool_{name}"), type_="check")
            table.drop_column(name)
