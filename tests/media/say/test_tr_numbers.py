"""Proof by exhaustion that Turkish spelling says exactly one value, the right one.

Each spelling is read back by a grammar written here from the rules of the language alone.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from ivr.domain.values import Money
from ivr.media.say import LANGUAGES, When, speak
from ivr.media.say.wording import Figure

UNITS = {"bir": 1, "iki": 2, "üç": 3, "dört": 4, "beş": 5} | {
    "altı": 6,
    "yedi": 7,
    "sekiz": 8,
    "dokuz": 9,
}
TENS = {"on": 10, "yirmi": 20, "otuz": 30, "kırk": 40, "elli": 50} | {
    "altmış": 60,
    "yetmiş": 70,
    "seksen": 80,
    "doksan": 90,
}
SCALES = {"bin": 3, "milyon": 6, "milyar": 9, "trilyon": 12, "katrilyon": 15}
ORDINALS = (
    {"sıfır": "sıfırıncı", "bir": "birinci", "iki": "ikinci", "üç": "üçüncü"}
    | {"dört": "dördüncü", "beş": "beşinci", "altı": "altıncı", "yedi": "yedinci"}
    | {"sekiz": "sekizinci", "dokuz": "dokuzuncu", "on": "onuncu", "yirmi": "yirminci"}
    | {"otuz": "otuzuncu", "kırk": "kırkıncı", "elli": "ellinci", "altmış": "altmışıncı"}
    | {"yetmiş": "yetmişinci", "seksen": "sekseninci", "doksan": "doksanıncı"}
    | {"yüz": "yüzüncü", "bin": "bininci", "milyon": "milyonuncu", "milyar": "milyarıncı"}
    | {"trilyon": "trilyonuncu", "katrilyon": "katrilyonuncu"}
)
AT = (
    {"birde": "bir", "ikide": "iki", "üçte": "üç", "dörtte": "dört", "beşte": "beş"}
    | {"altıda": "altı", "yedide": "yedi", "sekizde": "sekiz", "dokuzda": "dokuz"}
    | {"onda": "on", "yirmide": "yirmi", "otuzda": "otuz", "kırkta": "kırk", "ellide": "elli"}
)
MONTHS = (
    *("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran"),
    *("Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"),
)
WEEK = ("Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi")
MILLION = 1_000_000
CHUNK = 100_000


class NotTurkishError(ValueError):
    """The words are no number a Turk would say."""


def read_number(words: str) -> int:
    """Read a whole number, refusing every form the rules forbid (`bir yüz`, `bir bin`, zeros)."""
    if words == "sıfır":
        return 0
    total, group, scale, place = 0, 0, 99, 1000
    for word in words.split(" "):
        if word in UNITS and place > 1:
            group, place = group + UNITS[word], 1
        elif word in TENS and place > 10:
            group, place = group + TENS[word], 10
        elif word == "yüz" and (group == 0 or 2 <= group <= 9) and place in {1, 1000}:
            group, place = (group or 1) * 100, 100
        elif word in SCALES and SCALES[word] < scale and _may_scale(word, group):
            scale = SCALES[word]
            total, group, place = total + (group or 1) * 10**scale, 0, 1000
        else:
            raise NotTurkishError(words)
    return total + group


def _may_scale(word: str, group: int) -> bool:
    return group != 1 if word == "bin" else group > 0


def read_clock(words: str) -> time:
    """Read a time of day; more than one reading, or none, is an error."""
    if words == "gece yarısı":
        return time(0, 0)
    tokens = words.split(" ")
    readings = set()
    for cut in range(1, len(tokens) + 1):
        hour, minute = _hour(tokens[:cut]), _minute(tokens[cut:])
        if hour is not None and minute is not None and (hour, minute) != (0, 0):
            readings.add(time(hour, minute))
    (only,) = readings
    return only


def _hour(tokens: list[str]) -> int | None:
    if tokens == ["sıfır", "sıfır"]:
        return 0
    return _between(tokens, 1, 23)


def _minute(tokens: list[str]) -> int | None:
    if not tokens:
        return 0
    if tokens[0] == "sıfır":
        return _between(tokens[1:], 1, 9)
    return _between(tokens, 10, 59)


def _between(tokens: list[str], low: int, high: int) -> int | None:
    try:
        value = read_number(" ".join(tokens))
    except NotTurkishError:
        return None
    return value if low <= value <= high else None


def read_money(words: str) -> Decimal:
    """Read lira and kuruş; zero lira is said only when there is nothing else."""
    lira, found, rest = words.rpartition(" lira")
    kurus = (rest if found else words).removesuffix(" kuruş").strip()
    whole = read_number(lira) if found else 0
    part = read_number(kurus) if kurus else 0
    if (found and not whole and part) or (kurus and not 1 <= part <= 99):
        raise NotTurkishError(words)
    return Decimal(whole) + Decimal(part) / 100


def scattered(count: int) -> list[int]:
    """Numbers of every length up to 10^15, the same in every run."""
    state, found = 20261123, []
    for turn in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found.append((state >> 8) % 10 ** (1 + turn % 15))
    return found


@pytest.mark.parametrize(
    "bad", ["bir yüz", "bir bin", "sıfır bir", "on on", "iki bin bin", "milyon", "on iki yüz", ""]
)
def test_the_grammar_of_this_test_refuses_what_no_turk_says(bad: str) -> None:
    with pytest.raises(NotTurkishError):
        read_number(bad)


@pytest.mark.unmeasured
@pytest.mark.parametrize("start", range(0, MILLION + 1, CHUNK))
def test_every_integer_up_to_a_million_is_read_back(start: int) -> None:
    say = LANGUAGES["tr"].spoken.number
    numbers = range(start, min(start + CHUNK, MILLION + 1))
    assert [n for n in numbers if read_number(say(Figure(False, n))) != n] == []


@pytest.mark.unmeasured
def test_a_hundred_thousand_numbers_up_to_ten_to_the_fifteenth_are_read_back(when: When) -> None:
    wrong = [
        n
        for n in scattered(100_000)
        if read_number(speak("tr", "number", "", Decimal(n), when)) != n
    ]
    assert wrong == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_every_kurus_of_a_thousand_amounts_is_read_back(start: int, when: When) -> None:
    whole_lira = [*range(400), *scattered(600)]
    amounts = [
        Decimal(lira) + Decimal(kurus) / 100
        for lira in whole_lira[start : start + 250]
        for kurus in range(100)
    ]
    wrong = [a for a in amounts if read_money(speak("tr", "money", "", Money(a, "TRY"), when)) != a]
    assert wrong == []


def test_every_minute_of_the_day_is_read_back(when: When) -> None:
    for minutes in range(1440):
        clock = time(minutes // 60, minutes % 60)
        assert read_clock(speak("tr", "time", "", clock, when)) == clock


def test_every_minute_of_the_day_takes_the_right_suffix(when: When) -> None:
    for minutes in range(1, 1440):
        clock = time(minutes // 60, minutes % 60)
        *head, last = speak("tr", "time", "at", clock, when).split(" ")
        assert read_clock(" ".join([*head, AT[last]])) == clock


def test_every_day_of_eight_years_is_read_back(when: When) -> None:
    day = date(2024, 1, 1)
    while day.year < 2032:
        short = speak("tr", "date", "", day, when)
        full = speak("tr", "date", "full", day, when)
        head, year_words, name = _around_month(full)
        read = date(read_number(year_words), MONTHS.index(head[1]) + 1, read_number(head[0]))
        assert (read, name) == (day, WEEK[day.toordinal() % 7])
        assert short == f"{head[0]} {head[1]} {name}"
        day += timedelta(days=1)


def _around_month(words: str) -> tuple[tuple[str, str], str, str]:
    tokens = words.split(" ")
    at = next(index for index, token in enumerate(tokens) if token in MONTHS)
    return (" ".join(tokens[:at]), tokens[at]), " ".join(tokens[at + 1 : -1]), tokens[-1]


def test_ten_thousand_ranks_change_only_their_last_word(when: When) -> None:
    for rank in [*range(10_000), *scattered(1000)]:
        *head, last = speak("tr", "number", "", Decimal(rank), when).split(" ")
        expected = " ".join([*head, ORDINALS[last]])
        assert speak("tr", "ordinal", "", Decimal(rank), when) == expected


def test_every_amount_of_decimals_up_to_three_is_read_back(when: When) -> None:
    for thousandths in range(1000):
        value = Decimal(thousandths) / 1000
        words = speak("tr", "number", "", value, when)
        assert _read_decimal(words) == value


def _read_decimal(words: str) -> Decimal:
    whole, _, decimals = words.partition(" virgül ")
    zeros = 0
    while decimals.startswith("sıfır "):
        decimals, zeros = decimals.removeprefix("sıfır "), zeros + 1
    text = "0" * zeros + (str(read_number(decimals)) if decimals else "")
    return read_number(whole) + (Decimal(f"0.{text}") if text else Decimal(0))
