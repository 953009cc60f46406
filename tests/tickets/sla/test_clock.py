"""What can be asked of a clock between two lines of its ledger."""

from __future__ import annotations

from datetime import timedelta

from ivr.tickets.sla.clock import ClockState, missed_at
from ivr.tickets.sla.writing import Key, Line, begin, write
from tests.tickets.sla.scene import CALENDARS, at

KEY = Key("sla", "", "resolution", 1)
DUE = at("11-20 18:00")
SECOND = timedelta(seconds=1)


def running() -> ClockState:
    line = Line("start", at("11-20 17:00"), target_s=3600, calendar="branch@1")
    return begin(KEY, line, CALENDARS).state


def test_it_counts_on_between_lines() -> None:
    assert running().counted(at("11-20 17:30"), CALENDARS) == 1800
    assert running().counted(at("11-20 16:30"), CALENDARS) == 0


def test_at_the_due_moment_and_over_the_closed_weekend_nothing_is_missed() -> None:
    state = running()
    assert state.due_at == DUE
    assert missed_at(state, DUE - SECOND, CALENDARS) is None
    assert missed_at(state, DUE, CALENDARS) is None
    assert missed_at(state, at("11-21 10:00"), CALENDARS) is None
    assert missed_at(state, at("11-21 10:00") + SECOND, CALENDARS) == DUE


def test_a_paused_clock_misses_nothing() -> None:
    line = Line("start", at("11-20 17:00"), target_s=3600, calendar="branch@1")
    clock = write(
        begin(KEY, line, CALENDARS), Line("pause", at("11-20 17:30"), "customer"), CALENDARS
    )
    assert missed_at(clock.state, at("11-27 17:30"), CALENDARS) is None
    assert clock.state.counted(at("11-27 17:30"), CALENDARS) == 1800
