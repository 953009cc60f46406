"""What every engine is spared: control characters, half characters, endless texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.runtime.speech.voice import MOST_CHARACTERS, plain


def test_lines_become_one_and_letters_stay() -> None:
    assert plain(" Günaydın,\n\tışık \x00 və ədəd\x1b ") == "Günaydın, ışık və ədəd"


def test_a_text_that_is_far_too_long_is_refused() -> None:
    assert plain("a" * MOST_CHARACTERS)
    with pytest.raises(MediaError, match="3001 characters"):
        plain("a" * (MOST_CHARACTERS + 1))


@given(st.text(alphabet=st.characters(), max_size=50))
def test_what_is_left_can_be_sent_anywhere(text: str) -> None:
    assert plain(text).isprintable()
    plain(text).encode("utf-8")
