"""Calendars of all entries at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ivr.config.hours import config_code, open_calendars

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_good_hours_open_although_others_are_wrong() -> None:
    hours = {"a": {"open": {"mon": "09:00-18:00"}}, "b": {"open": {"mon": "closed"}}, "c": {}}
    calendars, wrong = open_calendars(hours, "Europe/Istanbul", NOW)
    assert list(calendars) == ["a"]
    assert [(name, mistake.code) for name, mistake in wrong] == [("b", "F801"), ("c", "F102")]
    assert calendars["a"].is_open(NOW)


def test_holidays_reach_as_far_as_anybody_asks() -> None:
    hours = {"a": {"open": {"mon-sun": "09:00-18:00"}, "holidays": "TR"}}
    calendars, _ = open_calendars(hours, "Europe/Istanbul", NOW)
    for year in range(2025, 2030):
        assert calendars["a"].holidays[date(year, 10, 29)] == ()


def test_the_form_of_hours_is_told_with_codes_of_the_configuration() -> None:
    assert (config_code("F103"), config_code("F801")) == ("C103", "F801")
