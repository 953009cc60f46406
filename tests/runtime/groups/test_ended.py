"""Every figure of a queue's day opens the waits that it counts, also after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.telling.counts import FIGURES
from ivr.domain.errors import NotFoundError
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[CallCentre]:
    """One is served at once, one late, one gives up, one asks for nobody's queue, one waits."""
    centre = await CallCentre.open(tmp_path, ("ayse",))
    nobody = await centre.waits()
    await centre.leaves(nobody)
    await centre.is_busy("ayse")
    late = await centre.waits()
    await centre.clock.advance(30)
    gone = await centre.waits()
    await centre.leaves(gone)
    await centre.is_free_again("ayse")
    assert centre.floor.waiting("general")[0]["call"] == late
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    await centre.waits()
    yield centre
    await centre.close()


def figures(centre: CallCentre) -> dict[str, int]:
    """What the wallboard shows of the queue general."""
    [row] = [each for each in centre.floor.queues() if each["queue"] == "general"]
    level = row["service_level"]["den"]
    return {
        "service_level": level,
        **{name: row[name] for name in FIGURES if name in row and name != "service_level"},
    }


async def counts(centre: CallCentre) -> dict[str, int]:
    """How many waits each figure opens."""
    return {name: len(await centre.floor.ended("general", name)) for name in FIGURES}


async def test_each_figure_equals_the_number_of_waits_that_it_opens(day: CallCentre) -> None:
    shown = figures(day)
    assert shown == {"service_level": 3, "answered": 2, "abandoned": 1, "overflowed": 1}
    assert await counts(day) == shown


async def test_a_wait_says_when_it_was_how_it_ended_and_whether_in_time(day: CallCentre) -> None:
    rows = await day.floor.ended("general", "service_level")
    assert [(row["end"], row["waited_s"], row["in_time"]) for row in rows] == [
        ("answered", 33, False),
        ("abandoned", 0, False),
        ("answered", 0, True),
    ]
    assert all(row["ended_at"] <= day.clock.now() for row in rows)
    [refused] = await day.floor.ended("general", "overflowed")
    assert (refused["end"], refused["waited_s"]) == ("nobody", 0)


async def test_after_a_restart_the_day_goes_on_with_its_figures(
    day: CallCentre, tmp_path: Path
) -> None:
    before = figures(day)
    after = await day.killed(tmp_path)
    assert {**figures(after), "overflowed": before["overflowed"]} == before
    assert await counts(after) == figures(after)
    await after.close()


def lately(centre: CallCentre) -> dict[str, int]:
    """What the wallboard shows of the last half hour."""
    [row] = [each for each in centre.floor.queues() if each["queue"] == "general"]
    found: dict[str, int] = row["service_level_lately"]
    return found


async def test_the_last_half_hour_counts_who_waits_for_too_long_and_opens_him(
    day: CallCentre, tmp_path: Path
) -> None:
    assert lately(day) == {"num": 1, "den": 3, "open": 1}
    await day.clock.advance(25)
    assert lately(day) == {"num": 1, "den": 4, "open": 0}
    first, *others = await day.floor.ended("general", "service_level", "30m")
    assert (first["end"], first["ended_at"], first["in_time"]) == ("waiting", None, False)
    assert [row["in_time"] for row in others] == [False, False, True]
    after = await day.killed(tmp_path)
    await after.clock.advance(1)
    assert lately(after)["den"] == 4
    await after.close()


async def test_what_ended_before_the_half_hour_is_not_counted_in_it(day: CallCentre) -> None:
    await day.clock.advance(1800)
    rows = await day.floor.ended("general", "answered", "30m")
    assert (rows, (await counts(day))["answered"]) == ([], 2)


async def test_a_new_day_begins_with_nothing(day: CallCentre) -> None:
    await day.clock.leap(13 * 3600 + 25 * 60)  # from 10:31 to a few minutes before midnight
    assert set((await counts(day)).values()) != {0}
    await day.clock.advance(10 * 60)
    assert set((await counts(day)).values()) == {0} == set(figures(day).values())


async def test_a_queue_that_is_not_there_has_no_figures(day: CallCentre) -> None:
    with pytest.raises(NotFoundError):
        await day.floor.ended("nowhere", "answered")
