"""A text is spelled sign by sign."""

from __future__ import annotations

import pytest

from ivr.media.say import FormatError
from ivr.media.say.letters import spell

NAMES = {"a": "ay", "i": "eye", "I": "capital eye", "1": "one", "-": "dash"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-1", "ay dash one"),
        ("A", "ay"),
        ("iI", "eye capital eye"),
        ("á À", "ay, ay"),
        ("  a \n 1 ", "ay, one"),
        ("a\u0301", "ay"),
        ("", ""),
    ],
)
def test_each_sign_is_named_and_a_space_is_a_pause(text: str, words: str) -> None:
    assert spell(text, NAMES) == words


def test_the_refusal_does_not_repeat_the_text() -> None:
    with pytest.raises(FormatError) as refusal:
        spell("a-Ж", NAMES)
    assert "Ж" not in str(refusal.value)
