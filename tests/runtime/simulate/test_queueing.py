"""Simulated queues against theory, at small size; `benchmarks/routing_erlang.py` is the real proof.

Limits are three standard deviations of such runs, taken from 20 seeds; the seeds here are fixed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.acd.settings import SECOND
from ivr.reports.erlang import Line, erlang_a, erlang_c
from ivr.runtime.simulate.plan import Plan
from ivr.runtime.simulate.queueing import simulate

LEAVING = Plan(calls_per_s=0.1, handle_s=180, agents=18, patience_s=180, calls=8_000)
SHORT = replace(LEAVING, calls=300, warmup_s=0)


@pytest.mark.unmeasured
def test_callers_who_may_leave_wait_as_long_as_erlang_a_says() -> None:
    outcome = simulate(LEAVING)
    theory = erlang_a(Line(0.1, 180, 18, 180))
    assert outcome.entered == 8_000
    assert outcome.delayed_share == pytest.approx(theory.delayed, abs=0.086)
    assert outcome.mean_wait_s == pytest.approx(theory.wait_s, abs=4.6)
    assert outcome.abandoned_share == pytest.approx(theory.abandoned, abs=0.026)
    assert outcome.service_level() == pytest.approx(theory.service_level, abs=0.084)
    assert outcome.answered_level() == pytest.approx(theory.answered_level, abs=0.076)
    assert outcome.occupancy == pytest.approx(theory.occupancy, abs=0.025)


@pytest.mark.unmeasured
def test_patient_callers_wait_as_long_as_erlang_c_says() -> None:
    outcome = simulate(Plan(calls_per_s=0.05, handle_s=180, agents=12, calls=4_000))
    theory = erlang_c(0.05, 180, 12)
    assert outcome.abandoned == 0
    assert outcome.delayed_share == pytest.approx(theory.delayed, abs=0.092)
    assert outcome.mean_wait_s == pytest.approx(theory.asa_s, abs=17)
    assert outcome.service_level() == pytest.approx(theory.service_level, abs=0.094)
    assert outcome.occupancy == pytest.approx(theory.occupancy, abs=0.034)


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    first, again = simulate(SHORT), simulate(SHORT)
    assert (first.waits_ns, first.left_ns) == (again.waits_ns, again.left_ns)
    assert simulate(replace(SHORT, seed=2)).waits_ns != first.waits_ns


def test_one_agent_more_never_makes_the_same_callers_wait_longer() -> None:
    plan = replace(SHORT, patience_s=None)
    waits = [sum(simulate(replace(plan, agents=agents)).waits_ns) for agents in (18, 19, 20)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[2]


def test_a_wrap_up_keeps_agents_as_busy_as_a_longer_talk() -> None:
    plan = Plan(calls_per_s=0.05, handle_s=120, wrapup_s=60, agents=14, calls=1_000)
    assert simulate(plan).occupancy == pytest.approx(0.05 * 180 / 14, abs=0.078)


def test_who_finds_every_place_taken_is_turned_away() -> None:
    plan = replace(SHORT, agents=10, patience_s=None, places=3)
    outcome = simulate(plan)
    blocked = erlang_a(Line(0.1, 180, 10, 1e9, places=3)).blocked
    assert outcome.entered + outcome.turned_away == 300
    assert outcome.turned_away_share == pytest.approx(blocked, abs=0.1)


def test_agents_with_short_calls_meet_no_limit_of_offers() -> None:
    plan = Plan(calls_per_s=9, handle_s=0.2, agents=2, calls=500, warmup_s=0)
    outcome = simulate(plan)
    assert outcome.mean_wait_s == pytest.approx(erlang_c(9, 0.2, 2).asa_s, abs=1.5)
    assert max(outcome.waits_ns) < 30 * SECOND


def test_only_calls_after_the_warm_up_are_counted() -> None:
    assert simulate(replace(SHORT, warmup_s=1_000)).entered == 300
    assert simulate(replace(SHORT, warmup_s=1_000)).events > simulate(SHORT).events
