"""How long a ticket was in each status, by the clock and by the hours of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.domain.calendar import Calendar
from ivr.reports.stays import Change, Stay, stays

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = Calendar(UTC, (((540, 1080),),) * 5 + ((), ()))


def test_each_stay_ends_where_the_next_one_begins() -> None:
    changes = [
        Change(1, NINE + HOUR, "new", NINE),
        Change(1, NINE + 3 * HOUR, "open", NINE),
        Change(2, NINE + 2 * HOUR, "new", NINE + HOUR),
    ]
    assert list(stays(changes)) == [
        Stay("new", NINE, NINE + HOUR),
        Stay("open", NINE + HOUR, NINE + 3 * HOUR),
        Stay("new", NINE + HOUR, NINE + 2 * HOUR),
    ]


def test_nights_are_clock_time_only() -> None:
    stay = Stay("open", NINE + 8 * HOUR, NINE + 25 * HOUR)
    assert stay.counts(OFFICE) == {
        "stays": 1, "measured": 1, "clock_ms": 17 * 3_600_000, "business_ms": 2 * 3_600_000,
    }  # fmt: skip
    assert "measured" not in stay.counts(None)
