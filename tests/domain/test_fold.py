"""Folding and case, over every character there is."""

from __future__ import annotations

import sys

import pytest

from ivr.domain.fold import fold, lower, upper


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("KREDİ", "kredi"),
        ("kredi", "kredi"),
        ("IŞIK", "isik"),
        ("ışık", "isik"),
        ("Şikâyet", "sikayet"),
        ("İPTAL", "iptal"),
        ("ıptal", "iptal"),
        ("Əli  Məmmədov ", "eli memmedov"),
        ("Straße", "strasse"),
        ("\u0131\u0307", "i"),
        ("I\u0307PTAL", "iptal"),
        ("ﬁn\u00a0\t x", "fin x"),
        ("", ""),
    ],
)
def test_words_that_sound_alike_fold_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.unmeasured
def test_folding_any_character_twice_changes_nothing() -> None:
    for code in range(sys.maxunicode + 1):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


def test_small_letters_and_capitals_fold_alike_in_turkish() -> None:
    letters = "abcçdefgğhıijklmnoöprsştuüvyzâîû"
    for letter in letters:
        assert fold(upper(letter, "tr")) == fold(letter)


@pytest.mark.parametrize(
    ("text", "language", "small"),
    [
        ("ISPARTA", "tr", "ısparta"),
        ("ISPARTA", "tr-TR", "ısparta"),
        ("ISPARTA", "az_AZ", "ısparta"),
        ("ISPARTA", "en", "isparta"),
        ("İPTAL", "tr", "iptal"),
        ("İPTAL", "en", "iptal"),
        ("I\u0307PTAL", "tr", "iptal"),
        ("ÇĞÖŞÜ", "tr", "çğöşü"),
    ],
)
def test_lower_follows_the_language(text: str, language: str, small: str) -> None:
    assert lower(text, language) == small


@pytest.mark.parametrize(
    ("text", "language", "capital"),
    [
        ("iptal", "tr", "İPTAL"),
        ("ısparta", "tr", "ISPARTA"),
        ("iptal", "en", "IPTAL"),
        ("ısparta", "en", "ISPARTA"),
    ],
)
def test_upper_follows_the_language(text: str, language: str, capital: str) -> None:
    assert upper(text, language) == capital


def test_turkish_case_goes_there_and_back() -> None:
    letters = "abcçdefgğhıijklmnoöprsştuüvyz"
    assert lower(upper(letters, "tr"), "tr") == letters
