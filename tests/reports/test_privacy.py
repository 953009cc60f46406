"""Anonymous answers in groups of five and more."""

from __future__ import annotations

from ivr.reports.model import Fact, Sums
from ivr.reports.privacy import in_groups, is_small


def sums(anonymous: int, good: int) -> Sums:
    found = Sums()
    found.add(Fact((), {"anonymous": anonymous, "good": good}, value=1, largest={"v": good}))
    return found


def test_a_group_of_four_is_empty_and_the_total_cannot_give_it_away() -> None:
    groups = {"a": sums(4, 3), "b": sums(9, 7), "c": sums(0, 50)}
    shown, whole = in_groups(groups, sums(13, 60), "anonymous")
    assert {key: each.counts["good"] for key, each in shown.items()} == {"a": 0, "b": 7, "c": 50}
    assert whole.counts["good"] == 57
    assert whole.largest == {"v": 50}


def test_groups_of_five_are_shown_whole() -> None:
    groups = {"a": sums(5, 3), "b": sums(0, 7)}
    shown, whole = in_groups(groups, sums(5, 10), "anonymous")
    assert shown == groups
    assert whole.counts["good"] == 10


def test_five_is_the_least() -> None:
    assert [n for n in range(8) if is_small(n)] == [1, 2, 3, 4]
