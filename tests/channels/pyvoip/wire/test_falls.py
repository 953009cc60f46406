"""When a process that falls is started again, and when its trunk counts as down."""

from __future__ import annotations

from ivr.channels.pyvoip.wire.falls import LONGEST_S, WITHIN_S, Falls, Verdict


def test_each_fall_waits_twice_as_long_up_to_a_minute() -> None:
    falls = Falls()
    waits = [falls.fell(float(at)).wait_s for at in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [falls.fell(9.0).wait_s for _again in range(50)][-1] == LONGEST_S


def test_three_falls_within_ten_minutes_are_too_many() -> None:
    falls = Falls()
    assert [falls.fell(at).down for at in (0.0, WITHIN_S / 2, WITHIN_S)] == [False, False, True]


def test_falls_of_long_ago_are_forgotten() -> None:
    falls = Falls()
    for at in (0.0, 1.0, 2.0):
        falls.fell(at)
    assert falls.fell(2.5 + WITHIN_S) == Verdict(1.0, down=False)
