"""What a plan refuses, and how the figures of an outcome are made."""

from __future__ import annotations

from array import array
from typing import Any

import pytest

from ivr.acd.settings import SECOND
from ivr.runtime.simulate.plan import Outcome, Plan


def outcome(waits_s: list[float], left_s: list[float], turned_away: int = 0) -> Outcome:
    """Calls that were answered and calls that gave up, after so many seconds."""
    return Outcome(
        waits_ns=array("q", [round(wait * SECOND) for wait in waits_s]),
        left_ns=array("q", [round(wait * SECOND) for wait in left_s]),
        turned_away=turned_away,
        busy_ns=30 * SECOND,
        span_ns=20 * SECOND,
        agents=2,
        events=0,
    )


def test_figures_are_shares_of_all_who_entered() -> None:
    found = outcome([0, 0, 10, 20, 20.5], [4, 7, 40], turned_away=2)
    assert (found.answered, found.abandoned, found.entered) == (5, 3, 8)
    assert found.delayed_share == 6 / 8
    assert found.abandoned_share == 3 / 8
    assert found.turned_away_share == 2 / 10
    assert found.mean_wait_s == pytest.approx(101.5 / 8)
    assert found.service_level() == 4 / 8
    assert found.service_level(15) == 3 / 8
    assert found.answered_level() == 4 / 5
    assert found.occupancy == 0.75


def test_nobody_is_no_share_of_anything() -> None:
    found = outcome([], [])
    figures = [found.delayed_share, found.abandoned_share, found.mean_wait_s]
    assert [*figures, found.service_level(), found.answered_level()] == [0.0] * 5


def test_the_warm_up_is_20_handling_times_and_at_least_an_hour() -> None:
    plan: dict[str, Any] = {"calls_per_s": 1.0, "agents": 3}
    assert Plan(**plan, handle_s=100).warmup_ns == 3_600 * SECOND
    assert Plan(**plan, handle_s=300).warmup_ns == 6_000 * SECOND
    assert Plan(**plan, handle_s=300, warmup_s=0).warmup_ns == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("calls_per_s", 0.0),
        ("handle_s", float("nan")),
        ("agents", 0),
        ("calls", 0),
        ("patience_s", 0.0),
        ("places", 0),
        ("wrapup_s", -1.0),
        ("warmup_s", float("inf")),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(name: str, value: float) -> None:
    facts: dict[str, Any] = {"calls_per_s": 1.0, "handle_s": 1.0, "agents": 1, name: value}
    with pytest.raises(ValueError, match=rf"^{name} is "):
        Plan(**facts)
