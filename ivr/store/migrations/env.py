"""Tells the migration tool about our tables and column types; run by ivr/store/upgrade.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context

from ivr.store.tables import METADATA
from ivr.store.types import UTC

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def _render(kind: str, item: object, notes: AutogenContext) -> str | Literal[False]:
    """Our own column type is written as itself, not as the type it is stored in."""
    if kind == "type" and isinstance(item, UTC):
        notes.imports.add("from ivr.store.types import UTC")
        return "UTC()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
