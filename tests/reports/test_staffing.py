"""Agents for half an hour: the worked examples of the design, and what they must fulfil."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.reports.model import Fact
from ivr.reports.staffing import Demand, Limits, TooMuchError, by_half_hour, staffed

WORKED = Demand(100, 180, 300)


def test_the_worked_example_needs_13_by_a_and_14_by_c() -> None:
    found = staffed(WORKED, Limits())
    assert (found.needed, found.cautious, found.binding) == (13, 14, "level")
    assert found.expected is not None
    assert found.expected.service_level == pytest.approx(0.858178, abs=1e-6)
    assert found.expected.abandoned == pytest.approx(0.024963, abs=1e-6)


@pytest.mark.parametrize(
    ("shrinkage", "scheduled"), [(0.0, 13), (0.3, 19), (1 - 0.9 * 0.95 * 0.92, 17), (0.35, 20)]
)
def test_more_are_on_the_roster_than_are_there(shrinkage: float, scheduled: int) -> None:
    assert staffed(WORKED, Limits(shrinkage=shrinkage)).scheduled == scheduled


def test_the_limit_that_asks_for_the_last_agent_is_named() -> None:
    patient = Demand(1000, 180, 3600)
    assert staffed(patient, Limits(occupancy=0.85)).binding == "occupancy"
    assert staffed(WORKED, Limits(level=0.1, abandoned=0.01)).binding == "abandoned"


def test_nothing_needs_nobody_and_too_much_is_said() -> None:
    assert staffed(Demand(0, 0, 0), Limits()).needed == 0
    with pytest.raises(TooMuchError, match="more than 2000"):
        staffed(Demand(10**6, 600, 3000), Limits())


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 200), st.floats(30, 600), st.floats(30, 900))
def test_one_agent_less_breaks_a_limit_and_more_calls_never_need_fewer(
    calls: float, handle_s: float, patience_s: float
) -> None:
    limits = Limits()
    found = staffed(Demand(calls, handle_s, patience_s), limits)
    assert found.expected is not None
    assert found.expected.service_level >= limits.level
    assert found.expected.abandoned <= limits.abandoned
    assert found.expected.occupancy <= limits.occupancy
    assert found.scheduled >= found.needed
    more = staffed(Demand(calls * 1.5, handle_s, patience_s), limits)
    assert more.needed >= found.needed


def test_quarters_are_added_up_by_half_hours_of_the_local_day() -> None:
    noon = 1_795_435_200 // 900
    facts = [Fact((), {"offered": 2, "other": 9}, noon + quarter) for quarter in (0, 1, 2, 96, 95)]
    found = by_half_hour(facts, ["offered"], ZoneInfo("Europe/Istanbul"))
    assert found == {"14:30": 2, "15:00": 6, "15:30": 2}
