"""When the days of a time zone begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.config.calendars import UnknownZoneError
from ivr.config.days import day_offsets

HOUR = 3_600 * 10**9


def ns(*moment: int) -> int:
    return round(datetime(*moment, tzinfo=UTC).timestamp()) * 10**9  # type: ignore[misc,arg-type]


def test_a_zone_without_summer_time_has_one_offset() -> None:
    assert day_offsets("Europe/Istanbul") == ((0, 3 * HOUR),)
    assert day_offsets("UTC") == ((0, 0),)


def test_summer_time_begins_and_ends_to_the_second() -> None:
    berlin = day_offsets("Europe/Berlin")
    assert berlin[0] == (0, HOUR)
    assert (ns(2026, 3, 29, 1), 2 * HOUR) in berlin
    assert (ns(2026, 10, 25, 1), HOUR) in berlin
    assert len(berlin) == 1 + 2 * 40


@pytest.mark.unmeasured
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Africa/Casablanca"])
def test_every_day_has_the_offset_of_its_zone(zone: str) -> None:
    offsets = day_offsets(zone)
    at = datetime(2020, 1, 1, 12, tzinfo=UTC)
    while at.year < 2035:
        last = [offset for since, offset in offsets if since <= ns(*at.timetuple()[:5])][-1]
        assert timedelta(microseconds=last // 1000) == at.astimezone(ZoneInfo(zone)).utcoffset()
        at += timedelta(days=1)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZoneError):
        day_offsets("Europe/Istambul")
