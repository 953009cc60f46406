"""Which wave is due, on the clock of a zone, also where that clock is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.surveys.model import PLANNED, Plan
from ivr.surveys.planned.calendar import LATEST, LONGEST, due_wave, next_wave, wave_now

BERLIN, ISTANBUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Istanbul")
PLAN = Plan("round", "support", 1, PLANNED, "w", every="FREQ=WEEKLY;BYDAY=SU;BYHOUR=10")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 1, 7, tzinfo=UTC)


def year(plan: Plan, zone: ZoneInfo) -> dict[str, datetime]:
    """Every wave of 2026 as a server sees them that looks each hour: key -> begin."""
    now, found = BEGIN, dict[str, datetime]()
    while now < BEGIN + timedelta(days=365):
        wave = due_wave(plan, zone, BEGIN, now)
        if wave is not None and wave.key not in found:
            found[wave.key] = wave.at
            assert wave.at <= now < wave.at + timedelta(hours=1)
            assert wave.at < wave.ends_at
        now += timedelta(hours=1)
    return found


@pytest.mark.unmeasured
@pytest.mark.parametrize("zone", [BERLIN, ISTANBUL])
def test_a_year_of_sundays_comes_at_ten_on_the_wall_whatever_the_clock_does(zone: ZoneInfo) -> None:
    found = year(PLAN, zone)
    assert len(found) == 52
    assert {at.astimezone(zone).strftime("%a %H:%M") for at in found.values()} == {"Sun 10:00"}
    assert all(at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") == key for key, at in found.items())
    assert len({at.hour for at in found.values()}) == (2 if zone is BERLIN else 1)


@pytest.mark.unmeasured
def test_an_hour_that_is_left_out_or_comes_twice_still_is_one_wave() -> None:
    found = year(replace(PLAN, every="FREQ=DAILY;BYHOUR=2;BYMINUTE=30"), BERLIN)
    assert len(found) == 365
    assert found["2026-03-29T02:30"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found["2026-10-25T02:30"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_wave_from_before_the_plan_was_published_is_none_of_it() -> None:
    assert due_wave(PLAN, ISTANBUL, SUNDAY + timedelta(seconds=1), SUNDAY + LATEST) is None
    wave = due_wave(PLAN, ISTANBUL, SUNDAY, SUNDAY)
    assert wave is not None
    assert (wave.key, wave.at) == ("2026-03-01T10:00", SUNDAY)


def test_a_server_that_was_off_begins_the_latest_wave_unless_it_is_too_old() -> None:
    plan = replace(PLAN, every="FREQ=DAILY;BYHOUR=10")
    late = due_wave(plan, ISTANBUL, BEGIN, datetime(2026, 3, 9, 20, tzinfo=UTC))
    assert late is not None
    assert late.key == "2026-03-09T10:00"
    assert due_wave(PLAN, ISTANBUL, BEGIN, SUNDAY + LATEST) is not None
    assert due_wave(PLAN, ISTANBUL, BEGIN, SUNDAY + LATEST + timedelta(seconds=1)) is None


def test_a_wave_ends_when_the_next_begins_and_after_thirty_days_at_the_latest() -> None:
    weekly = next_wave(PLAN, ISTANBUL, BEGIN)
    assert weekly is not None
    assert weekly.ends_at - weekly.at == timedelta(days=7)
    twice = replace(PLAN, every="", dates=(date(2026, 5, 4), date(2026, 5, 6)))
    first = next_wave(twice, ISTANBUL, BEGIN)
    assert first is not None
    assert first.ends_at - first.at == timedelta(days=2)
    last = next_wave(twice, ISTANBUL, first.at)
    assert last is not None
    assert last.ends_at - last.at == timedelta(days=30)
    assert next_wave(twice, ISTANBUL, last.at) is None


def test_one_that_is_begun_by_hand_ends_with_the_next_and_is_none_of_the_planned_ones() -> None:
    now = SUNDAY + timedelta(days=3, seconds=7)
    by_hand, following = wave_now(PLAN, ISTANBUL, now), next_wave(PLAN, ISTANBUL, now)
    assert following is not None
    assert (by_hand.key, by_hand.at) == ("2026-03-04T10:00:07", now)
    assert by_hand.ends_at == following.at
    at_ten = wave_now(PLAN, ISTANBUL, following.at)
    assert at_ten.key != following.key
    assert at_ten.ends_at == following.ends_at
    seldom = replace(PLAN, every="", dates=(date(2027, 1, 1),))
    assert wave_now(seldom, ISTANBUL, now).ends_at == now + LONGEST
