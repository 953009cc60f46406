"""Erlang B, C and A: the reference tables of the design, other people's numbers, and laws."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import erfc, exp, inf, pi, sqrt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.reports.erlang import Line, erlang_a, erlang_b, erlang_c

if TYPE_CHECKING:
    from collections.abc import Callable

EXACT, SHORT = 1e-9, 1e-6
B_TABLE = [
    *((1, 1, 0.5), (2, 1, 0.2), (5, 3, 0.1100543478), (10, 5, 0.0183845703)),
    *((20, 12, 0.0097956394), (50, 40, 0.0186906711), (100, 84.1, 0.0100717051)),
    *((200, 180, 0.0103249952), (1000, 971, 0.0099192800)),
]
C_TABLE = [
    *((2, 1, 0.3333333333), (11, 10, 0.6821182047), (12, 10, 0.4493882243)),
    *((13, 10, 0.2852704530), (14, 10, 0.1741319336), (15, 10, 0.1020423670)),
    *((13, 10.5, 0.3688456362), (55, 48, 0.2387009364), (100, 95, 0.5064568539)),
    *((200, 190, 0.3652638566), (500, 480, 0.2665125200), (1000, 980, 0.4122002924)),
    *((1000, 995, 0.8168135984), (10_000, 9900, 0.2227769289), (100_000, 99_900, 0.6579935118)),
]
# n: C delayed, asa, level; A delayed, abandoned, wait, occupancy, level, level of answered
SIDE_BY_SIDE = {
    9: (1, inf, 0, 0.734549, 0.163262, 48.978587, 0.929709, 0.366249, 0.437710),
    10: (1, inf, 0, 0.599433, 0.109438, 32.831400, 0.890562, 0.516810, 0.580319),
    11: (
        *(0.682118, 122.781277, 0.389614),
        *(0.459775, 0.069945, 20.983589, 0.845504, 0.656873, 0.706274),
    ),
    12: (
        *(0.449388, 40.444940, 0.640158),
        *(0.331802, 0.042711, 12.813332, 0.797741, 0.772279, 0.806736),
    ),
    13: (
        *(0.285270, 17.116227, 0.795595),
        *(0.225797, 0.024963, 7.488991, 0.750028, 0.858178, 0.880149),
    ),
    14: (
        *(0.174132, 7.835937, 0.888350),
        *(0.145260, 0.013984, 4.195123, 0.704297, 0.916792, 0.929794),
    ),
    15: (
        *(0.102042, 3.673525, 0.941453),
        *(0.088547, 0.007514, 2.254343, 0.661657, 0.953856, 0.961078),
    ),
    16: (
        *(0.057340, 1.720210, 0.970560),
        *(0.051251, 0.003876, 1.162847, 0.622577, 0.975745, 0.979542),
    ),
}
RATE = 100 / 1800


@pytest.mark.parametrize(("agents", "load", "lost"), B_TABLE)
def test_the_table_of_b(agents: int, load: float, lost: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(lost, abs=EXACT)


@pytest.mark.parametrize(("agents", "load", "delayed"), C_TABLE)
def test_the_table_of_c(agents: int, load: float, delayed: float) -> None:
    assert erlang_c(load, 1.0, agents).delayed == pytest.approx(delayed, abs=EXACT)


@pytest.mark.parametrize("agents", SIDE_BY_SIDE)
def test_c_and_a_side_by_side(agents: int) -> None:
    """100 calls in half an hour, 180 s each, 20 s wanted, patience 300 s."""
    c = erlang_c(RATE, 180.0, agents)
    a = erlang_a(Line(RATE, 180.0, agents, 300.0))
    found = (c.delayed, c.asa_s, c.service_level, a.delayed, a.abandoned, a.wait_s, a.occupancy)
    wanted = SIDE_BY_SIDE[agents]
    assert (*found, a.service_level, a.answered_level) == pytest.approx(wanted, abs=SHORT)


def test_what_others_have_published() -> None:
    mitan = erlang_c(0.2, 240.0, 55, 15.0)
    assert mitan.delayed == pytest.approx(0.2387, abs=5e-5)
    assert mitan.asa_s == pytest.approx(8.184, abs=5e-4)
    assert (mitan.service_level, mitan.occupancy) == pytest.approx((0.8459, 0.8727), abs=5e-5)
    assert erlang_c(3.5 / 60, 180.0, 13).asa_s == pytest.approx(26.56, abs=5e-3)
    patient = [erlang_a(Line(3.5 / 60, 180.0, n, 300.0)).wait_s for n in (13, 9)]
    assert patient == pytest.approx([9.91, 56.62], abs=5e-3)


def test_a_queue_with_few_places_as_whitt_has_it() -> None:
    """M/M/100/200+M with 102 arrivals: Whitt 2005, table 1."""
    full = erlang_a(Line(102.0, 1.0, 100, 1.0, places=100), 0.1)
    assert 1 - full.delayed == pytest.approx(0.4083, abs=5e-5)
    assert full.abandoned == pytest.approx(0.0499, abs=5e-5)
    assert full.queue == pytest.approx(5.092, abs=5e-4)
    assert full.answered_level == pytest.approx(0.7986, abs=5e-5)


def test_without_places_it_is_erlang_b() -> None:
    none = erlang_a(Line(RATE, 180.0, 12, 300.0, places=0))
    assert none.blocked == pytest.approx(erlang_b(10.0, 12), abs=EXACT)
    assert (none.delayed, none.wait_s, none.service_level) == pytest.approx((0.0, 0.0, 1.0))


@pytest.mark.parametrize("agents", [1, 2, 7, 30, 60])
def test_b_is_the_same_in_exact_fractions(agents: int) -> None:
    load = Fraction(agents * 9, 10)
    terms, term = [Fraction(1)], Fraction(1)
    for count in range(1, agents + 1):
        term = term * load / count
        terms.append(term)
    assert erlang_b(float(load), agents) == pytest.approx(float(term / sum(terms)), abs=1e-12)


def test_callers_who_never_leave_make_c_of_a() -> None:
    a, c = erlang_a(Line(RATE, 180.0, 12, 180e9)), erlang_c(RATE, 180.0, 12)
    assert a.delayed == pytest.approx(c.delayed, abs=1e-7)
    assert a.service_level == pytest.approx(c.service_level, abs=1e-6)


def test_callers_who_leave_at_once_make_b_of_a() -> None:
    a = erlang_a(Line(RATE, 180.0, 12, 0.001))
    assert a.abandoned == pytest.approx(erlang_b(10.0, 12), abs=1e-5)


@given(st.floats(0.001, 1.0), st.floats(10.0, 600.0), st.integers(1, 60), st.floats(10.0, 1000.0))
def test_b_is_below_a_and_a_below_c_and_more_agents_help(
    rate: float, handle_s: float, agents: int, patience_s: float
) -> None:
    load = rate * handle_s
    now, more = (erlang_a(Line(rate, handle_s, n, patience_s)) for n in (agents, agents + 1))
    slack = 1e-9
    assert erlang_b(load, agents) <= now.delayed + slack
    assert now.delayed <= erlang_c(rate, handle_s, agents).delayed + slack
    assert now.abandoned == pytest.approx(now.wait_s / patience_s)
    assert more.delayed <= now.delayed + slack
    assert more.service_level + slack >= now.service_level
    assert 0 <= now.service_level <= now.answered_level + slack <= 1 + 2 * slack


@given(st.floats(0.1, 50.0), st.integers(1, 80))
def test_scaling_all_times_scales_waits(factor: float, agents: int) -> None:
    one = erlang_a(Line(0.1, 200.0, agents, 300.0), 20.0)
    other = erlang_a(Line(0.1 / factor, 200.0 * factor, agents, 300.0 * factor), 20.0 * factor)
    assert other.wait_s == pytest.approx(one.wait_s * factor, rel=1e-6)
    assert other.service_level == pytest.approx(one.service_level, abs=1e-6)


def test_one_pool_beats_two_halves() -> None:
    whole, half = erlang_c(RATE, 180.0, 14), erlang_c(RATE / 2, 180.0, 7)
    assert whole.service_level == pytest.approx(0.888350, abs=SHORT)
    assert half.service_level == pytest.approx(0.740441, abs=SHORT)


def test_more_load_makes_everything_worse() -> None:
    found = [erlang_c(rate / 1000, 180.0, 14) for rate in range(10, 77, 6)]
    for one, other in pairwise(found):
        assert other.delayed > one.delayed
        assert other.service_level < one.service_level


@pytest.mark.parametrize(("agents", "load"), [(10_000, 9900.0), (100_000, 99_900.0)])
def test_large_teams_are_as_halfin_and_whitt_say(agents: int, load: float) -> None:
    beta = (agents - load) / sqrt(agents)
    below = 1 - erfc(beta / sqrt(2)) / 2
    about = 1 / (1 + beta * below / (exp(-beta * beta / 2) / sqrt(2 * pi)))
    assert erlang_c(load, 1.0, agents).delayed == pytest.approx(about, rel=0.01)


def test_the_edges() -> None:
    assert (erlang_b(0.0, 1), erlang_b(0.0, 0), erlang_b(5.0, 0)) == (0.0, 1.0, 1.0)
    assert erlang_c(0.0, 180.0, 0).delayed == 1.0
    nothing = erlang_c(0.0, 180.0, 3)
    assert (nothing.delayed, nothing.asa_s, nothing.service_level) == (0.0, 0.0, 1.0)
    quiet = erlang_a(Line(0.0, 180.0, 3, 300.0))
    assert (quiet.delayed, quiet.wait_s, quiet.service_level) == (0.0, 0.0, 1.0)
    alone = erlang_a(Line(RATE, 180.0, 0, 300.0))
    assert (alone.delayed, alone.service_level) == pytest.approx((1.0, 0.0))
    assert alone.abandoned == pytest.approx(1.0)
    assert erlang_a(Line(RATE, 180.0, 12, 300.0), 0.0).service_level == pytest.approx(
        1 - erlang_a(Line(RATE, 180.0, 12, 300.0)).delayed
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: erlang_b(-1.0, 1), "load is -1.0"),
        (lambda: erlang_b(1.0, -1), "agents is -1"),
        (lambda: erlang_b(1.0, 1.5), "agents is 1.5"),  # type: ignore[arg-type]
        (lambda: erlang_c(inf, 1.0, 1), "calls_per_s is inf"),
        (lambda: erlang_c(1.0, 1.0, 2, float("nan")), "threshold_s is nan"),
        (lambda: Line(1.0, -1.0, 1, 1.0), "handle_s is -1.0"),
        (lambda: Line(1.0, 1.0, 1, 0.0), "handle_s and patience_s must be above 0"),
        (lambda: Line(1.0, 1.0, 1, 1.0, places=-1), "places is -1"),
        (lambda: erlang_a(Line(10.0, 1.0, 1, 1e9)), "patience_s is 1000000000.0: too long"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        make()
