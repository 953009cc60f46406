"""Everybody sees what he may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.knowledge import ArticleFilter
from ivr.tickets.knowledge import VISITOR, Reader

if TYPE_CHECKING:
    from tests.fakes.writers import Writers

AGENT = Reader("ayse")
LEAD = Reader("sule", inside=True, edits=True)
CHECKER = Reader("kalite", inside=True)


async def test_everybody_sees_what_he_may(writers: Writers) -> None:
    for visibility in ("internal", "agents", "public"):
        await writers.publish(visibility, visibility=visibility)
    await writers.draft("hers", by="ayse")
    await writers.draft("other", by="ali")
    seen = {
        reader.name: {row.slug for row in (await writers.kb.page(ArticleFilter(), reader)).rows}
        for reader in (VISITOR, AGENT, CHECKER, LEAD)
    }
    assert seen == {
        "": {"public"},
        "ayse": {"agents", "public", "hers"},
        "kalite": {"internal", "agents", "public"},
        "sule": {"internal", "agents", "public", "hers", "other"},
    }
