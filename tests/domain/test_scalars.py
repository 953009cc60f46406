"""Every scalar of the YAML dialect: what is read, and what an author is told instead."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain import scalars

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD: list[tuple[Callable[[str], object], str, object]] = [
    (scalars.read_number, "0", Decimal(0)),
    (scalars.read_number, "-12.50", Decimal("-12.50")),
    (scalars.read_number, "007", Decimal(7)),
    (scalars.read_bool, "true", True),
    (scalars.read_bool, "false", False),
    (scalars.read_duration, "6s", timedelta(seconds=6)),
    (scalars.read_duration, "90s", timedelta(seconds=90)),
    (scalars.read_duration, "1m30s", timedelta(seconds=90)),
    (scalars.read_duration, "2d3h4m5s6ms", timedelta(2, 5, 0, 6, 4, 3)),
    (scalars.read_duration, "250ms", timedelta(milliseconds=250)),
    (scalars.read_duration, "0s", timedelta(0)),
    (scalars.read_share, "50", 50),
    (scalars.read_share, "0", 0),
    (scalars.read_time, "00:00", time(0, 0)),
    (scalars.read_time, "23:59", time(23, 59)),
    (scalars.read_date, "2028-02-29", date(2028, 2, 29)),
    (
        scalars.read_instant,
        "2026-11-23 10:30 Europe/Istanbul",
        (datetime.combine(date(2026, 11, 23), time(10, 30)), "Europe/Istanbul"),
    ),
    (
        scalars.read_instant,
        "2026-11-23 10:30 America/Argentina/Buenos_Aires",
        (datetime.combine(date(2026, 11, 23), time(10, 30)), "America/Argentina/Buenos_Aires"),
    ),
    (scalars.read_days, "mon", (0,)),
    (scalars.read_days, "mon-fri", (0, 1, 2, 3, 4)),
    (scalars.read_days, "sat-mon", (5, 6, 0)),
    (scalars.read_days, "sun-sat", (6, 0, 1, 2, 3, 4, 5)),
    (scalars.read_time_range, "09:00-18:00", (540, 1080)),
    (scalars.read_time_range, "20:00-02:00", (1200, 1560)),
    (scalars.read_time_range, "20:00-24:00", (1200, 1440)),
    (scalars.read_time_range, "20:00-00:00", (1200, 1440)),
    (scalars.read_time_range, "00:00-24:00", (0, 1440)),
    (scalars.read_digits_range, "4", (4, 4)),
    (scalars.read_digits_range, "0-16", (0, 16)),
    (scalars.read_name, "lost_card2", "lost_card2"),
    (scalars.read_name, "a" * 40, "a" * 40),
]

BAD: list[tuple[Callable[[str], object], str, str]] = [
    (scalars.read_number, "1,5", '"1,5" is not a number; write 1.5'),
    (scalars.read_number, "1.", '"1." is not a number; write 12 or 12.5'),
    (scalars.read_number, ".5", '".5" is not a number; write 12 or 12.5'),
    (scalars.read_number, "1e3", '"1e3" is not a number; write 12 or 12.5'),
    (scalars.read_number, "٣", '"٣" is not a number; write 12 or 12.5'),
    (scalars.read_number, "5\n", '"5\n" is not a number; write 12 or 12.5'),
    (
        scalars.read_number,
        "1234567890123456",
        '"1234567890123456" is too large; at most 15 digits before the point',
    ),
    (scalars.read_bool, "yes", '"yes" is not true or false; write true'),
    (scalars.read_bool, "off", '"off" is not true or false; write false'),
    (scalars.read_bool, "True", '"True" is not true or false; write true'),
    (scalars.read_bool, "hayır", '"hayır" is not true or false; write false'),
    (scalars.read_bool, "maybe", '"maybe" is not true or false; write true or false'),
    (scalars.read_duration, "6", '"6" is not a duration; write 6s or 6m'),
    (scalars.read_duration, "", '"" is not a duration; write it as in 6s or 1m30s'),
    (scalars.read_duration, "1.5s", '"1.5s" is not a duration; write it as in 6s or 1m30s'),
    (scalars.read_duration, "6 s", '"6 s" is not a duration; write it as in 6s or 1m30s'),
    (scalars.read_duration, "30s1m", '"30s1m" has its units out of order; write 1m30s'),
    (scalars.read_duration, "1m1m", '"1m1m" has a unit twice; write each once, as in 1m30s'),
    (scalars.read_duration, "9" * 17 + "d", f'"{"9" * 17}d" is too long a duration'),
    (scalars.read_duration, "9" * 9999 + "d", f'"{"9" * 57}..." is too long a duration'),
    (scalars.read_share, "50%", '"50%" is not a share; write digits only, as in 50'),
    (scalars.read_share, "-1", '"-1" is not a share; write digits only, as in 50'),
    (scalars.read_time, "9:00", '"9:00" is not a time; write 09:00'),
    (scalars.read_time, "09.30", '"09.30" is not a time; write 09:30'),
    (scalars.read_time, "noon", '"noon" is not a time; write HH:MM'),
    (scalars.read_time, "24:00", '"24:00" is not a time; write 00:00 to 23:59'),
    (scalars.read_time, "12:60", '"12:60" is not a time; write 00:00 to 23:59'),
    (scalars.read_date, "2026-02-30", '"2026-02-30" is not a date; there is no such day'),
    (scalars.read_date, "10.11.2026", '"10.11.2026" is not a date; write 2026-11-10'),
    (scalars.read_date, "20261110", '"20261110" is not a date; write YYYY-MM-DD'),
    (
        scalars.read_instant,
        "2026-11-23 10:30",
        '"2026-11-23 10:30" is not a moment; write 2026-11-23 10:30 Europe/Istanbul',
    ),
    (
        scalars.read_instant,
        "2026-11-31 10:30 Europe/Istanbul",
        '"2026-11-31" is not a date; there is no such day',
    ),
    (scalars.read_days, "monday", '"monday" is not a day; write mon'),
    (scalars.read_days, "Mon-Fri", '"Mon-Fri" is not a day; write mon'),
    (scalars.read_days, "mon-", '"mon-" is not a day; write mon to sun, or mon-fri'),
    (scalars.read_days, "mon-mon", '"mon-mon" is one day; write mon'),
    (scalars.read_time_range, "09:00", '"09:00" is not a time range; write 09:00-18:00'),
    (scalars.read_time_range, "9:00-18:00", '"9:00" is not a time; write 09:00'),
    (
        scalars.read_time_range,
        "09:00-09:00",
        '"09:00-09:00" is empty; write 00:00-24:00 for the whole day',
    ),
    (
        scalars.read_time_range,
        "24:00-02:00",
        '"24:00-02:00" starts after the day has ended; write 00:00',
    ),
    (scalars.read_digits_range, "4-", '"4-" is not a count of digits; write 4 or 3-11'),
    (scalars.read_digits_range, "four", '"four" is not a count of digits; write 4 or 3-11'),
    (scalars.read_name, "Lost-Card", '"Lost-Card" is not a name; use a-z, 0-9 and _'),
    (scalars.read_name, "çıkış", '"çıkış" is not a name; use a-z, 0-9 and _'),
    (scalars.read_name, "", '"" is not a name; use a-z, 0-9 and _'),
    (scalars.read_name, "1a", '"1a" is not a name; begin with a letter a-z'),
    (scalars.read_name, "a" * 41, f'"{"a" * 41}" is not a name; at most 40 characters'),
]


@pytest.mark.parametrize(("read", "text", "value"), GOOD)
def test_a_scalar_written_right_is_read(
    read: Callable[[str], object], text: str, value: object
) -> None:
    assert read(text) == value


@pytest.mark.parametrize(("read", "text", "message"), BAD)
def test_a_scalar_written_wrong_says_what_to_write(
    read: Callable[[str], object], text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=r"\A\S") as caught:
        read(text)
    assert str(caught.value) == message


def test_a_backwards_digits_range_is_its_own_error() -> None:
    with pytest.raises(scalars.BackwardsRangeError) as caught:
        scalars.read_digits_range("16-4")
    assert str(caught.value) == "digits 16-4: the least is more than the most"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=90), "1m30s"),
        (timedelta(days=1, milliseconds=7), "1d7ms"),
        (timedelta(seconds=-5), "-5s"),
        (timedelta(microseconds=-5), "0s"),
        (timedelta(microseconds=1999), "1ms"),
    ],
)
def test_a_duration_is_written_with_large_units_first(value: timedelta, text: str) -> None:
    assert scalars.duration_text(value) == text


@given(st.integers(0, 10**14))
def test_a_written_duration_reads_back(count_ms: int) -> None:
    value = timedelta(milliseconds=count_ms)
    assert scalars.read_duration(scalars.duration_text(value)) == value


@given(st.text(max_size=30))
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    for read in dict.fromkeys(read for read, _, _ in GOOD):
        with suppress(ValueError):
            read(text)


@pytest.mark.parametrize(
    ("word", "candidates", "near"),
    [
        ("nomach", ["noinput", "nomatch"], "nomatch"),
        ("balnce", ["balance", "branch"], "balance"),
        ("que", ["queue"], "queue"),
        ("a", ["b"], None),
        ("ab", ["cd"], None),
        ("ab", ["ac"], "ac"),
        ("", ["a"], None),
        ("cards", [], None),
        ("cardz", ["cards", "card"], "card"),
        ("welcome", ["goodbye"], None),
    ],
)
def test_the_nearest_name_is_offered(word: str, candidates: list[str], near: str | None) -> None:
    assert scalars.nearest(word, candidates) == near


@given(
    st.text("abc", min_size=3, max_size=7),
    st.lists(st.text("abc", min_size=1, max_size=7), max_size=4),
)
def test_nearest_agrees_with_the_textbook_edit_distance(word: str, candidates: list[str]) -> None:
    measured = sorted((_edits(word, candidate), candidate) for candidate in candidates)
    expected = measured[0][1] if measured and measured[0][0] <= 2 else None
    assert scalars.nearest(word, candidates) == expected


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row = row, [i]
        for j, right in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (left != right)))
    return row[-1]
