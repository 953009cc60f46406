"""Who gave a contact on to whom."""

from __future__ import annotations

from ivr.reports.moves import Move, Part, comes_back, counts, moves

CARDS, LOANS = Part("queue", "cards"), Part("queue", "loans")
AYSE, ALI = Part("talk", "cards", "ayse"), Part("talk", "cards", "ali")
HELD = Part("hold", "cards", "ayse")
OUT = Part("external")


def test_a_wait_and_a_talk_are_no_transfer_and_neither_is_a_hold() -> None:
    assert moves([CARDS, AYSE]) == []
    assert moves([CARDS, AYSE, HELD, AYSE]) == []
    assert moves([CARDS, LOANS, AYSE]) == [], "an overflow is no transfer"


def test_the_ways_are_told_apart() -> None:
    assert moves([CARDS, AYSE, LOANS]) == [Move("to_queue", "cards", "ayse", "cards > loans")]
    assert [each.how for each in moves([CARDS, AYSE, ALI])] == ["to_agent"]
    assert [each.how for each in moves([CARDS, AYSE, HELD, ALI])] == ["consulted"]
    three = Part("conference", "cards", "ayse")
    assert [each.how for each in moves([CARDS, AYSE, three, ALI])] == ["consulted"]
    assert moves([AYSE, OUT]) == [Move("outside", "cards", "ayse", "cards > @")]


def test_back_is_only_where_somebody_had_talked_before() -> None:
    assert comes_back([CARDS, AYSE, LOANS, ALI, CARDS, AYSE])
    assert not comes_back([CARDS, LOANS, CARDS, AYSE])
    assert not comes_back([CARDS, AYSE, LOANS])


def test_each_way_is_counted() -> None:
    found = counts(moves([CARDS, AYSE, LOANS, Part("talk", "loans", "ali"), OUT]))
    assert found == {"to_queue": 1, "to_agent": 0, "consulted": 0, "outside": 1}
