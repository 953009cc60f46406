"""What single columns make of sums."""

from __future__ import annotations

from ivr.reports.columns import added, count, mean_s, share, titles, total_s
from ivr.reports.model import Fact, Share, Sums

NAME = titles("Ad", "Name")


def test_counts_are_added_and_taken_off() -> None:
    sums = Sums()
    sums.add(Fact((), {"a": 5, "b": 2}))
    sums.add(Fact((), {"a": 1, "c": 7}))
    assert added(sums, ("a", "-b", "unknown")) == 4
    assert count("a", NAME).of(sums) == 6
    assert count("x", NAME, "a", "c").of(sums) == 13
    assert share("s", NAME, ("b",), ("a", "-b")).of(sums) == Share(2, 4)


def test_means_are_seconds_and_missing_where_nothing_is_divided() -> None:
    sums = Sums()
    sums.add(Fact((), {"ms": 2501, "n": 2}))
    assert mean_s("m", NAME, ("ms",), ("n",)).of(sums) == 1.25
    assert mean_s("m", NAME, ("ms",), ("none",)).of(sums) is None
    assert total_s("t", NAME, "ms").of(sums) == 2.5
