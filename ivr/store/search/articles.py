"""Finding articles of the knowledge base by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.ports.search import ARTICLE
from ivr.store.knowledge.rows import holds_at, is_about, seen_by
from ivr.store.search.asking import matches
from ivr.store.tables import kb_article
from ivr.tickets.knowledge import ARCHIVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from ivr.store.search.asking import Asking, Match

_ONLY_TICKETS = ("team", "kind", "tag")
_SHOWN = select(
    kb_article.c.public_id,
    kb_article.c.slug.label("number"),
    kb_article.c.title,
    kb_article.c.state,
    kb_article.c.locale.label("group"),
    kb_article.c.at,
)


def find(asking: Asking) -> Iterator[Match]:
    """Articles that this person may read; old versions only if they are asked for by status."""
    reader = asking.sight.reader
    if reader is None or any(map(asking.query.one_of, _ONLY_TICKETS)):
        return
    mine = kb_article.c
    seen = _SHOWN.where(mine.tenant_id == asking.tenant, seen_by(reader), *_filters(asking))
    if asking.sight.at is not None:
        seen = seen.where(holds_at(asking.sight.at))
    yield from matches(asking, kb_article, seen.where(*asking.days(mine.at)), ARTICLE)


def _filters(asking: Asking) -> list[ColumnElement[bool]]:
    query, state = asking.query, kb_article.c.state
    wanted = query.one_of("status")
    found = [state.in_(wanted) if wanted else state != ARCHIVED]
    if query.none_of("status"):
        found.append(state.not_in(query.none_of("status")))
    for names, is_wanted in ((query.one_of("category"), True), (query.none_of("category"), False)):
        if names:
            about = is_about(asking.connection, asking.codes(names))
            found.append(about if is_wanted else ~about)
    return found
