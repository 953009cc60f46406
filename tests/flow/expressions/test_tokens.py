"""Cutting an expression into words, before Python's parser sees it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions import (
    ExpressionError,
)
from ivr.flow.expressions.syntax import Literal, read
from ivr.flow.expressions.tokens import Token, masked, tokens_of


def test_text_is_what_stands_between_the_quotes() -> None:
    for source, value in (
        (r"'a\'b'", "a'b"),
        (r'"a\"b"', 'a"b'),
        (r"'\d+\\'", "\\d+\\"),
        (r"'\n\x41\N{DIGIT ONE}\u0041'", r"\n\x41\N{DIGIT ONE}\u0041"),
        ("'İıŞ 𝐚'", "İıŞ 𝐚"),
        ("''", ""),
        ("'# not a comment ? : &&'", "# not a comment ? : &&"),
        ("'\ud800'", "\ud800"),
    ):
        node = read(source)
        assert isinstance(node, Literal)
        assert node.value == value


@given(st.lists(st.sampled_from(["a", "'ğ'", '"𝐚\\""', "12.5", " ", "+", "==", "("]), min_size=1))
def test_what_python_sees_is_ascii_of_the_same_length(pieces: list[str]) -> None:
    text = " ".join([*pieces, "a"])
    seen = masked(text, tokens_of_or_none(text))
    assert len(seen) == len(text)
    for token in tokens_of_or_none(text):
        assert text[token.at : token.at + len(token.text)] == token.text
    assert seen.isascii() or not tokens_of_or_none(text)


def tokens_of_or_none(text: str) -> tuple[Token, ...]:
    """The words, none if the text is refused."""
    try:
        return tokens_of(text)
    except ExpressionError:
        return ()


def test_words_come_with_their_kind_and_place() -> None:
    assert [(token.kind, token.text, token.at) for token in tokens_of(" a>= 'b c'*2.5")] == [
        ("name", "a", 1),
        ("sign", ">=", 2),
        ("text", "'b c'", 5),
        ("sign", "*", 10),
        ("number", "2.5", 11),
    ]
