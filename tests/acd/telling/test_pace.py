"""How long calls take and how patient callers are, as the last half hour shows it."""

from __future__ import annotations

import pytest

from ivr.acd.telling.pace import WINDOW_S, Pace, blended


def test_without_recent_calls_it_is_as_usual() -> None:
    pace = Pace()
    assert pace.handle_s(0.0, 180.0) == 180.0
    assert pace.patience_s(0.0, 300.0) == 300.0
    assert pace.patience_s(0.0, 0.0) == 0.0


def test_fifty_recent_calls_weigh_as_much_as_what_is_usual() -> None:
    pace = Pace()
    for each in range(50):
        pace.handled(float(each), 300.0)
    assert pace.handle_s(60.0, 180.0) == pytest.approx(240.0)
    assert blended(180.0, 300.0, 0) == 180.0


def test_callers_who_were_answered_speak_for_patience() -> None:
    pace = Pace()
    for _ in range(8):
        pace.waited(0.0, 60.0, gave_up=False)
    for _ in range(2):
        pace.waited(0.0, 60.0, gave_up=True)
    assert pace.patience_s(1.0, 0.0) == pytest.approx(300.0)
    assert pace.patience_s(1.0, 352.0) == pytest.approx(352.0 - 52.0 * 2 / 52)


def test_what_is_older_than_half_an_hour_is_forgotten() -> None:
    pace = Pace()
    pace.handled(0.0, 900.0)
    pace.waited(0.0, 900.0, gave_up=True)
    assert pace.handle_s(WINDOW_S, 180.0) == 180.0
    assert pace.patience_s(WINDOW_S, 300.0) == 300.0
