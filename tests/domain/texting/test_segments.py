"""Parts and alphabets, against figures of the design and a splitter that knows only octets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.texting.segments import (
    BASIC,
    EXTENDED,
    GSM7,
    TURKISH,
    TURKISH_BASIC,
    UCS2,
    alphabet_of,
    count,
    plain,
    split,
)

INVITATION = (
    "Anadolu Hizmet: bugünkü görüşmenizi 1-5 ile puanlayın (5: çok iyi). Çıkmak için IPTAL yazın."
)
LETTERS = st.one_of(
    st.sampled_from(sorted(BASIC | EXTENDED)),
    st.sampled_from("şŞıİğĞçÇöüâə😀🇹🇷"),
    st.characters(exclude_categories=["Cs"]),
)
ANY = st.text(LETTERS, max_size=400)
CHEAP = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=700)


def septets(text: str, basic: frozenset[str]) -> int:
    return len(text) + sum(1 for letter in text if letter not in basic)


def octets_of(text: str, alphabet: str) -> int:
    """How long the user data is on the air, without a header."""
    if alphabet == UCS2:
        return len(text.encode("utf-16-be"))
    basic = TURKISH_BASIC if alphabet == TURKISH else BASIC
    return -(-septets(text, basic) * 7 // 8)


def fits(text: str, alphabet: str, *, alone: bool) -> bool:
    """Whether it fits into 140 octets together with the header it needs (TS 23.040)."""
    elements = (0 if alone else 5) + (3 if alphabet == TURKISH else 0)
    header = elements + 1 if elements else 0
    if alphabet == UCS2:
        return header + octets_of(text, alphabet) <= 140
    basic = TURKISH_BASIC if alphabet == TURKISH else BASIC
    return -(-header * 8 // 7) + septets(text, basic) <= 160


@pytest.mark.parametrize(
    ("text", "alphabet", "parts", "units"),
    [
        ("a" * 160, GSM7, 1, 160),
        ("a" * 161, GSM7, 2, 161),
        ("a" * 306, GSM7, 2, 306),
        ("a" * 307, GSM7, 3, 307),
        ("a" * 159 + "€", GSM7, 2, 161),
        ("a" * 152 + "€" + "b" * 10, GSM7, 2, 164),
        ("ş" * 70, UCS2, 1, 70),
        ("ş" * 71, UCS2, 2, 71),
        ("ş" * 134, UCS2, 2, 134),
        ("ş" * 135, UCS2, 3, 135),
        ("😀" * 35, UCS2, 1, 70),
        ("😀" * 36, UCS2, 2, 72),
        ("", GSM7, 1, 0),
        (INVITATION, UCS2, 2, 92),
        (plain(INVITATION), GSM7, 1, 92),
    ],
)
def test_texts_cost_what_the_tables_say(text: str, alphabet: str, parts: int, units: int) -> None:
    found = count(text)
    assert (found.alphabet, found.parts, found.units) == (alphabet, parts, units)


def test_what_counts_two_is_not_cut_at_the_end_of_a_part() -> None:
    assert split("a" * 152 + "€" + "b" * 10) == ("a" * 152, "€" + "b" * 10)
    assert split("ş" * 66 + "😀" + "ş" * 20) == ("ş" * 66, "😀" + "ş" * 20)


@pytest.mark.parametrize("letter", "şŞığĞİç")
def test_each_turkish_letter_outside_gsm_costs_the_whole_text(letter: str) -> None:
    assert alphabet_of(f"iyi {letter}") == UCS2
    assert alphabet_of(f"iyi {letter}", turkish=True) == TURKISH
    assert alphabet_of(plain(f"iyi {letter}")) == GSM7


@pytest.mark.parametrize("letter", "ÇöüÖÜ")
def test_the_other_turkish_letters_cost_nothing(letter: str) -> None:
    assert alphabet_of(letter) == GSM7
    assert plain(letter) == letter


def test_the_turkish_table_holds_155_and_149() -> None:
    assert count("ş" * 155, turkish=True).parts == 1
    assert count("ş" * 156, turkish=True).parts == 2
    assert count("ş" * 298, turkish=True).parts == 2
    assert count("ş" * 299, turkish=True).parts == 3
    assert count("ş æ", turkish=True).alphabet == UCS2


@given(ANY, st.booleans())
def test_parts_are_the_text_each_fits_and_none_could_be_spared(text: str, turkish: bool) -> None:
    alphabet, parts = alphabet_of(text, turkish=turkish), split(text, turkish=turkish)
    assert "".join(parts) == text
    alone = len(parts) == 1
    assert alone == fits(text, alphabet, alone=True)
    assert all(fits(part, alphabet, alone=alone) for part in parts)
    for part, after in pairwise(parts):
        assert not fits(part + after[0], alphabet, alone=False)


@given(CHEAP)
def test_what_gsm_has_is_never_sent_dearer(text: str) -> None:
    assert alphabet_of(text, turkish=True) == GSM7


@given(ANY)
def test_plain_is_never_dearer_and_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert count(plain("ş" + text)).parts <= count("ş" + text).parts + 1
