"""Every way in which people write that they want no more texts, or want them again."""

from __future__ import annotations

import unicodedata

import pytest

from ivr.domain.fold import lower, upper
from ivr.domain.texting.words import BACK, BACK_WORDS, OUT, OUT_WORDS, wish_of, words_of

REFUSALS = (
    *("İPTAL", "ıptal", "iptal et lütfen", "Stop please", "STOP", "stop!", "  Dur.  ", "RET"),
    *("çık", "ÇIK", "cik", "Hayır", "hayir", "HAYIR!", "STOPALL", "unsubscribe me"),
)
TEXTS = (
    *("end of the month is fine", "hayır teşekkürler", "iptal ettim ama neden para çekildi", "5"),
    *("durum nedir", "Dört", "lütfen iptal", "", "?!", "stop the late deliveries at my house"),
    *("start again please", "başlattım"),
)


def cases(text: str) -> set[str]:
    """Lower, upper and title case, in English and in Turkish, composed and not."""
    found = {text, text.lower(), text.upper(), text.title()}
    found |= {lower(text, "tr"), upper(text, "tr")}
    return found | {unicodedata.normalize("NFD", one) for one in found}


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_one_in_every_case(text: str) -> None:
    assert {wish_of(one) for one in cases(text)} == {OUT}


@pytest.mark.parametrize("word", sorted(OUT_WORDS))
def test_each_word_refuses_alone(word: str) -> None:
    assert {wish_of(one) for one in cases(word)} == {OUT}


@pytest.mark.parametrize("word", [*sorted(BACK_WORDS), "BAŞLAT", "Başlat."])
def test_each_word_begins_again_alone(word: str) -> None:
    assert {wish_of(one) for one in cases(word)} == {BACK}
    assert wish_of(f"{word} lütfen") == ""


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_meant_for_people_is_left_to_them(text: str) -> None:
    assert {wish_of(one) for one in cases(text)} == {""}


def test_no_is_an_answer_where_a_question_wants_yes_or_no() -> None:
    assert {wish_of(one, yes_no=True) for one in cases("Hayır")} == {""}
    assert wish_of("STOP", yes_no=True) == OUT


def test_five_words_are_a_sentence() -> None:
    assert wish_of("iptal et lütfen hemen") == OUT
    assert wish_of("iptal et lütfen hemen artık") == ""


@pytest.mark.parametrize("text", ["opt-out", "Opt out please", "OPT OUT"])
def test_two_words_that_mean_one_are_understood(text: str) -> None:
    assert wish_of(text) == OUT


def test_words_are_folded_and_have_no_signs() -> None:
    assert words_of("5'i VERDİM, ★ çok!") == ["5", "i", "verdim", "cok"]
