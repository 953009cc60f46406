"""Slugs, languages, who reads what, and what a telephone can say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.tickets.knowledge import (
    MOST_LETTERS,
    VISITOR,
    Reader,
    answer_problem,
    language_of,
    locale_problem,
    slug_problem,
    spoken_s,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("slug", ["a", "a-b", "returns.2026", "a_b-c.d", "x" * 128])
def test_slugs(slug: str) -> None:
    assert slug_problem(slug) == ""


@pytest.mark.parametrize("slug", ["", "A", "iade ", "a--b", "-a", "a/b", "ü", "x" * 129, "a\0"])
def test_what_is_no_slug(slug: str) -> None:
    assert slug_problem(slug).startswith("slug: ")


def test_languages() -> None:
    assert [locale_problem(each) for each in ("tr", "en", "kmr")] == ["", "", ""]
    assert all(map(locale_problem, ("", "t", "turkish", "TR", "tr-TR")))
    assert [language_of(each) for each in ("tr", "tr-TR", "EN_gb")] == ["tr", "tr", "en"]


def test_an_answer_lasts_at_most_twenty_five_seconds() -> None:
    assert spoken_s("a" * 14) == 1
    assert spoken_s(" a \n b ") == pytest.approx(3 / 14)
    assert answer_problem("a" * MOST_LETTERS) == ""
    assert "at most 25 s, which is 350 characters" in answer_problem("a" * (MOST_LETTERS + 1))


@pytest.mark.parametrize("text", ["<b>x", "{name}", "[x]", "see https://x", "www.x", "a\0", "#1"])
def test_what_cannot_be_said(text: str) -> None:
    assert "cannot be said" in answer_problem(text)


def test_who_reads_what() -> None:
    assert VISITOR.levels == ("public",)
    assert Reader("ayse").levels == ("agents", "public")
    assert Reader("sule", inside=True).levels == ("internal", "agents", "public")
