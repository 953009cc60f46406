"""The API of the knowledge base and of search: `knowledge_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.knowledge.announcements import AnnouncementRoutes
from ivr.web.api.knowledge.articles import KnowledgeRoutes
from ivr.web.api.knowledge.parts import KnowledgeParts
from ivr.web.api.knowledge.search import SearchRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["KnowledgeParts", "knowledge_routes"]


def knowledge_routes(parts: KnowledgeParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *KnowledgeRoutes(parts).routes(),
        *AnnouncementRoutes(parts).routes(),
        *SearchRoutes(parts).routes(),
    ]
