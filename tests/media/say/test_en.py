"""English spelling by example, one table for each format of flow-language.md 6.1."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money
from ivr.media.say import FormatError, When, speak

MONDAY_9 = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

NUMBERS = {
    "0": "zero",
    "11": "eleven",
    "40": "forty",
    "99": "ninety-nine",
    "100": "one hundred",
    "105": "one hundred five",
    "1000": "one thousand",
    "1520": "one thousand five hundred twenty",
    "301661": "three hundred one thousand six hundred sixty-one",
    "1001000": "one million one thousand",
    "1e15": "one quadrillion",
    "-5": "minus five",
    "3.05": "three point zero five",
    "12455.50": "twelve thousand four hundred fifty-five point five",
    "-0.0": "zero",
}
AMOUNTS = {
    ("1520.75", "TRY"): "one thousand five hundred twenty lira and seventy-five kuruş",
    ("0.5", "TRY"): "fifty kuruş",
    ("0", "USD"): "zero dollars",
    ("0.004", "EUR"): "zero euros",
    ("1.01", "USD"): "one dollar and one cent",
    ("2.02", "USD"): "two dollars and two cents",
    ("1.01", "EUR"): "one euro and one cent",
    ("21.01", "GBP"): "twenty-one pounds and one penny",
    ("0.99", "GBP"): "ninety-nine pence",
    ("3.20", "AZN"): "three manat and twenty qapik",
    ("-3.20", "TRY"): "minus three lira and twenty kuruş",
    ("2.005", "USD"): "two dollars and one cent",
}
RANKS = (
    {0: "zeroth", 1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth"}
    | {9: "ninth", 12: "twelfth", 20: "twentieth", 21: "twenty-first", 30: "thirtieth"}
    | {100: "one hundredth", 101: "one hundred first", 1000: "one thousandth"}
)
TIMES = {
    ("09:00", ""): "nine a m",
    ("09:00", "at"): "at nine a m",
    ("09:05", ""): "nine oh five a m",
    ("14:30", "at"): "at two thirty p m",
    ("00:00", "at"): "at midnight",
    ("12:00", ""): "noon",
    ("00:30", ""): "twelve thirty a m",
    ("12:01", ""): "twelve oh one p m",
}
YEARS = {
    2026: "twenty twenty-six",
    2000: "two thousand",
    2009: "two thousand nine",
    1905: "nineteen oh five",
    1909: "nineteen oh nine",
    1900: "nineteen hundred",
    2010: "twenty ten",
    900: "nine hundred",
}


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_a_number_is_said(number: str, words: str, when: When) -> None:
    assert speak("en", "number", "", Decimal(number), when) == words


@pytest.mark.parametrize(("amount", "words"), AMOUNTS.items())
def test_an_amount_is_said_with_the_right_plural(
    amount: tuple[str, str], words: str, when: When
) -> None:
    size, currency = amount
    assert speak("en", "money", "", Money(Decimal(size), currency), when) == words


@pytest.mark.parametrize(("rank", "words"), RANKS.items())
def test_a_rank_is_said(rank: int, words: str, when: When) -> None:
    assert speak("en", "ordinal", "", Decimal(rank), when) == words


@pytest.mark.parametrize(("how", "words"), TIMES.items())
def test_a_time_is_said(how: tuple[str, str], words: str, when: When) -> None:
    clock, argument = how
    assert speak("en", "time", argument, time.fromisoformat(clock), when) == words


@pytest.mark.parametrize(("year", "words"), YEARS.items())
def test_a_year_is_said_in_pairs(year: int, words: str, when: When) -> None:
    assert speak("en", "date", "full", date(year, 1, 1), when).endswith(f"January first {words}")


def test_a_date_is_said_and_the_year_only_when_full(when: When) -> None:
    day = date(2026, 11, 23)
    assert speak("en", "date", "", day, when) == "Monday November twenty-third"
    full = "Monday November twenty-third twenty twenty-six"
    assert speak("en", "date", "full", day, when) == full


def test_a_date_and_time_knows_tomorrow_only_when_asked_when(when: When) -> None:
    plain = "Monday November twenty-third at nine a m"
    assert speak("en", "datetime", "", MONDAY_9, when) == plain
    assert speak("en", "datetime", "at", MONDAY_9, when) == "tomorrow at nine a m"
    today = MONDAY_9 - timedelta(hours=24)
    assert speak("en", "datetime", "at", today, when) == "today at nine a m"
    later = MONDAY_9 + timedelta(hours=27)
    assert speak("en", "datetime", "at", later, when) == "Tuesday November twenty-fourth at noon"


@pytest.mark.parametrize(
    ("seconds", "argument", "words"),
    [
        (90, "", "one minute thirty seconds"),
        (3661, "", "one hour one minute one second"),
        (172800, "", "two days"),
        (0, "", "zero seconds"),
        (125, "about", "three minutes"),
        (60, "about", "one minute"),
        (45, "about", "less than one minute"),
        (-2, "", "minus two seconds"),
    ],
)
def test_a_duration_is_said(seconds: int, argument: str, words: str, when: When) -> None:
    assert speak("en", "duration", argument, timedelta(seconds=seconds), when) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+905321112233", "zero five three two, one one one, two two, three three"),
        ("4440333", "four four four, zero, three three three"),
        ("+12025550123", "plus one, two zero two, five five five, zero one two three"),
    ],
)
def test_a_phone_number_is_said_digit_by_digit(number: str, words: str, when: When) -> None:
    assert speak("en", "phone", "", number, when) == words


def test_digits_codes_percent_and_counted_things(when: When) -> None:
    assert speak("en", "digits", "3", "260042", when) == "two six zero, zero four two"
    assert speak("en", "digits", "", "1*#", when) == "one star hash"
    assert speak("en", "code", "", "c-9 ışÇ", when) == "C dash nine, I S C"
    assert speak("en", "percent", "", Decimal(10), when) == "ten percent"
    assert speak("en", "count", "minute, minutes", Decimal(1), when) == "one minute"
    assert speak("en", "count", "minute,minutes", Decimal(2), when) == "two minutes"
    assert speak("en", "count", "minute,minutes", Decimal(0), when) == "zero minutes"
    assert speak("en", "count", "minute,minutes", Decimal("1.5"), when) == "one point five minutes"


def test_an_unknown_language_is_refused(when: When) -> None:
    with pytest.raises(FormatError, match='no language "de"; the languages are tr, en'):
        speak("de", "number", "", Decimal(1), when)
