"""Patterns: `like` against a slow matcher, `matches` with and without RE2."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions import (
    ExpressionError,
    parse,
    patterns,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.flow.expressions import Env

NOWHERE = cast("Env", None)
"""Nothing is read here."""


@given(st.text("ab1", max_size=12), st.text("ab#?*", max_size=8))
def test_like_agrees_with_a_slow_and_simple_matcher(text: str, pattern: str) -> None:
    def simple(rest: str, signs: str) -> bool:
        if not signs:
            return not rest
        if signs[0] == "*":
            return any(simple(rest[at:], signs[1:]) for at in range(len(rest) + 1))
        fits = bool(rest) and (
            signs[0] == "?" or rest[0] == signs[0] or (signs[0] == "#" and rest[0].isdigit())
        )
        return fits and simple(rest[1:], signs[1:])

    value = parse(f"like('{text}', '{pattern}')").evaluate(NOWHERE)
    assert value is simple(text, pattern)


def test_without_re2_a_pattern_is_refused_when_the_file_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patterns, "_RE2", None)
    with pytest.raises(ExpressionError, match="google-re2, which is not installed") as caught:
        parse("matches(reason, 'a+')")
    assert (caught.value.code, caught.value.offset, caught.value.length) == ("F301", 16, 4)
    assert parse("like(reason, 'a*')") is not None


def test_both_patterns_test_the_whole_text() -> None:
    for make, pattern in ((patterns.like, "0*#"), (patterns.matches, "0.*[0-9]")):
        test = make(pattern)
        assert [test(text) for text in ("05", "0x5", "x05", "05x", "", "0\n5")] == [
            *(True, True, False, False, False, True),
        ]


@pytest.mark.parametrize("make", [patterns.like, patterns.matches])
def test_a_pattern_has_at_most_200_characters(make: Callable[[str], object]) -> None:
    assert make("a" * 200)
    with pytest.raises(patterns.PatternError, match="at most 200"):
        make("a" * 201)
