"""Whatever people said and answer: nobody is asked without consent, too often, or over a quota."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.fresh_store import open_fresh
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PEOPLE, WEEKS = 6, 10
LIMIT = 2


@dataclass
class Course:
    """What a seed made. said: number -> (when, what) in order. asked: number and when, in order."""

    said: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    completed: Counter[str] = field(default_factory=Counter)
    rows: list[dict[str, Any]] = field(default_factory=list)


async def course(seed: int) -> Course:
    """Some people, some weeks; each week somebody says yes or no, and some answer."""
    dice, found = Random(seed), Course()  # noqa: S311 - a test
    with tempfile.TemporaryDirectory(prefix="waves-") as folder:
        store = open_fresh(f"sqlite:///{Path(folder) / 'w.db'}", synchronous="NORMAL", create=True)
        house = WaveHouse(store)
        numbers = [await _person(house, dice, found) for _ in range(PEOPLE)]
        gap, cap = dice.choice(("7d", "35d", "60d")), dice.randint(1, 3)
        quota = {"segment": {"corporate": str(LIMIT)}}
        await house.publish(gap=gap, year_cap=str(cap), quota=quota, match=None, rate="80%")
        for _ in range(WEEKS):
            for number in dice.sample(numbers, 2):
                await _says(house, found, number, dice.choice(("opt_in", "opt_in", "opt_out")))
            await house.round(days=6, hours=23)
            await house.round(hours=1)
            await house.deliver()
            for number in dice.sample(numbers, 3):
                await house.writes(dice.choice(("5", "1", "iptal", "?")), number)
            await house.round()
        found.rows = [row for row in await house.rows_of("survey_invitation") if row["wave"]]
        await store.close()
    sent = [row for row in found.rows if row["sent_at"] is not None]
    found.asked = sorted((row["value_norm"], row["sent_at"]) for row in sent)
    found.completed = Counter(row["wave"] for row in sent if row["state"] == "completed")
    _check(found, timedelta(days=max(30, int(gap[:-1]))), min(cap, 4))
    return found


async def _person(house: WaveHouse, dice: Random, found: Course) -> str:
    shared = dice.random() < 0.2
    number = await house.person(shared=shared)
    if shared:
        found.shared.add(number)
    if dice.random() < 0.8:
        await _says(house, found, number, "opt_in")
    return number


async def _says(house: WaveHouse, found: Course, number: str, status: str) -> None:
    await house.agreed(number, status)
    found.said.setdefault(number, []).append((house.clock.now(), status))


def _check(found: Course, gap: timedelta, cap: int) -> None:
    assert found.shared.isdisjoint(number for number, _ in found.asked)
    for number in {number for number, _ in found.asked}:
        times = [at for each, at in found.asked if each == number]
        assert all(later - earlier >= gap for earlier, later in pairwise(times))
        assert len(times) <= cap
        assert all(_agreed(found.said.get(number, ()), at) for at in times)
    assert all(many <= LIMIT for many in found.completed.values())
    keys = [(row["customer_id"], row["wave"]) for row in found.rows]
    assert len(set(keys)) == len(keys)


def _agreed(said: Sequence[tuple[datetime, str]], at: datetime) -> bool:
    before = [status for when, status in said if when < at]
    return bool(before) and before[-1] == "opt_in"


@pytest.mark.unmeasured
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**16))
def test_no_course_of_events_asks_anybody_against_the_rules(seed: int) -> None:
    asyncio.run(course(seed))


@pytest.mark.unmeasured
def test_the_same_course_asks_the_same_people_again() -> None:
    first, second = asyncio.run(course(11)), asyncio.run(course(11))
    assert first.asked == second.asked
    assert len(first.asked) > 3
    assert {row["reason"] for row in first.rows} == {row["reason"] for row in second.rows}
