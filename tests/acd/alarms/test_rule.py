"""What an alarm watches, and from where to where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ivr.acd.alarms.rule import METRICS, SHARES, Bound, QueueAlarm

RULE = QueueAlarm("a", "waiting", "q", Bound(5, below=False), Bound(3, below=True))


def test_the_limit_itself_lies_on_neither_side() -> None:
    below, above = Bound(70, below=True), Bound(75, below=False)
    assert [below.holds(value) for value in (69.9, 70, 71)] == [True, False, False]
    assert [above.holds(value) for value in (74, 75, 75.1)] == [False, False, True]


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "oldest_wait"},
        {"queue": "other"},
        {"variant": "F1"},
        {"window_ns": 1},
        {"min_n": 1},
        {"fire": Bound(6, below=False)},
        {"clear": Bound(2, below=True)},
        {"fire_for_ns": 1},
        {"clear_for_ns": 1},
    ],
)
def test_whatever_the_state_depends_on_is_part_of_the_condition(change: dict[str, Any]) -> None:
    assert replace(RULE, **change).condition != RULE.condition


def test_whom_it_tells_and_how_often_is_not() -> None:
    other = replace(RULE, name="b", notify=("sms:x",), repeat_ns=9)
    assert other.condition == RULE.condition


def test_shares_are_metrics_in_percent() -> None:
    assert {name for name, kind in METRICS.items() if kind == "percent"} == SHARES
