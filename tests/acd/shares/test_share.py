"""What a team is promised of the calls of its queues, against what it was given of them."""

from __future__ import annotations

from ivr.acd.shares.share import Share


def given(**calls: int) -> Share:
    share = Share("card_desk", {"cards": 70, "loans": 30})
    for queue, count in calls.items():
        share.count(queue, count)
    return share


def test_before_the_first_call_no_queue_is_behind() -> None:
    share = given()
    assert share.ahead("cards") == share.ahead("loans") == 0
    assert share.deficit("cards") == 0


def test_the_deficit_is_the_promised_share_minus_the_observed_one() -> None:
    share = given(cards=5, loans=3)
    assert (share.deficit("cards"), share.deficit("loans")) == (7.5, -7.5)


def test_the_queue_with_the_largest_deficit_is_least_ahead() -> None:
    for calls in ({"cards": 2, "loans": 1}, {"cards": 3, "loans": 1}, {"cards": 7, "loans": 3}):
        share = given(**calls)
        by_deficit = sorted(share.promised, key=share.deficit, reverse=True)
        assert sorted(share.promised, key=share.ahead) == by_deficit


def test_calls_of_queues_without_a_share_do_not_count() -> None:
    share = given(cards=1, other=99)
    assert (share.given, share.total) == ({"cards": 1}, 1)
    share.forget()
    assert (share.given, share.total) == ({}, 0)
