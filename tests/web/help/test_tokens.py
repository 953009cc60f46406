"""Tokens tie a form to its page, its browser and its hour."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.runtime.memory.clock import START
from ivr.web.help.tokens import LIFE_S, FormTokens

TOKENS = FormTokens(b"k" * 32)


def test_a_token_is_read_where_and_when_it_was_made() -> None:
    chance = TOKENS.chance()
    token = TOKENS.make("cards.lost", chance, START)
    single = TOKENS.read(token, "cards.lost", chance, START + timedelta(seconds=LIFE_S))
    assert single
    assert TOKENS.read(TOKENS.make("cards.lost", chance, START), "cards.lost", chance, START) != (
        single
    )
    for wrong in (
        TOKENS.read(token, "billing", chance, START),
        TOKENS.read(token, "cards.lost", TOKENS.chance(), START),
        TOKENS.read(token, "cards.lost", "", START),
        TOKENS.read(token, "cards.lost", chance, START + timedelta(seconds=LIFE_S + 1)),
        TOKENS.read(token, "cards.lost", chance, START - timedelta(seconds=61)),
        FormTokens(b"x" * 32).read(token, "cards.lost", chance, START),
    ):
        assert wrong is None


def test_a_cookie_of_ours_is_kept_and_another_is_replaced() -> None:
    chance = TOKENS.chance()
    assert TOKENS.chance(chance) == chance
    for other in ("", "x", chance + "x", "ş" * 22, "a b" + chance[3:]):
        assert TOKENS.chance(other) != other


@given(st.text(max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    assert TOKENS.read(text, "cards.lost", "c" * 22, START) is None
