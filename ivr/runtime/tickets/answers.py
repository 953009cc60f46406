"""What the knowledge base says to callers: the source `kb` of flows.

Only what is published, public and holds now is said; each answer counts as shown.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError, RequestError
from ivr.runtime.ports import FetchResult
from ivr.runtime.ports.knowledge import Use
from ivr.tickets.knowledge import SHOWN, VISITOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.knowledge import ArticleRow, Knowledge

_LOG = logging.getLogger(__name__)
_MISSING = FetchResult("missing", {})


class Answers:
    """The source `kb`; implements `Source`."""

    def __init__(self, knowledge: Knowledge, clock: Clock) -> None:
        self._knowledge = knowledge
        self._clock = clock

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """Title and spoken answer of an article. Never raises."""
        slug, language, call = (_text(inputs, each) for each in ("slug", "language", "call"))
        try:
            row = await self._knowledge.published(slug, language, VISITOR, self._clock.now())
        except PortError:
            return FetchResult("failed", {}, "store")
        if row is None or not row.ivr_answer:
            return _MISSING
        await self._count(row, call)
        return FetchResult("found", {"title": row.title, "answer": row.ivr_answer})

    async def _count(self, row: ArticleRow, call: str) -> None:
        """The caller gets his answer, also where it cannot be counted."""
        try:
            await self._knowledge.use(row.id, Use(SHOWN, interaction=call), self._clock.now())
        except (PortError, RequestError) as error:
            _LOG.warning("kb_use_lost", extra={"facts": {"article": row.slug, "why": error.code}})


def _text(inputs: Mapping[str, Value], name: str) -> str:
    value = inputs.get(name)
    return "" if value is None else str(value)
