"""Nobody is called at night."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.quiet import is_quiet, is_quiet_between

ZONE = ZoneInfo("Europe/Istanbul")


@pytest.mark.parametrize(
    ("purpose", "hour", "quiet"),
    [
        ("callback", 7, True),
        ("callback", 8, False),
        ("callback", 20, False),
        ("callback", 21, True),
        ("service", 0, True),
        ("survey", 8, True),
        ("survey", 9, False),
        ("survey", 20, True),
        ("unheard of", 8, True),
        *(("staff", hour, False) for hour in (0, 3, 12, 23)),
    ],
)
def test_each_purpose_has_its_hours(purpose: str, hour: int, quiet: bool) -> None:
    assert is_quiet(purpose, datetime(2026, 11, 23, hour, tzinfo=ZONE)) is quiet


def test_sunday_is_quiet_for_what_nobody_asked_for() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=ZONE)
    assert is_quiet("survey", noon)
    assert not is_quiet("callback", noon)


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "quiet"),
    [
        *((9 * 60, 12 * 60, 8, False), (9 * 60, 12 * 60, 9, True), (9 * 60, 12 * 60, 12, False)),
        *((21 * 60, 8 * 60, 23, True), (21 * 60, 8 * 60, 7, True), (21 * 60, 8 * 60, 8, False)),
        (0, 0, 0, False),
    ],
)
def test_quiet_hours_of_ones_own_may_go_over_midnight(
    begins: int, ends: int, hour: int, quiet: bool
) -> None:
    local = datetime(2026, 11, 22, hour, tzinfo=ZONE)
    assert is_quiet_between(begins, ends, local) is quiet
