"""An event of a call as other systems are told it."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.cti.news import CallNews

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_what_is_empty_is_left_out_and_more_is_added() -> None:
    news = CallNews("call.ended", "c1", AT, dnis="+908502220000", more={"outcome": "handled"})
    assert news.plain() == {
        "call": "c1",
        "to": "+908502220000",
        "direction": "in",
        "outcome": "handled",
    }


def test_everything_that_is_known_is_told() -> None:
    news = CallNews(
        "call.answered", "c1", AT, "+905321234567", "+908502220000", "in", "cards", ("ayse",), "101"
    )
    assert news.plain()["agents"] == ["ayse"]
    assert (news.plain()["answering_number"], news.plain()["from"]) == ("101", "+905321234567")
