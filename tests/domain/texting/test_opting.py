"""Whoever writes STOP or IPTAL, in any case and spelling, is left alone; a sentence is not one."""

from __future__ import annotations

import pytest

from ivr.domain.fold import lower, upper
from ivr.domain.texting.opting import BACK_WORDS, OUT_WORDS, Opting, opting, words_of


@pytest.mark.parametrize("word", sorted(OUT_WORDS | BACK_WORDS))
def test_every_word_in_every_case(word: str) -> None:
    wanted = Opting.OUT if word in OUT_WORDS else Opting.BACK
    ways = [word, word.upper(), word.title(), upper(word, "tr"), lower(upper(word, "tr"), "tr")]
    ways += [lower(word.upper(), "tr"), f" {word}!\n", f"\u200b{word}", f"“{word}”"]
    assert {opting(each) for each in ways} == {wanted}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("İPTAL", Opting.OUT),
        ("ıptal", Opting.OUT),
        ("ÇIK", Opting.OUT),
        ("iptal et lütfen", Opting.OUT),
        ("Stop please", Opting.OUT),
        ("opt-out", Opting.OUT),
        ("Opt out please now", Opting.OUT),
        ("HAYIR", Opting.OUT),
        ("Hayır.", Opting.OUT),
        ("BAŞLAT", Opting.BACK),
        ("hayır teşekkürler", None),
        ("end of the month is fine", None),
        ("please stop", None),
        ("stop it now right away", None),
        ("başlat lütfen", None),
        ("iptaller", None),
        ("opt", None),
        ("5", None),
        ("", None),
        ("!?", None),
    ],
)
def test_a_message_is_read(text: str, meaning: Opting | None) -> None:
    assert opting(text) is meaning


def test_no_is_an_answer_to_a_question_for_yes_or_no() -> None:
    assert opting("hayır", no_answers=True) is None
    assert opting("iptal", no_answers=True) is Opting.OUT


def test_a_house_may_add_words() -> None:
    assert opting("BIRAKIN beni", ["Bırakın"]) is Opting.OUT
    assert opting("BIRAKIN beni") is None


def test_words_keep_their_apostrophe() -> None:
    assert words_of("5'i VERDİM, don't!") == ["5'i", "verdim", "don't"]
