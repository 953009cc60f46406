"""Tenants never see each other's articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.knowledge import ArticleFilter, Use
from ivr.tickets.knowledge import VISITOR, Reader

if TYPE_CHECKING:
    from tests.fakes.writers import Writers

AGENT = Reader("ayse")
LEAD = Reader("sule", inside=True, edits=True)
CHECKER = Reader("kalite", inside=True)


async def test_tenants_never_see_each_others_articles(writers: Writers) -> None:
    mine = await writers.publish(visibility="public")
    theirs = await writers.publish(visibility="public", tenant=2, title="Onların")
    assert (mine.version, theirs.version) == (1, 1)
    assert await writers.kb.get(theirs.id, LEAD) is None
    assert await writers.kb.published("iade", "tr", VISITOR, writers.at) == mine
    assert [row.id for row in (await writers.kb.page(ArticleFilter(), LEAD)).rows] == [mine.id]
    for doing in (
        writers.kb.archive(theirs.id, writers.act()),
        writers.kb.change(theirs.id, {"title": "x"}, writers.act()),
        writers.kb.use(theirs.id, Use("shown"), writers.at),
        writers.kb.uses(theirs.id),
        writers.kb.receipts(theirs.id),
    ):
        with pytest.raises(NotFoundError):
            await doing
