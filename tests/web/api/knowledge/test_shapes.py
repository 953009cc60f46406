"""Bodies and filters as the port takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from ivr.runtime.ports.knowledge import ArticleFilter
from ivr.web.api.knowledge.shapes import ArticleChange, ArticleList, ArticleNew

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_change_holds_what_was_named_and_null_takes_a_moment_away() -> None:
    change = ArticleChange.model_validate({"title": "x", "body": None, "valid_until": None})
    assert change.changes() == {"title": "x", "valid_until": None}


def test_a_list_is_a_filter() -> None:
    query = ArticleList(kind=("document",), q="iade", category="card")
    assert query.which(NOON) == ArticleFilter(kinds=("document",), words="iade", category="card")
    assert ArticleList(valid=True).which(NOON).valid_at == NOON


def test_names_are_checked_before_anything_is_asked() -> None:
    for slug, locale in (("A", "tr"), ("a", "turkish"), ("a\n", "tr")):
        with pytest.raises(ValidationError):
            ArticleNew(slug=slug, locale=locale)
