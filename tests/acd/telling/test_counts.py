"""What queues count of their day, and that a restart changes none of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.group import Group, counts_restored, restore
from ivr.acd.settings import SECOND
from ivr.acd.telling.counts import (
    DAY_NS,
    SERVICE_LEVEL,
    Counts,
    Ended,
    counted,
    day_of,
    ended_of,
    share_in,
)
from ivr.acd.telling.levels import LEVELS, service_level
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket, WaitEnd
from tests.acd.house import House, card, queue
from tests.acd.kept import Kept
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from ivr.acd.settings import Queue

RULE = queue(service_level_ns=20 * SECOND, short_abandon_ns=5 * SECOND)
HOUR_NS = 3600 * SECOND


def ended(end: WaitEnd, waited_s: float, name: str = "q") -> Ended:
    return Ended(Ticket("t"), CallId("c"), name, 0, round(waited_s * SECOND), end)


def told(waits: list[Ended]) -> dict[str, int]:
    """What is counted of them in the queue q, zeros left out."""
    counts = asdict(counted(waits, {"q": RULE})["q"])
    return {name: n for name, n in counts.items() if n}


@pytest.mark.parametrize(
    ("end", "waited_s", "found"),
    [
        (WaitEnd.ANSWERED, 20, {"answered": 1, "in_time": 1}),
        (WaitEnd.ANSWERED, 20.1, {"answered": 1}),
        (WaitEnd.ABANDONED, 5, {"abandoned": 1, "quick": 1, "short": 1}),
        (WaitEnd.ABANDONED, 6, {"abandoned": 1, "quick": 1}),
        (WaitEnd.ABANDONED, 21, {"abandoned": 1}),
        (WaitEnd.CALLBACK, 3, {"overflowed": 1, "called_back": 1, "called_back_quick": 1}),
        (WaitEnd.CALLBACK, 30, {"overflowed": 1, "called_back": 1}),
        (WaitEnd.SYSTEM_LOST, 3, {"overflowed": 1, "lost": 1}),
        *((end, 3, {"overflowed": 1}) for end in (WaitEnd.FULL, WaitEnd.NOBODY, WaitEnd.KEY)),
    ],
)
def test_each_end_of_a_wait_is_counted_once_and_in_time_up_to_the_limit(
    end: WaitEnd, waited_s: float, found: dict[str, int]
) -> None:
    assert told([ended(end, waited_s)]) == {"offered": 1, **found}


def test_a_queue_that_is_no_more_counts_nothing() -> None:
    assert counted([ended(WaitEnd.ANSWERED, 1, "gone")], {"q": RULE}) == {}


@pytest.mark.parametrize("variant", sorted(LEVELS))
@given(
    waits=st.lists(
        st.builds(ended, st.sampled_from(WaitEnd), st.sampled_from([0, 5, 6, 20, 21])), max_size=12
    )
)
def test_waits_one_by_one_make_each_figure_of_all(variant: str, waits: list[Ended]) -> None:
    rule = replace(RULE, service_level=variant)
    whole = counted(waits, {"q": rule}).get("q", Counts())
    level = service_level(variant, whole.ends, rule.service_counted)
    assert summed(SERVICE_LEVEL, waits, rule) == level
    assert summed("answered", waits, rule) == (whole.in_time, whole.answered)
    for figure in ("abandoned", "overflowed"):
        assert summed(figure, waits, rule) == (0, getattr(whole, figure))


def summed(figure: str, waits: list[Ended], rule: Queue) -> tuple[int, int]:
    shares = [share_in(figure, wait, rule) for wait in waits]
    return sum(good for good, _all in shares), sum(all_ for _good, all_ in shares)


@pytest.mark.parametrize("seed", range(40, 52))
def test_on_random_days_the_rows_of_waits_say_what_was_counted(seed: int) -> None:
    walk = Walk(seed, ways=seed % 2 == 0)
    walk.reuses = False
    store = Kept(walk.house)
    for _ in range(250):
        walk.step()
    group = walk.house.group
    today = day_of(group.rules.day_offsets, group.now).began
    rows = [row for row in store.rows.values() if row.kind == "waiting" and row.columns["end"]]
    waits = [ended_of(row.key, row.columns) for row in rows]
    found = counted([each for each in waits if each.ended_at >= today], group.rules.queues)
    for name, state in group.queues.items():
        mine = found.get(name, Counts())
        mine.offered += len(state.order)
        assert asdict(mine) == {**asdict(state.counts), "offered": mine.offered}, name


def test_after_a_restart_a_queue_goes_on_counting() -> None:
    house = House(RULE, agents=[card("ada", 1)])
    again, counts = Group("g", 2), {"q": {"offered": 3, "answered": 2, "abandoned": 1}}
    restore(again, house.rules, house.cards, [], house.at)
    counts_restored(again, counts, house.at)
    found = again.queues["q"].counts
    assert (found.offered, found.answered, found.abandoned, found.lost) == (3, 2, 1, 0)


def test_counts_of_yesterday_are_not_those_of_today() -> None:
    house = House(RULE, agents=[card("ada", 1)])
    again = Group("g", 2)
    restore(again, house.rules, house.cards, [], house.at)
    counts_restored(again, {"q": {"answered": 2}}, house.at)
    house.group = again
    house.wait(24 * 3600)
    house.agent("ada", "set_available")
    assert again.queues["q"].counts.answered == 0


ISTANBUL = ((0, 3 * HOUR_NS),)


def test_a_day_begins_and_ends_at_local_midnight() -> None:
    noon = 1_000 * DAY_NS
    day = day_of(ISTANBUL, noon)
    assert (day.began, day.ends) == (noon - 3 * HOUR_NS, noon + 21 * HOUR_NS)
    assert day_of(ISTANBUL, day.ends).number == day.number + 1
    assert day_of(ISTANBUL, day.began) == day
    assert day_of(ISTANBUL, day.began - 1).number == day.number - 1


def test_on_the_day_on_which_clocks_change_the_day_begins_at_midnight_of_its_evening() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    changes = datetime(2026, 10, 25, 3, tzinfo=berlin).timestamp()
    offsets = ((0, 2 * HOUR_NS), (round(changes) * SECOND, HOUR_NS))
    evening = datetime(2026, 10, 25, 22, tzinfo=berlin)
    day = day_of(offsets, round(evening.timestamp()) * SECOND)
    midnight = datetime(2026, 10, 26, tzinfo=berlin)
    assert day.ends == round(midnight.timestamp()) * SECOND
    assert day.began == day.ends - DAY_NS, "an hour is left out, or told twice, once a year"
