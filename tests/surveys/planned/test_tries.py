"""How calls of surveys end, when the next one comes, and when the day has seen too many fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import Cause, EndedBy
from ivr.surveys.planned.tries import (
    APART,
    MOST,
    Course,
    Over,
    Result,
    Try,
    next_try,
    over,
    too_many_abandoned,
)

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        (Cause.BUSY, Result.BUSY),
        (Cause.NO_ANSWER, Result.NO_ANSWER),
        (Cause.REJECTED, Result.FAILED),
        (Cause.UNREACHABLE, Result.FAILED),
        (Cause.CANCELLED, Result.WITHDRAWN),
        (Cause.SYSTEM_LOST, Result.SYSTEM),
        (Cause.MACHINE, Result.MACHINE),
    ],
)
def test_what_nobody_answered_ended_by_its_cause(cause: Cause, result: Result) -> None:
    assert over("c", Course(ended_at=NOW, cause=cause)) == Over("c", result)


@pytest.mark.parametrize(
    ("course", "abandoned"),
    [
        (Course(NOW, after(0.2), after(40), by=EndedBy.HANGUP), False),
        (Course(NOW, after(2), after(40)), False),
        (Course(NOW, after(2.001), after(40)), True),
        (Course(NOW, None, after(1.9), by=EndedBy.CALLER), False),  # he hung up at once
        (Course(NOW, None, after(2.1), by=EndedBy.CALLER), True),
        (Course(NOW, None, after(0.1), by=EndedBy.HANGUP), True),  # we did
        (Course(NOW, None, after(0.1), Cause.MACHINE, EndedBy.LOST), False),
    ],
)
def test_whoever_is_not_served_within_two_seconds_was_called_for_nothing(
    course: Course, abandoned: bool
) -> None:
    found = over("c", course)
    assert (found.answered, found.abandoned) == (True, abandoned)


def test_a_call_that_the_server_lost_was_answered_by_nobody_in_vain() -> None:
    lost = Course(NOW, after(1), after(5), Cause.SYSTEM_LOST, EndedBy.LOST)
    assert over("c", lost) == Over("c", Result.SYSTEM, answered=True)


def test_three_calls_at_most_four_hours_apart_and_none_after_the_wave() -> None:
    tries = [Try(str(n), NOW, NOW, "busy") for n in range(MOST)]
    assert [next_try(tries[:n], NOW, WEEK) for n in (1, 2, 3)] == [NOW + APART, NOW + APART, None]
    assert next_try(tries[:1], NOW, NOW + APART) is None


@given(st.lists(st.booleans(), max_size=300))
def test_a_day_is_over_the_bound_before_the_call_that_would_be_one_too_many(
    unserved: list[bool],
) -> None:
    answered = abandoned = 0
    for one in unserved:
        if too_many_abandoned(answered, abandoned):
            break
        answered, abandoned = answered + 1, abandoned + one
    assert abandoned - 1 <= 0.03 * answered


def test_three_percent_to_the_call_are_allowed() -> None:
    assert not too_many_abandoned(100, 3)
    assert too_many_abandoned(99, 3)
    assert not too_many_abandoned(0, 0)
