"""When reports are due by the clock of the house, and about which days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.reports.mailing import LATE, Due, Mailed, due_at, last_due

ISTANBUL, BERLIN = ZoneInfo("Europe/Istanbul"), ZoneInfo("Europe/Berlin")


def mailed(every: str, at: time = time(8)) -> Mailed:
    return Mailed("x", "R2", every, at, ("a@b.example",), "support", "tr")


def istanbul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ISTANBUL)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("every", "now", "at", "since", "until"),
    [
        ("day", (2026, 11, 23, 8, 0), (2026, 11, 23, 8), (2026, 11, 22), (2026, 11, 23)),
        ("day", (2026, 11, 23, 7, 59), (2026, 11, 22, 8), (2026, 11, 21), (2026, 11, 22)),
        ("week", (2026, 11, 25, 9, 0), (2026, 11, 23, 8), (2026, 11, 16), (2026, 11, 23)),
        ("month", (2026, 12, 1, 8, 0), (2026, 12, 1, 8), (2026, 11, 1), (2026, 12, 1)),
        ("month", (2027, 1, 3, 8, 0), (2027, 1, 1, 8), (2026, 12, 1), (2027, 1, 1)),
    ],
)
def test_the_last_time_is_told_with_what_was_over_then(
    every: str,
    now: tuple[int, ...],
    at: tuple[int, ...],
    since: tuple[int, ...],
    until: tuple[int, ...],
) -> None:
    found = last_due(mailed(every), istanbul(*now), ISTANBUL)
    assert found == Due(istanbul(*at), istanbul(*since), istanbul(*until))


def test_what_is_too_late_is_not_sent_any_more() -> None:
    monday = istanbul(2026, 11, 23, 8)
    week = mailed("week")
    assert last_due(week, monday + LATE["week"] - timedelta(seconds=1), ISTANBUL) is not None
    assert last_due(week, monday + LATE["week"], ISTANBUL) is None


def test_a_day_of_25_hours_is_a_whole_day() -> None:
    due = due_at(mailed("day"), datetime(2026, 10, 26, tzinfo=UTC).date(), BERLIN)
    assert due.until - due.since == timedelta(hours=25)


@given(st.integers(0, 4 * 366 * 86_400), st.sampled_from(sorted(LATE)))
def test_it_is_never_in_the_future_and_what_it_is_about_is_over(after: int, every: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=after)
    due = last_due(mailed(every, time(3, 30)), now, BERLIN)
    if due is not None:
        assert due.since < due.until <= due.at <= now
