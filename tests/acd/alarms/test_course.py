"""How an alarm goes on and off; the example is that of acd-cti.md 13."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from ivr.acd.alarms.course import (
    CLEARING,
    FIRING,
    NO_DATA,
    OK,
    PENDING,
    REPEAT,
    STATES,
    Course,
    Reading,
    step,
)
from ivr.acd.alarms.rule import Bound, QueueAlarm
from ivr.acd.settings import MINUTE, SECOND

RULE = QueueAlarm(
    *("cards_sl", "service_level", "cards", Bound(70, below=True), Bound(75, below=False)),
    fire_for_ns=3 * MINUTE,
    clear_for_ns=5 * MINUTE,
    variant="F3",
    window_ns=30 * MINUTE,
    min_n=20,
    repeat_ns=15 * MINUTE,
)
EXAMPLE = "72 69 68 71 69 69 69 69 72 74 76 76 76 74 76 76 76 76 76 76"
Series = list[tuple[int, Reading]]
Walk = list[tuple[int, str, str]]
"""(instant, state, notice) of each evaluation."""


def minutes(values: str, n: int = 20) -> Series:
    """One value a minute, the first at minute 1; `-` = none."""
    return [
        (place * MINUTE, Reading(None if value == "-" else float(value), n))
        for place, value in enumerate(values.split(), 1)
    ]


def walked(rule: QueueAlarm, series: Series, course: Course | None = None) -> Walk:
    """The whole course."""
    course = course or Course()
    found = []
    for at, seen in series:
        course, notice = step(rule, course, at, seen)
        found.append((at, course.state, notice))
    return found


def changes(walk: Walk) -> dict[int, str]:
    """Minute -> the state that begins there."""
    pairs = pairwise([(0, "", ""), *walk])
    return {at // MINUTE: now for (_, was, _), (at, now, _) in pairs if was != now}


def told(walk: Walk) -> list[tuple[int, str]]:
    """Who is told what, and in which minute."""
    return [(at // MINUTE, notice) for at, _state, notice in walk if notice]


def test_the_worked_example() -> None:
    walk = walked(RULE, minutes(EXAMPLE))
    before = {1: OK, 2: PENDING, 4: OK, 5: PENDING, 8: FIRING, 11: CLEARING}
    assert changes(walk) == before | {14: FIRING, 15: CLEARING, 20: OK}
    assert told(walk) == [(8, FIRING), (20, OK)]


def test_it_is_told_again_once_per_repeat_while_it_fires() -> None:
    walk = walked(RULE, minutes("69 " * 40))
    assert told(walk) == [(4, FIRING), (19, REPEAT), (34, REPEAT)]


def test_an_alarm_without_repeat_is_told_once() -> None:
    assert told(walked(replace(RULE, repeat_ns=0), minutes("69 " * 40))) == [(4, FIRING)]


def test_acknowledging_stops_repeats_but_not_the_state() -> None:
    course = Course()
    for at, seen in minutes("69 69 69 69"):
        course, _notice = step(RULE, course, at, seen)
    course = course.acknowledged("ada", 5 * MINUTE)
    assert (course.state, course.acknowledged_by, course.acknowledged_at) == (
        *(FIRING, "ada"),
        5 * MINUTE,
    )
    assert course.acknowledged("bob", 6 * MINUTE) == course
    later = [(at + 5 * MINUTE, seen) for at, seen in minutes("69 " * 40 + "76 " * 6)]
    assert told(walked(RULE, later, course)) == [(51, OK)]


def test_the_next_episode_is_acknowledged_anew() -> None:
    fires = Course(FIRING, fired_at=1, told_at=1, blind=0).acknowledged("ada", 2)
    at_once = replace(RULE, clear_for_ns=0)
    course, notice = step(at_once, fires, 3, Reading(80.0, 20))
    assert (course.state, course.acknowledged_by, notice) == (OK, "", OK)


def test_nothing_can_be_acknowledged_that_does_not_fire() -> None:
    assert Course(OK).acknowledged("ada", 1) == Course(OK)


def test_three_periods_without_a_value_are_no_data() -> None:
    assert changes(walked(RULE, minutes("72 - - 72 - - - 72"))) == {1: OK, 7: NO_DATA, 8: OK}


def test_too_few_waits_are_as_good_as_none() -> None:
    walk = walked(RULE, minutes("72", 20) + [(n * MINUTE, Reading(10.0, 19)) for n in range(2, 6)])
    assert changes(walk) == {1: OK, 4: NO_DATA}


def test_what_is_no_share_needs_no_number_of_waits() -> None:
    assert walked(RULE, [(1, Reading(72.0))])[0][1] == OK


def test_before_the_first_value_nothing_is_known() -> None:
    assert walked(RULE, [(1, Reading())]) == [(1, NO_DATA, "")]


def test_a_gap_does_not_end_an_episode() -> None:
    """no_data never counts as ok: nobody hears that all is well, nor twice that it is not."""
    walk = walked(RULE, minutes("69 69 69 69 - - - - 69 69 76 76 76 76 76 76"))
    assert changes(walk) == {1: PENDING, 4: FIRING, 7: NO_DATA, 9: FIRING, 11: CLEARING, 16: OK}
    assert told(walk) == [(4, FIRING), (16, OK)]


def test_data_that_comes_back_well_ends_it_only_after_its_time() -> None:
    walk = walked(RULE, minutes("69 69 69 69 - - - 76 76 76 76 76 76"))
    assert changes(walk) == {1: PENDING, 4: FIRING, 7: NO_DATA, 8: CLEARING, 13: OK}


def test_without_a_length_it_goes_on_and_off_at_once() -> None:
    rule = replace(RULE, fire_for_ns=0, clear_for_ns=0)
    walk = walked(rule, minutes("72 69 76"))
    assert [(state, notice) for _at, state, notice in walk] == [
        *((OK, ""), (FIRING, FIRING), (OK, OK)),
    ]


# A second way to the same answers: looks back over the whole series each time, and keeps no state.


def naive(rule: QueueAlarm, series: Series) -> Walk:
    """The states by their definitions, read off the readings so far."""
    states: list[str] = []
    said: list[tuple[int, str]] = []
    walk: Walk = []
    for place, (at, _seen) in enumerate(series):
        state = naive_state(rule, series[: place + 1], states)
        notice = naive_notice(rule, at, state, states, said)
        states.append(state)
        if notice:
            said.append((at, notice))
        walk.append((at, state, notice))
    return walk


def is_known(rule: QueueAlarm, seen: Reading) -> bool:
    return seen.value is not None and not (seen.n is not None and seen.n < rule.min_n)


def is_open(states: list[str]) -> bool:
    """Whether it has fired since it was last ok or pending."""
    for state in reversed(states):
        if state in (OK, PENDING):
            return False
        if state in (FIRING, CLEARING):
            return True
    return False


def held_for(series: Series, states: list[str], side: Bound, during: str) -> int:
    """Since when a side has held without a word against it, in this state up to now."""
    now = since = series[-1][0]
    place = len(series) - 2
    while place >= 0 and states[place] == during:
        value = series[place][1].value
        if value is not None and side.holds(value):
            since = series[place][0]
        place -= 1
    return now - since


def naive_state(rule: QueueAlarm, series: Series, states: list[str]) -> str:
    seen = series[-1][1]
    last = states[-1] if states else NO_DATA
    if not is_known(rule, seen):
        recent = [is_known(rule, each) for _at, each in series[-3:]]
        return last if any(recent) and last != NO_DATA else NO_DATA
    assert seen.value is not None
    if is_open(states):
        if not rule.clear.holds(seen.value):
            return FIRING
        held = held_for(series, states, rule.clear, CLEARING)
        return OK if held >= rule.clear_for_ns else CLEARING
    if not rule.fire.holds(seen.value):
        return OK
    return FIRING if held_for(series, states, rule.fire, PENDING) >= rule.fire_for_ns else PENDING


def naive_notice(
    rule: QueueAlarm, at: int, state: str, states: list[str], said: list[tuple[int, str]]
) -> str:
    if state == FIRING and not is_open(states):
        return FIRING
    if state == OK and is_open(states):
        return OK
    stays = state == FIRING and states[-1] == FIRING
    if stays and rule.repeat_ns and at - said[-1][0] >= rule.repeat_ns:
        return REPEAT
    return ""


def random_case(seed: int) -> tuple[QueueAlarm, Series]:
    """A rule and a series that crosses its limits often, with gaps."""
    roll = random.Random(seed)  # noqa: S311 - no secret
    below = roll.random() < 0.5
    low, high = 40, 40 + roll.randint(1, 20)
    fire, clear = (
        (Bound(low, below=True), Bound(high, below=False))
        if below
        else (
            Bound(high, below=False),
            Bound(low, below=True),
        )
    )
    rule = replace(
        RULE,
        fire=fire,
        clear=clear,
        fire_for_ns=roll.choice((0, 5, 15, 40)) * SECOND,
        clear_for_ns=roll.choice((0, 5, 15, 40)) * SECOND,
        min_n=roll.choice((0, 10)),
        repeat_ns=roll.choice((0, 20, 60)) * SECOND,
    )
    gaps, value, at, series = roll.choice((0.0, 0.05, 0.4)), 50.0, 0, []
    for _ in range(150):
        at += roll.choice((5, 5, 5, 6, 10)) * SECOND
        value = min(100.0, max(0.0, value + roll.uniform(-12, 12)))
        known = roll.random() >= gaps
        series.append((at, Reading(round(value) if known else None, roll.choice((5, 10, 50, 80)))))
    return rule, series


@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_random_series_go_as_the_naive_reference_says(hundred: int) -> None:
    seen: set[str] = set()
    for seed in range(100 * hundred, 100 * hundred + 100):
        rule, series = random_case(seed)
        walk = walked(rule, series)
        assert walk == naive(rule, series), f"seed {seed}"
        seen |= {state for _at, state, _notice in walk} | {f"told {one[2]}" for one in walk}
    assert seen >= {*STATES, "told firing", "told ok", "told repeat"}
