"""Names and numbers from outside, as one short line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.runtime.groups.wording import MOST, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ayşe Yılmaz", "Ayşe Yılmaz"),
        ("+905321112233", "+905321112233"),
        ("a|b'c\"d", "a|b'c\"d"),
        ("first\r\nsecond\u2028third\x85fourth", "first second third fourth"),
        ("+90\u202e3322\u2066x\u2069\u200f", "+903322x"),
        ("\x00\x1b[31mred\x7f\ud800", "[31mred"),
        ("  two \t blanks ", "two blanks"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_not_shown(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text())
def test_it_is_always_one_short_line_that_can_be_seen(text: str) -> None:
    """R29."""
    shown = one_line(text)
    assert len(shown) <= MOST
    assert shown == "" or (shown.isprintable() and len(shown.splitlines()) == 1)


def test_a_long_name_is_cut_and_says_so() -> None:
    assert one_line("a" * 200) == "a" * (MOST - 1) + "…"
