"""Written forms in Turkish and English: the last column of the table in flow-language.md 6.1."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money, Value
from ivr.media.say import When, write

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LIRA = Money(Decimal("1520.75"), "TRY")

ROWS: list[tuple[str, str, Value, str, str]] = [
    ("", "", "Ayşe Kaya", "Ayşe Kaya", "Ayşe Kaya"),
    ("number", "", Decimal("12455.5"), "12.455,5", "12,455.5"),
    ("number", "", Decimal(-1000000), "-1.000.000", "-1,000,000"),
    ("number", "", Decimal("1E+3"), "1.000", "1,000"),
    ("ordinal", "", Decimal(1), "1.", "1st"),
    ("ordinal", "", Decimal(1112), "1.112.", "1,112th"),
    ("ordinal", "", Decimal(22), "22.", "22nd"),
    ("ordinal", "", Decimal(103), "103.", "103rd"),
    ("ordinal", "", Decimal(13), "13.", "13th"),
    ("percent", "", Decimal(10), "%10", "10%"),
    ("percent", "", Decimal("-2.5"), "-%2,5", "-2.5%"),
    ("money", "", LIRA, "1.520,75 TL", "TRY 1,520.75"),
    ("money", "", Money(Decimal(12), "USD"), "12,00 USD", "USD 12.00"),
    ("money", "", Money(Decimal("-3.2"), "TRY"), "-3,20 TL", "TRY -3.20"),
    ("digits", "", "453201", "4532 01", "4532 01"),
    ("digits", "3", "260042174", "260 042 174", "260 042 174"),
    ("code", "", "C-9", "C-9", "C-9"),
    ("phone", "", "+905321112233", "0532 111 22 33", "0532 111 22 33"),
    ("phone", "", "4440333", "444 0 333", "444 0 333"),
    ("phone", "", "+442079460958", "+44 20 7946 0958", "+44 20 7946 0958"),
    ("date", "", DAY, "23.11.2026", "23 Nov 2026"),
    ("date", "full", DAY, "23.11.2026", "23 Nov 2026"),
    ("time", "", time(9), "09:00", "09:00"),
    ("time", "at", time(9), "09:00", "09:00"),
    ("datetime", "", MOMENT, "23.11.2026 09:00", "23.11.2026 09:00"),
    ("datetime", "at", MOMENT, "23.11.2026 09:00", "23.11.2026 09:00"),
    ("duration", "", timedelta(seconds=90), "1 dk 30 sn", "1 min 30 s"),
    ("duration", "", timedelta(0), "0 sn", "0 s"),
    ("duration", "", timedelta(days=1, hours=2), "1 gün 2 sa", "1 d 2 h"),
    ("duration", "about", timedelta(seconds=125), "3 dk", "3 min"),
    ("duration", "about", timedelta(seconds=45), "1 dk'dan az", "less than 1 min"),
]


@pytest.mark.parametrize(("fmt", "argument", "value", "turkish", "english"), ROWS)
def test_a_value_is_written_as_the_table_says(
    fmt: str, argument: str, value: Value, turkish: str, english: str, when: When
) -> None:
    assert write("tr", fmt, argument, value, when) == turkish
    assert write("en", fmt, argument, value, when) == english


def test_counted_things_are_written_as_they_are_said(when: When) -> None:
    assert write("tr", "count", "dakika,dakika", Decimal(2), when) == "iki dakika"
    assert write("en", "count", "minute,minutes", Decimal(2), when) == "two minutes"
