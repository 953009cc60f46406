"""How long a number is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.identity.confidence import (
    effective,
    entry_confidence,
    renewed,
)

THEN = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("origin", "confidence"),
    [("code", 90), ("agent", 80), ("import", 70), ("web_form", 60), ("text", 20)],
)
def test_each_origin_has_its_confidence(origin: str, confidence: int) -> None:
    assert entry_confidence(origin) == confidence


def test_an_unknown_origin_is_refused() -> None:
    with pytest.raises(ValueError, match="hearsay"):
        entry_confidence("hearsay")


@pytest.mark.parametrize(
    ("confidence", "now", "worth"),
    [
        (100, datetime(2027, 1, 31, 12, tzinfo=UTC), 50),
        (100, datetime(2027, 1, 31, 11, 59, tzinfo=UTC), 52),
        (90, datetime(2028, 1, 31, 12, tzinfo=UTC), 22),
        (80, datetime(2026, 10, 1, tzinfo=UTC), 50),
        (80, datetime(2026, 10, 31, 12, tzinfo=UTC), 47),
        (60, datetime(2026, 2, 28, tzinfo=UTC), 60),
        (20, THEN, 20),
        (20, datetime(2026, 3, 1, tzinfo=UTC), 18),
        (80, datetime(2025, 1, 1, tzinfo=UTC), 80),
    ],
)
def test_a_confidence_halves_in_a_year(confidence: int, now: datetime, worth: int) -> None:
    assert effective(confidence, THEN, now) == worth


def test_months_are_counted_in_utc_whatever_the_zone_of_the_times() -> None:
    east = timezone(timedelta(hours=3))
    then, now = datetime(2026, 2, 1, 1, tzinfo=east), datetime(2026, 3, 1, 0, tzinfo=UTC)
    assert effective(100, then, now) == effective(100, then.astimezone(UTC), now) == 94


def test_who_gives_his_number_again_starts_its_years_anew() -> None:
    now = THEN + timedelta(days=400)
    assert renewed(90, THEN, "web_form", now) == (90, now)
    assert renewed(60, THEN, "code", now) == (90, now)


def test_a_number_merely_seen_confirms_nothing() -> None:
    now = THEN + timedelta(days=40)
    assert renewed(90, THEN, "text", now) == (90, THEN)
    assert renewed(20, THEN, "text", now) == (20, now)


@given(st.integers(0, 100), st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_is_older_is_never_worth_more(confidence: int, days: int, more: int) -> None:
    younger = effective(confidence, THEN, THEN + timedelta(days=days))
    older = effective(confidence, THEN, THEN + timedelta(days=days + more))
    assert 0 <= older <= younger <= confidence
