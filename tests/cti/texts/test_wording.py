"""A refusal is confirmed in the language of its word."""

from __future__ import annotations

import pytest

from ivr.cti.texts.wording import confirmation
from ivr.domain.texting.segments import count, plain
from ivr.domain.texting.words import BACK, OUT, wish_of


@pytest.mark.parametrize(
    ("text", "wish", "begins"),
    [
        ("İPTAL", OUT, "Anket"),
        ("Stop.", OUT, "You will get no more"),
        ("Stop, please", OUT, "You will get no more"),
        ("opt out", OUT, "You will get no more"),
        ("baslat", BACK, "Yeniden"),
        ("START", BACK, "You may"),
        ("", OUT, "Anket"),
    ],
)
def test_the_answer_is_in_the_language_of_the_word(text: str, wish: str, begins: str) -> None:
    said = confirmation(text, wish)
    assert said.startswith(begins)
    assert count(plain(said)).parts == 1
    assert wish_of(said) == ""
