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


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether our tables speak of it: the indexes of words (0011) are those of the databases."""
    if kind == "table":
        return not str(name).startswith("words_of_")
    return not str(name).endswith("search_words")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_render,
    include_name=_ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
