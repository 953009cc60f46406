"""Every row of the Turkish table of flow-language.md 6.1, and the rules above it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from ivr.domain.values import Money
from ivr.media.say import FormatError, When, speak

ISTANBUL = timezone(timedelta(hours=3))
MONDAY_9 = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

NUMBERS = {
    "0": "sıfır",
    "10": "on",
    "11": "on bir",
    "100": "yüz",
    "101": "yüz bir",
    "110": "yüz on",
    "1000": "bin",
    "1001": "bin bir",
    "1100": "bin yüz",
    "2000": "iki bin",
    "11000": "on bir bin",
    "21000": "yirmi bir bin",
    "100000": "yüz bin",
    "101000": "yüz bir bin",
    "110001": "yüz on bin bir",
    "201001": "iki yüz bir bin bir",
    "301661": "üç yüz bir bin altı yüz altmış bir",
    "1000000": "bir milyon",
    "1001000": "bir milyon bin",
    "12455544": "on iki milyon dört yüz elli beş bin beş yüz kırk dört",
    "1e9": "bir milyar",
    "1e12": "bir trilyon",
    "1e15": "bir katrilyon",
    "1001001001": "bir milyar bir milyon bin bir",
    "-5": "eksi beş",
    "3.05": "üç virgül sıfır beş",
    "3.50": "üç virgül beş",
    "3.07": "üç virgül sıfır yedi",
    "3.25": "üç virgül yirmi beş",
    "0.001": "sıfır virgül sıfır sıfır bir",
    "3.1415": "üç virgül bir dört bir beş",
    "-0.0": "sıfır",
    "7.0": "yedi",
}
LIRA = {
    "2.05": "iki lira beş kuruş",
    "0": "sıfır lira",
    "0.5": "elli kuruş",
    "0.004": "sıfır lira",
    "-0.004": "sıfır lira",
    "12.30": "on iki lira otuz kuruş",
    "2.005": "iki lira bir kuruş",
    "1520.75": "bin beş yüz yirmi lira yetmiş beş kuruş",
    "301661.10": "üç yüz bir bin altı yüz altmış bir lira on kuruş",
    "-3.20": "eksi üç lira yirmi kuruş",
    "-0.20": "eksi yirmi kuruş",
    "9.995": "on lira",
}
ORDINALS = {
    1: "birinci",
    3: "üçüncü",
    4: "dördüncü",
    10: "onuncu",
    20: "yirminci",
    40: "kırkıncı",
    60: "altmışıncı",
    100: "yüzüncü",
    121: "yüz yirmi birinci",
    1000: "bininci",
    0: "sıfırıncı",
    14: "on dördüncü",
    4000000: "dört milyonuncu",
}
TIMES = {
    ("09:00", ""): "dokuz",
    ("09:00", "at"): "dokuzda",
    ("14:30", "at"): "on dört otuzda",
    ("09:05", ""): "dokuz sıfır beş",
    ("00:00", ""): "gece yarısı",
    ("00:30", ""): "sıfır sıfır otuz",
    ("13:00", "at"): "on üçte",
    ("16:00", "at"): "on altıda",
    ("17:00", "at"): "on yedide",
    ("20:00", "at"): "yirmide",
    ("10:40", "at"): "on kırkta",
    ("10:50", "at"): "on ellide",
    ("00:00", "at"): "gece yarısında",
    ("00:05", ""): "sıfır sıfır sıfır beş",
}
PHONES = {
    "+905321112233": "sıfır beş yüz otuz iki, yüz on bir, yirmi iki, otuz üç",
    "+902125550709": "sıfır iki yüz on iki, beş yüz elli beş, sıfır yedi, sıfır dokuz",
    "4440333": "dört yüz kırk dört, sıfır, üç yüz otuz üç",
    "+904440333": "dört yüz kırk dört, sıfır, üç yüz otuz üç",
    "+908502220000": "sıfır sekiz yüz elli, iki yüz yirmi iki, sıfır sıfır, sıfır sıfır",
    "112": "yüz on iki",
    "+442079460958": ("artı kırk dört, yirmi, yetmiş dokuz, kırk altı, sıfır dokuz yüz elli sekiz"),
}


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_a_number_is_said_as_the_table_says(number: str, words: str, when: When) -> None:
    assert speak("tr", "number", "", Decimal(number), when) == words


@pytest.mark.parametrize(("amount", "words"), LIRA.items())
def test_an_amount_is_said_as_the_table_says(amount: str, words: str, when: When) -> None:
    assert speak("tr", "money", "", Money(Decimal(amount), "TRY"), when) == words


@pytest.mark.parametrize(("rank", "words"), ORDINALS.items())
def test_a_rank_is_said_as_the_table_says(rank: int, words: str, when: When) -> None:
    assert speak("tr", "ordinal", "", Decimal(rank), when) == words


@pytest.mark.parametrize(("how", "words"), TIMES.items())
def test_a_time_is_said_as_the_table_says(how: tuple[str, str], words: str, when: When) -> None:
    clock, argument = how
    assert speak("tr", "time", argument, time.fromisoformat(clock), when) == words


@pytest.mark.parametrize(("number", "words"), PHONES.items())
def test_a_phone_number_is_said_as_the_table_says(number: str, words: str, when: When) -> None:
    assert speak("tr", "phone", "", number, when) == words


@pytest.mark.parametrize(
    ("currency", "words"),
    [
        ("TRY", "bir lira iki kuruş"),
        ("USD", "bir dolar iki sent"),
        ("EUR", "bir avro iki sent"),
        ("GBP", "bir sterlin iki peni"),
        ("AZN", "bir manat iki kepik"),
    ],
)
def test_each_currency_has_its_names(currency: str, words: str, when: When) -> None:
    assert speak("tr", "money", "", Money(Decimal("1.02"), currency), when) == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (22, "yarın saat dokuzda"),
        (21, "yirmi üç Kasım Pazartesi saat dokuzda"),
        (23, "bugün saat dokuzda"),
        (24, "yirmi üç Kasım Pazartesi saat dokuzda"),
    ],
)
def test_today_and_tomorrow_are_said_when_asked_when(asked: int, words: str) -> None:
    when = When(datetime(2026, 11, asked, 12, 0, tzinfo=UTC), ISTANBUL)
    assert speak("tr", "datetime", "at", MONDAY_9, when) == words


def test_tomorrow_begins_at_midnight_of_the_zone_not_of_utc() -> None:
    when = When(datetime(2026, 11, 22, 21, 30, tzinfo=UTC), ISTANBUL)
    assert speak("tr", "datetime", "at", MONDAY_9, when) == "bugün saat dokuzda"


def test_a_date_and_time_without_at_never_says_tomorrow(when: When) -> None:
    words = "yirmi üç Kasım Pazartesi saat dokuz"
    assert speak("tr", "datetime", "", MONDAY_9, when) == words


def test_midnight_of_a_day_is_said_without_saat(when: When) -> None:
    midnight = MONDAY_9.replace(hour=21) - timedelta(days=1)
    assert speak("tr", "datetime", "at", midnight, when) == "yarın gece yarısında"


def test_a_date_says_day_month_and_weekday_and_the_year_when_full(when: When) -> None:
    day = date(2026, 11, 23)
    assert speak("tr", "date", "", day, when) == "yirmi üç Kasım Pazartesi"
    full = "yirmi üç Kasım iki bin yirmi altı Pazartesi"
    assert speak("tr", "date", "full", day, when) == full


@pytest.mark.parametrize(
    ("seconds", "argument", "words"),
    [
        (125, "about", "üç dakika"),
        (45, "about", "bir dakikadan az"),
        (60, "about", "bir dakika"),
        (61, "about", "iki dakika"),
        (0, "about", "bir dakikadan az"),
        (3601, "about", "bir saat bir dakika"),
        (90, "", "bir dakika otuz saniye"),
        (0, "", "sıfır saniye"),
        (0.4, "", "sıfır saniye"),
        (0.5, "", "bir saniye"),
        (93784, "", "bir gün iki saat üç dakika dört saniye"),
        (-90, "", "eksi bir dakika otuz saniye"),
        (-0.4, "", "sıfır saniye"),
    ],
)
def test_a_duration_is_said(seconds: float, argument: str, words: str, when: When) -> None:
    assert speak("tr", "duration", argument, timedelta(seconds=seconds), when) == words


@pytest.mark.parametrize(
    ("value", "argument", "words"),
    [
        ("453201", "", "dört beş üç iki, sıfır bir"),
        ("260042174", "3", "iki altı sıfır, sıfır dört iki, bir yedi dört"),
        ("260-042-174", "3", "iki altı sıfır, sıfır dört iki, bir yedi dört"),
        ("1*#", "", "bir yıldız kare"),
        ("", "", ""),
    ],
)
def test_digits_are_said_one_by_one(value: str, argument: str, words: str, when: When) -> None:
    assert speak("tr", "digits", argument, value, when) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("C-9", "ce tire dokuz"),
        ("Iİıi", "ı i ı i"),
        ("Ğ7 ÇŞ", "yumuşak ge yedi, çe şe"),
        ("QWX", "kü çift ve iks"),
        ("Aâé", "a a e"),
    ],
)
def test_a_code_is_said_by_the_names_of_its_letters(code: str, words: str, when: When) -> None:
    assert speak("tr", "code", "", code, when) == words


def test_percent_comes_first_and_the_minus_before_it(when: When) -> None:
    assert speak("tr", "percent", "", Decimal(10), when) == "yüzde on"
    assert speak("tr", "percent", "", Decimal("-2.5"), when) == "eksi yüzde iki virgül beş"


def test_counted_things_stay_singular(when: When) -> None:
    assert speak("tr", "count", "mesaj,mesajlar", Decimal(2), when) == "iki mesaj"


def test_text_is_said_as_it_is(when: When) -> None:
    assert speak("tr", "", "", "Ayşe Kaya", when) == "Ayşe Kaya"


def test_a_letter_without_a_name_is_refused(when: When) -> None:
    with pytest.raises(FormatError, match="letters, digits"):
        speak("tr", "code", "", "Ж1", when)
