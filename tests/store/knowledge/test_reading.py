"""Filters, pages, and what holds now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.knowledge import ArticleFilter
from ivr.tickets.knowledge import VISITOR, Reader

if TYPE_CHECKING:
    from tests.fakes.writers import Writers

AGENT = Reader("ayse")
LEAD = Reader("sule", inside=True, edits=True)
CHECKER = Reader("kalite", inside=True)


async def test_filters_and_pages(writers: Writers) -> None:
    await writers.publish("a", categories=("billing.wrong_amount",), body="Işık borcu")
    await writers.publish("b", categories=("C-1",), kind="document")
    await writers.publish("c", locale="en", title="Refunds", valid_until=writers.at)
    for which, expected in (
        (ArticleFilter(), "cba"),
        (ArticleFilter(category="billing"), "a"),
        (ArticleFilter(category="card"), "b"),
        (ArticleFilter(category="moon"), ""),
        (ArticleFilter(kinds=("document",)), "b"),
        (ArticleFilter(locale="en"), "c"),
        (ArticleFilter(states=("draft",)), ""),
        (ArticleFilter(words="ISIK"), "a"),
        (ArticleFilter(words="!"), ""),
        (ArticleFilter(slug="b"), "b"),
        (ArticleFilter(visibilities=("public",)), ""),
        (ArticleFilter(valid_at=writers.at), "ba"),
    ):
        page = await writers.kb.page(which, AGENT)
        assert "".join(row.slug for row in page.rows) == expected, which
    assert (await writers.kb.page(ArticleFilter(slug="a"), AGENT)).rows[0].categories == (
        "billing.wrong_amount",
    )
    first = await writers.kb.page(ArticleFilter(), AGENT, limit=2)
    rest = await writers.kb.page(ArticleFilter(), AGENT, limit=2, cursor=first.next)
    assert [row.slug for row in (*first.rows, *rest.rows)] == ["c", "b", "a"]
    assert rest.next == ""
    with pytest.raises(NotValidError):
        await writers.kb.page(ArticleFilter(), AGENT, cursor="x")


async def test_what_does_not_hold_now_is_not_told(writers: Writers) -> None:
    hour = timedelta(hours=1)
    await writers.publish(visibility="public", valid_from=writers.at, valid_until=writers.at + hour)
    for moment, is_told in ((-hour, False), (0 * hour, True), (hour, False)):
        found = await writers.kb.published("iade", "tr", VISITOR, writers.at + moment)
        assert (found is not None) is is_told
