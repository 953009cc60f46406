"""Whose clock a number is on: that of its country, or of the house where nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.config.texting.recipients import zone_of

HOUSE = ZoneInfo("Asia/Tokyo")
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
WINTER = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "summer", "winter"),
    [
        ("+905321112233", 15, 15),
        ("+994501234567", 16, 16),
        ("+4915123456789", 14, 13),
        ("+447911123456", 13, 12),
    ],
)
def test_a_country_with_one_clock_has_its_own(number: str, summer: int, winter: int) -> None:
    zone = zone_of(number, HOUSE)
    assert SUMMER.astimezone(zone).hour == summer
    assert WINTER.astimezone(zone).hour == winter


@pytest.mark.parametrize("number", ["+12125551234", "+79161234567", "+8816123456789", "112", ""])
def test_where_nobody_can_tell_it_is_that_of_the_house(number: str) -> None:
    assert zone_of(number, HOUSE) is HOUSE
