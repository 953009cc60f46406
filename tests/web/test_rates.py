"""A steady rate with room for bursts."""

from __future__ import annotations

from ivr.web import rates
from ivr.web.rates import Rates


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    made = Rates(per_s=2, burst=3)
    assert [made.wait_s("a", 100.0) for _ask in range(3)] == [0.0] * 3
    assert made.wait_s("a", 100.0) == 0.5
    assert made.wait_s("a", 100.25) == 0.25
    assert made.wait_s("a", 100.5) == 0.0
    assert made.wait_s("a", 100.5) == 0.5


def test_a_pause_gives_the_burst_back_and_no_more() -> None:
    made = Rates(per_s=2, burst=3)
    for _ask in range(3):
        made.wait_s("a", 0.0)
    assert [made.wait_s("a", 1_000.0) for _ask in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_everybody_has_a_rate_of_his_own() -> None:
    made = Rates(per_s=1, burst=1)
    assert made.wait_s("a", 0.0) == 0.0
    assert made.wait_s("b", 0.0) == 0.0
    assert made.wait_s("a", 0.0) == 1.0


def test_memory_is_bounded() -> None:
    made = Rates(per_s=1, burst=1)
    for number in range(rates.MOST_KEYS + 10):
        made.wait_s(str(number), 0.0)
    assert len(made._due) == rates.MOST_KEYS


def test_looking_counts_nothing() -> None:
    made = Rates(per_s=1, burst=1)
    assert [made.left_s("a", 0.0) for _look in range(3)] == [0.0] * 3
    assert made.wait_s("a", 0.0) == 0.0
    assert made.left_s("a", 0.0) == 1.0
