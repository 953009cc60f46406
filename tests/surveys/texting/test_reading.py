"""Every example of the design, in lower, upper, title and Turkish case; and what is never a score.

Twilio's sample application takes the first digit that it finds; here a doubt is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.fold import lower, upper
from ivr.surveys.model import NO, YES
from ivr.surveys.texting.reading import Meaning, Read, Wanted, read

if TYPE_CHECKING:
    from collections.abc import Callable

FIVE = Wanted("tr", 1, 5)
FIVE_EN = Wanted("en", 1, 5)
NPS = Wanted("tr", 0, 10)
NPS_EN = Wanted("en", 0, 10)
FREE = Wanted("tr")
YESNO = Wanted("tr", 1, 2, yesno=True)
CHOICE = Wanted("tr", choices={"1": "fiber", "2": "mobil hat"})
CASES: dict[str, Callable[[str], str]] = {
    "as written": str,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "Turkish lower": lambda text: lower(text, "tr"),
    "Turkish upper": lambda text: upper(text, "tr"),
    "without marks": lambda text: text.replace("ü", "u").replace("ş", "s").replace("ç", "c"),
}
EXAMPLES: list[tuple[str, Wanted, Meaning, int | None]] = [
    ("İPTAL", FIVE, Meaning.OPT_OUT, None),
    ("ıptal", FIVE, Meaning.OPT_OUT, None),
    ("iptal et lütfen", FIVE, Meaning.OPT_OUT, None),
    ("Stop please", FIVE_EN, Meaning.OPT_OUT, None),
    ("end of the month is fine", FIVE_EN, Meaning.WORDS, None),
    ("hayır", FIVE, Meaning.OPT_OUT, None),
    ("hayır teşekkürler", FIVE, Meaning.WORDS, None),
    ("başlat", FIVE, Meaning.BACK, None),
    ("start", FIVE_EN, Meaning.BACK, None),
    ("10/10", NPS, Meaning.ANSWER, 10),
    ("4/5", FIVE, Meaning.ANSWER, 4),
    ("5", FIVE, Meaning.ANSWER, 5),
    ("5 5", FIVE, Meaning.ANSWER, 5),
    ("5 teşekkürler", FIVE, Meaning.ANSWER, 5),
    ("10", FIVE, Meaning.UNCLEAR, None),
    ("4,5", FIVE, Meaning.UNCLEAR, None),
    ("2-3", FIVE, Meaning.UNCLEAR, None),
    ("dört", FIVE, Meaning.ANSWER, 4),
    ("Beş!", FIVE, Meaning.ANSWER, 5),
    ("on", NPS, Meaning.ANSWER, 10),
    ("on", NPS_EN, Meaning.WORDS, None),
    ("ten", NPS_EN, Meaning.ANSWER, 10),
    ("bir daha aramayın lütfen", FIVE, Meaning.WORDS, None),
    ("★★★★", FIVE, Meaning.ANSWER, 4),
    ("⭐⭐⭐⭐ çok iyi", FIVE, Meaning.ANSWER, 4),
    ("05321234567", FIVE, Meaning.WORDS, None),
    ("26040427", FIVE, Meaning.WORDS, None),
    ("çok memnunum", FIVE, Meaning.WORDS, None),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("text", "wanted", "meaning", "number"), EXAMPLES)
def test_every_example_in_every_case(
    text: str, wanted: Wanted, meaning: Meaning, number: int | None, case: str
) -> None:
    found = read(CASES[case](text), wanted)
    assert (found.meaning, found.number) == (meaning, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("  5  ", 5),
        ("5.", 5),
        ("+5", 5),
        ("05", 5),
        ("５", 5),
        ("5️⃣", 5),
        ("5'i veriyorum", 5),
        ("beş puan", 5),
        ("****", 4),
        ("★★★☆☆", 3),
        ("5 (telefonum 05321234567)", 5),
        ("10/5", None),
        ("5-5", None),
        ("5 2", None),
        ("-5", None),
        ("3G çekmiyor", None),
        ("saat 14:30 da aradım", None),
        ("5 0532 123 45 67", None),
        ("0532 5", None),
        ("on beş", None),
        ("4/10", None),
        ("f*** off", None),
        ("★★★★★★", None),
        ("½", None),
        ("", None),
        ("  ", None),
    ],
)
def test_a_doubt_is_no_score(text: str, number: int | None) -> None:
    assert read(text, FIVE).number == number


def test_what_is_written_beside_a_number_is_kept() -> None:
    assert read("5 teşekkürler", FIVE).comment == "5 teşekkürler"
    assert read("Beş, çok", FIVE).comment == "Beş, çok"
    assert read("5", FIVE).comment == read("5 5", FIVE).comment == read("Beş!", FIVE).comment == ""


def test_words_are_kept_as_they_were_written() -> None:
    assert read(" Çok Kötüydü ", FIVE) == Read(Meaning.WORDS, comment="Çok Kötüydü")


def test_a_free_question_takes_any_words() -> None:
    assert read(" 5 yıldız! ", FREE) == Read(Meaning.ANSWER, value="5 yıldız!")
    assert read("iptal", FREE).meaning is Meaning.OPT_OUT
    assert read(" ", FREE).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("evet", YES), ("EVET çözüldü, sağ olun", YES), ("e", YES), ("1", YES)),
        *(("HAYIR", NO), ("hayır", NO), ("hayır teşekkürler", NO), ("2", NO), ("iki", NO)),
        *(("evet hayır", None), ("3", None), ("belki evet", None)),
    ],
)
def test_no_is_an_answer_where_yes_or_no_was_asked(text: str, number: int | None) -> None:
    assert read(text, YESNO).number == number


def test_in_english_yes_and_no_are_other_words() -> None:
    assert read("No, sorry", Wanted("en", 1, 2, yesno=True)).number == NO
    assert read("evet", Wanted("en", 1, 2, yesno=True)).meaning is Meaning.WORDS


def test_a_choice_is_given_by_key_or_by_its_words() -> None:
    assert read("2", CHOICE) == Read(Meaning.ANSWER, 2, "mobil hat")
    assert (read("Mobil HAT", CHOICE).number, read("fiber!", CHOICE).value) == (2, "fiber")
    assert read("3", CHOICE).meaning is Meaning.UNCLEAR


def test_a_wider_number_takes_its_digits() -> None:
    wide = Wanted("tr", 0, 120)
    assert read("115 gün", wide).number == 115
    assert read("121", wide).meaning is Meaning.UNCLEAR
    assert read("1150", wide).meaning is Meaning.WORDS


@given(st.text(max_size=40), st.sampled_from([FIVE, FIVE_EN, NPS, NPS_EN, YESNO, CHOICE, FREE]))
def test_a_score_is_always_one_that_may_be_given(text: str, wanted: Wanted) -> None:
    found = read(text, wanted)
    if found.number is not None:
        assert found.meaning is Meaning.ANSWER
        assert wanted.allows(found.number)
    elif not wanted.free:
        assert found.meaning is not Meaning.ANSWER


@given(st.integers(100, 10**14), st.sampled_from([FIVE, NPS, YESNO]))
def test_a_long_number_is_never_a_score(number: int, wanted: Wanted) -> None:
    assert read(str(number), wanted).number is None
