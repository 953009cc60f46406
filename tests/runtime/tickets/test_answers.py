"""The source `kb` says what is published, counts it, and never fails a call for the counting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.knowledge import ArticleRow, Use
from ivr.runtime.tickets.answers import Answers
from ivr.tickets.knowledge import VISITOR, Reader

if TYPE_CHECKING:
    from ivr.runtime.ports.knowledge import Knowledge

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def article(answer: str) -> ArticleRow:
    """A published article."""
    return ArticleRow(
        *("id", "article", "iade", "tr", 1, 1, "İade", "", answer, "public", "published", ()),
        *(None, None, "sule", NOON, NOON),
    )


@dataclass
class Shelf:
    """Implements the two operations that the source asks for."""

    row: ArticleRow | None
    fault: Exception | None = None
    asked: list[Any] = field(default_factory=list)

    async def published(
        self, slug: str, locale: str, reader: Reader, at: datetime
    ) -> ArticleRow | None:
        self.asked.append((slug, locale, reader))
        if self.row is None and self.fault is not None:
            raise self.fault
        return self.row

    async def use(self, ref: str, use: Use, at: datetime) -> None:
        if self.fault is not None:
            raise self.fault
        self.asked.append((ref, use))


def source(shelf: Shelf) -> Answers:
    return Answers(cast("Knowledge", shelf), VirtualClock())


async def test_what_is_there_is_said_and_counted() -> None:
    shelf = Shelf(article("On dört gün."))
    found = await source(shelf).fetch({"slug": "iade", "language": "tr", "call": "c1"}, 1)
    assert found.result == "found"
    assert found.record == {"title": "İade", "answer": "On dört gün."}
    assert shelf.asked == [("iade", "tr", VISITOR), ("id", Use("shown", interaction="c1"))]


async def test_without_words_for_the_telephone_there_is_no_answer() -> None:
    for shelf in (Shelf(article("")), Shelf(None)):
        found = await source(shelf).fetch({"slug": "iade", "language": None}, 1)
        assert found.result == "missing"
        assert shelf.asked == [("iade", "", VISITOR)]


async def test_a_database_that_is_away_is_a_failure() -> None:
    found = await source(Shelf(None, StoreError("away"))).fetch({"slug": "iade"}, 1)
    assert (found.result, found.reason) == ("failed", "store")


async def test_a_lost_count_does_not_keep_the_caller_waiting() -> None:
    for fault in (StoreError("away"), NotFoundError("gone")):
        found = await source(Shelf(article("Evet."), fault)).fetch({"slug": "iade"}, 1)
        assert found.result == "found"
