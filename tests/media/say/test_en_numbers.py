"""Proof by exhaustion that English spelling says exactly one value, the right one.

Each spelling is read back by a grammar written here from the rules of the language alone.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money
from ivr.media.say import LANGUAGES, When, speak
from ivr.media.say.wording import Figure

ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5} | {
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14} | {
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50} | {
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
BELOW_HUNDRED = {**ONES, **TEENS, **TENS} | {
    f"{ten}-{one}": TENS[ten] + ONES[one] for ten in TENS for one in ONES
}
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}
RANKS = (
    {"zero": "zeroth", "one": "first", "two": "second", "three": "third", "four": "fourth"}
    | {"five": "fifth", "six": "sixth", "seven": "seventh", "eight": "eighth", "nine": "ninth"}
    | {"ten": "tenth", "eleven": "eleventh", "twelve": "twelfth", "thirteen": "thirteenth"}
    | {"fourteen": "fourteenth", "fifteen": "fifteenth", "sixteen": "sixteenth"}
    | {"seventeen": "seventeenth", "eighteen": "eighteenth", "nineteen": "nineteenth"}
    | {"twenty": "twentieth", "thirty": "thirtieth", "forty": "fortieth", "fifty": "fiftieth"}
    | {"sixty": "sixtieth", "seventy": "seventieth", "eighty": "eightieth"}
    | {"ninety": "ninetieth", "hundred": "hundredth", "thousand": "thousandth"}
    | {"million": "millionth", "billion": "billionth", "trillion": "trillionth"}
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEK = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MILLION = 1_000_000
CHUNK = 100_000


class NotEnglishError(ValueError):
    """The words are no number an English speaker would say."""


def read_number(words: str) -> int:
    """Read a whole number; `one thousand five hundred twenty-five`, never another form."""
    if words == "zero":
        return 0
    total, group, scale, place = 0, 0, 99, 1000
    for word in words.split(" "):
        if word in BELOW_HUNDRED and place > 10:
            group, place = group + BELOW_HUNDRED[word], 10
        elif word == "hundred" and 1 <= group <= 9:
            group, place = group * 100, 100
        elif word in SCALES and SCALES[word] < scale and group:
            scale = SCALES[word]
            total, group, place = total + group * 10**scale, 0, 1000
        else:
            raise NotEnglishError(words)
    return total + group


def read_clock(words: str) -> time:
    """Read a time of day, such as `nine oh five a m`."""
    if words in {"midnight", "noon"}:
        return time(12 * (words == "noon"))
    *told, half, m = words.split(" ")
    hour, *minutes = told
    if m != "m" or half not in {"a", "p"} or not 1 <= BELOW_HUNDRED[hour] <= 12:
        raise NotEnglishError(words)
    return time(BELOW_HUNDRED[hour] % 12 + 12 * (half == "p"), _read_minutes(minutes))


def _read_minutes(words: list[str]) -> int:
    match words:
        case []:
            return 0
        case ["oh", one]:
            return ONES[one]
        case [minutes] if minutes not in ONES:
            return BELOW_HUNDRED[minutes]
    raise NotEnglishError(" ".join(words))


def read_money(words: str) -> Decimal:
    """Read dollars and cents, refusing a wrong singular or plural."""
    total = Decimal(0)
    for part in words.split(" and "):
        number, unit = part.rsplit(" ", 1)
        size, name = read_number(number), unit.removesuffix("s")
        if (size == 1) != (name == unit) or (name == "cent" and not 1 <= size <= 99):
            raise NotEnglishError(words)
        total += {"dollar": Decimal(1), "cent": Decimal("0.01")}[name] * size
    if "zero dollars and" in words:
        raise NotEnglishError(words)
    return total


def scattered(count: int) -> list[int]:
    """Numbers of every length up to 10^15, the same in every run."""
    state, found = 19991231, []
    for turn in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found.append((state >> 8) % 10 ** (1 + turn % 15))
    return found


@pytest.mark.parametrize(
    "bad", ["hundred", "one one", "twenty one", "ten hundred", "thousand", "one thousand zero", ""]
)
def test_the_grammar_of_this_test_refuses_what_nobody_says(bad: str) -> None:
    with pytest.raises(NotEnglishError):
        read_number(bad)


@pytest.mark.unmeasured
@pytest.mark.parametrize("start", range(0, MILLION + 1, CHUNK))
def test_every_integer_up_to_a_million_is_read_back(start: int) -> None:
    say = LANGUAGES["en"].spoken.number
    numbers = range(start, min(start + CHUNK, MILLION + 1))
    assert [n for n in numbers if read_number(say(Figure(False, n))) != n] == []


@pytest.mark.unmeasured
def test_a_hundred_thousand_numbers_up_to_ten_to_the_fifteenth_are_read_back(when: When) -> None:
    wrong = [
        n
        for n in scattered(100_000)
        if read_number(speak("en", "number", "", Decimal(n), when)) != n
    ]
    assert wrong == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_every_cent_of_a_thousand_amounts_is_read_back(start: int, when: When) -> None:
    dollars = [*range(400), *scattered(600)]
    amounts = [
        Decimal(whole) + Decimal(cents) / 100
        for whole in dollars[start : start + 250]
        for cents in range(100)
    ]
    wrong = [a for a in amounts if read_money(speak("en", "money", "", Money(a, "USD"), when)) != a]
    assert wrong == []


def test_every_minute_of_the_day_is_read_back(when: When) -> None:
    for minutes in range(1440):
        clock = time(minutes // 60, minutes % 60)
        words = speak("en", "time", "", clock, when)
        assert read_clock(words) == clock
        assert speak("en", "time", "at", clock, when) == f"at {words}"


def test_every_day_of_eight_years_is_read_back(when: When) -> None:
    day = date(2024, 1, 1)
    days_by_words = {_rank(number): number for number in range(1, 32)}
    while day.year < 2032:
        full = speak("en", "date", "full", day, when)
        name, month, rank, century, years = full.split(" ")
        year = BELOW_HUNDRED[century] * 100 + BELOW_HUNDRED[years]
        assert date(year, MONTHS.index(month) + 1, days_by_words[rank]) == day
        assert name == WEEK[day.toordinal() % 7]
        assert speak("en", "date", "", day, when) == f"{name} {month} {rank}"
        day += timedelta(days=1)


def _rank(number: int) -> str:
    word = next(word for word, value in BELOW_HUNDRED.items() if value == number)
    ten, dash, one = word.rpartition("-")
    return f"{ten}{dash}{RANKS[one]}"


def test_ten_thousand_ranks_change_only_their_last_word(when: When) -> None:
    for rank in [*range(10_000), *scattered(1000)]:
        words = speak("en", "number", "", Decimal(rank), when)
        head, space, last = words.rpartition(" ")
        ten, dash, one = last.rpartition("-")
        expected = f"{head}{space}{ten}{dash}{RANKS[one]}"
        assert speak("en", "ordinal", "", Decimal(rank), when) == expected


def test_a_quadrillion_and_more_are_spelled_up_to_eighteen_digits(when: When) -> None:
    most = 10**18 - 1
    assert read_number(speak("en", "number", "", Decimal(most), when)) == most
