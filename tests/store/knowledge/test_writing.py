"""From a draft to what holds, in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.errors import NotFoundError, NotValidError, StaleVersionError
from ivr.tickets.knowledge import VISITOR, ArticleStateError, Reader

if TYPE_CHECKING:
    from tests.fakes.writers import Writers

AGENT = Reader("ayse")
LEAD = Reader("sule", inside=True, edits=True)
CHECKER = Reader("kalite", inside=True)


async def test_a_draft_becomes_what_holds_and_the_one_before_is_archived(writers: Writers) -> None:
    first = await writers.publish(visibility="public", body="Bir")
    second = await writers.draft(visibility="public", body="İki")
    assert (first.version, second.version, second.state) == (1, 2, "draft")
    found = await writers.kb.published("iade", "tr-TR", VISITOR, writers.at)
    assert found is not None
    assert (found.id, found.published_at) == (first.id, writers.at)
    await writers.kb.publish(second.id, writers.act(), revision=second.revision)
    found = await writers.kb.published("iade", "tr", VISITOR, writers.at)
    assert found is not None
    assert (found.id, found.body) == (second.id, "İki")
    old = await writers.kb.get(first.id, LEAD)
    assert old is not None
    assert (old.state, old.revision) == ("archived", 3)


async def test_each_language_has_versions_of_its_own(writers: Writers) -> None:
    await writers.publish(visibility="public")
    english = await writers.publish(visibility="public", locale="en-GB", title="Returns")
    assert (english.locale, english.version) == ("en", 1)
    kb = writers.kb
    assert (await kb.published("iade", "en", VISITOR, writers.at)) == english
    assert await kb.published("iade", "de", VISITOR, writers.at) is None
    anything = await kb.published("iade", "", VISITOR, writers.at)
    assert anything == english


async def test_one_draft_of_a_language_at_a_time_and_one_kind_under_a_slug(
    writers: Writers,
) -> None:
    await writers.draft()
    with pytest.raises(ArticleStateError, match="draft of iade in tr already"):
        await writers.draft()
    await writers.draft(locale="en")
    with pytest.raises(NotValidError, match="iade is of the kind article"):
        await writers.draft(locale="de", kind="document")


async def test_only_a_draft_changes_and_only_by_whoever_saw_its_newest_state(
    writers: Writers,
) -> None:
    made = await writers.draft()
    act = writers.act("sule")
    changed = await writers.kb.change(made.id, {"title": "Yeni"}, act, revision=1)
    assert (changed.title, changed.revision, changed.version) == ("Yeni", 2, 1)
    same = await writers.kb.change(made.id, {"title": "Yeni"}, act, revision=2)
    assert same.revision == 2
    with pytest.raises(StaleVersionError):
        await writers.kb.change(made.id, {"title": "Başka"}, act, revision=1)
    with pytest.raises(StaleVersionError):
        await writers.kb.publish(made.id, act, revision=1)
    await writers.kb.publish(made.id, act, revision=2)
    for doing in (
        writers.kb.change(made.id, {"title": "Başka"}, act),
        writers.kb.publish(made.id, act),
        writers.kb.remove(made.id, act),
    ):
        with pytest.raises(ArticleStateError):
            await doing
    await writers.kb.archive(made.id, act)
    with pytest.raises(ArticleStateError):
        await writers.kb.archive(made.id, act)
    assert await writers.kb.published("iade", "tr", LEAD, writers.at) is None


async def test_a_draft_can_be_thrown_away(writers: Writers) -> None:
    made = await writers.draft()
    await writers.kb.remove(made.id, writers.act())
    assert await writers.kb.get(made.id, LEAD) is None
    with pytest.raises(NotFoundError):
        await writers.kb.remove(made.id, writers.act())
    log = await writers.rows("audit_log")
    assert [row["what"] for row in log] == ["kb.draft", "kb.remove"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"slug": "İade"}, "slug"),
        ({"slug": "a/b"}, "slug"),
        ({"locale": "turkish"}, "locale"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"kind": "poem"}, "kind"),
        ({"visibility": "secret"}, "visibility"),
        ({"categories": ("moon",)}, "moon"),
        ({"ivr_answer": "a" * 351}, "351|25 s"),
        ({"ivr_answer": "see https://x"}, "ivr_answer"),
        ({"body": "x" * 200_001}, "body"),
        ({"body": "a\0b"}, "body"),
    ],
)
async def test_what_cannot_be_an_article_is_said(
    writers: Writers, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotValidError, match=words):
        await writers.draft(**fields)
    assert await writers.rows("kb_article") == []


async def test_an_article_without_a_word_is_not_published(writers: Writers) -> None:
    made = await writers.draft(body=" ")
    with pytest.raises(NotValidError, match="without a word"):
        await writers.kb.publish(made.id, writers.act())
    with pytest.raises(NotValidError, match="no state that can be changed"):
        await writers.kb.change(made.id, {"state": "published"}, writers.act())
    later = {"valid_from": writers.at, "valid_until": writers.at}
    with pytest.raises(NotValidError, match="later"):
        await writers.kb.change(made.id, later, writers.act())
