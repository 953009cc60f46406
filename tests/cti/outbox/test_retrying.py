"""What answers mean, and how long is waited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.outbox.retrying import (
    LONGEST_S,
    MOST_ASKED_S,
    MOST_TRIES,
    asked_s,
    bound_s,
    refusal,
    wait_s,
)
from ivr.runtime.ports.deliveries import DEAD, LATER

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_bounds_grow_from_a_second_to_six_hours() -> None:
    bounds = [bound_s(attempts) for attempts in range(1, MOST_TRIES)]
    assert bounds == sorted(bounds)
    assert bounds[0] == 1.0
    assert bounds[-1] == pytest.approx(LONGEST_S)
    assert bound_s(0) == 1.0
    assert bound_s(99) == pytest.approx(LONGEST_S)


@given(st.integers(0, 100), st.floats(0, 1), st.floats(0, 1e9))
def test_a_wait_is_within_its_bounds_and_not_shorter_than_asked(
    attempts: int, chance: float, asked: float
) -> None:
    wait = wait_s(attempts, chance, asked)
    assert min(asked, MOST_ASKED_S) <= wait <= max(bound_s(attempts), MOST_ASKED_S)


def test_chance_takes_any_part_of_the_bound() -> None:
    assert wait_s(5, 0.0) == 0.0
    assert wait_s(5, 0.5) == bound_s(5) / 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:02:00 -0000", 120.0),
        ("", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("²", 0.0),
        ("9" * 400, 999999999.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, seconds: float) -> None:
    assert asked_s({"Retry-After": text}, NOON) == seconds


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_two_hundreds_are_good(status: int) -> None:
    assert refusal(status, {}, NOON) is None


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 599])
def test_some_are_worth_another_try(status: int) -> None:
    found = refusal(status, {"Retry-After": "7"}, NOON)
    assert found is not None
    assert (found.fate, found.after_s, found.sick) == (LATER, 7.0, status >= 500)


@pytest.mark.parametrize("status", [100, 301, 302, 400, 401, 403, 404, 410, 413, 422, 451])
def test_all_others_are_final(status: int) -> None:
    found = refusal(status, {}, NOON)
    assert found is not None
    assert found.fate == DEAD
    assert str(status) in found.reason
