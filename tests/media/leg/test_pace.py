"""Ticks in time, late, and much too late."""

from __future__ import annotations

from ivr.media.leg.pace import Pace


def test_a_tick_is_due_each_20_ms_by_the_clock_and_not_by_the_last_one() -> None:
    pace = Pace(100.0)
    ran: list[int] = []
    for step in range(1, 101):
        now_s = 100 + step * 0.0205
        ran += [pace.step() for _ in range(pace.ticks(now_s))]
    assert len(ran) == 102
    assert ran[-1] == 102 * 160


def test_ticks_up_to_60_ms_late_are_made_up_for() -> None:
    pace = Pace(0.0)
    assert pace.ticks(0.019) == 0
    assert pace.ticks(0.0799) == 3
    assert pace.given_up == 0


def test_later_than_that_the_time_is_given_up() -> None:
    pace = Pace(0.0)
    assert pace.ticks(0.02 + 0.5) == 1
    assert pace.step() == 26 * 160
    assert pace.given_up == 25
    assert pace.now_ms == 20
    assert pace.ticks(0.539) == 0
    assert pace.ticks(0.541) == 1


def test_steady_time_goes_on_between_ticks() -> None:
    pace = Pace(5.0, 1000.0)
    pace.look(5.0137)
    assert pace.now_ms == 13
    assert pace.unix_s == 1000.013


def test_late_ticks_close_the_door_until_they_are_forgotten() -> None:
    pace = Pace(0.0)
    now_s = 0.0
    for tick in range(250):
        now_s += 0.02
        late_s = 0.05 if tick % 50 == 0 else 0.0001
        for _ in range(pace.ticks(now_s + late_s)):
            pace.step()
    assert pace.late_ms > 40
    assert not pace.willing
    for _ in range(250):
        now_s += 0.02
        for _ in range(pace.ticks(now_s + 0.0001)):
            pace.step()
    assert pace.willing


def test_a_rest_is_no_lateness() -> None:
    pace = Pace(0.0)
    assert pace.late_ms == 0
    pace.rest(100.0)
    assert pace.ticks(100.001) == 1
    assert pace.given_up == 0
    assert pace.late_ms < 2
