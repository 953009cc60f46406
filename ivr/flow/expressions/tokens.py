"""Cuts an expression into words before Python's own parser may see it.

Everything that Python reads in a surprising way is refused or hidden here: prefixes such as `f''`,
`1_000`, names with foreign letters (which Python folds into others), escapes in text, control
characters. What is left is plain ASCII of the same length, so a column of Python's parser, which
counts bytes, is also a column in characters.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from ivr.flow.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_CHARACTERS = 500
MAX_BRACKETS = 64
_KINDS = re.compile(
    r"""(?P<blank>[ ]+)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>==|!=|<=|>=|//|[-+*/%<>(),.\[\]])""",
    re.VERBOSE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ALLOWED_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "True", "False", "None"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the expression; `at` is its first character. kind: text, number, name or sign."""

    kind: str
    text: str
    at: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of an expression without blanks, in order. Raises `ExpressionError` (F301)."""
    if len(text) > MAX_CHARACTERS:
        message = f"an expression has at most {MAX_CHARACTERS} characters, this one {len(text)}"
        raise ExpressionError("F301", message, MAX_CHARACTERS, len(text) - MAX_CHARACTERS)
    if not text.strip(" "):
        raise ExpressionError("F301", "the expression is empty")
    control = _CONTROL.search(text)
    if control:
        name = f"U+{ord(control[0]):04X}"
        raise ExpressionError(
            "F301", f"character {name} is not allowed in an expression", control.start()
        )
    found = _cut(text)
    _check_neighbours(text, found)
    _check_brackets(text, found)
    return found


def masked(text: str, tokens: tuple[Token, ...]) -> str:
    """The same expression with each text in quotes blotted out, character by character."""
    letters = list(text)
    for token in tokens:
        if token.kind == "text":
            inner = len(token.text) - 2
            letters[token.at : token.at + len(token.text)] = f"'{'_' * inner}'"
    return "".join(letters)


def text_value(source: str) -> str:
    r"""What a text in quotes says: a backslash escapes a quote or a backslash, else it is itself.

    So `'\d+'` is the pattern an admin meant, without doubling.
    """
    return re.sub(r"""\\(['"\\])""", r"\1", source[1:-1])


def refuse(text: str, offset: int, hint: str, length: int = 1) -> NoReturn:
    """Raise F301 for the whole expression, pointing at one part of it."""
    shown = text if len(text) <= 60 else text[:57] + "..."
    raise ExpressionError("F301", f'not an expression: "{shown}"', offset, length, hint=hint)


def _cut(text: str) -> tuple[Token, ...]:
    found, at = [], 0
    while at < len(text):
        match = _KINDS.match(text, at)
        if match is None:
            refuse(text, at, _hint_for(text, at))
        if match.lastgroup != "blank":
            found.append(Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return tuple(found)


_STRANGE_SIGNS: Mapping[str, str] = {
    "&&": "write and",
    "||": "write or",
    ":=": "a step cannot assign inside an expression; use set",
    "'": "this quote is not closed",
    '"': "this quote is not closed",
    "=": "write == to compare",
    "!": "write not",
    "#": "# starts a comment; put the whole expression in quotes",
    "&": "write and",
    "|": "write or",
    ":": "an expression has no colon",
    "{": "an expression has no braces",
}


def _hint_for(text: str, at: int) -> str:
    if text[at] == "?":
        return _choice_hint(text)
    for sign, hint in _STRANGE_SIGNS.items():
        if text.startswith(sign, at):
            return hint
    if text[at].isalpha():
        return f'names have only a-z, 0-9 and _, not "{text[at]}"; put text in quotes'
    return f'"{text[at]}" has no meaning here'


def _choice_hint(text: str) -> str:
    parts = re.fullmatch(r"\s*(.+?)\s*\?\s*(.+?)\s*:\s*(.+?)\s*", text)
    return f"write {parts[2]} if {parts[1]} else {parts[3]}" if parts else "write A if TEST else B"


def _check_neighbours(text: str, tokens: tuple[Token, ...]) -> None:
    before = Token("sign", "", 0)
    for token in tokens:
        _CHECKS[token.kind](text, before, token)
        before = token


def _touching(before: Token, token: Token) -> bool:
    return before.text != "" and before.at + len(before.text) == token.at


def _check_text(text: str, before: Token, token: Token) -> None:
    if before.kind == "text":
        refuse(text, token.at, "two texts side by side; join them with +", len(token.text))
    is_prefix = before.kind == "name" and before.text not in _ALLOWED_WORDS
    if is_prefix and _touching(before, token):
        hint = f"no letters before a quote; remove {before.text}"
        refuse(text, before.at, hint, len(before.text))


def _check_number(text: str, before: Token, token: Token) -> None:
    if before.text == ".":
        refuse(text, before.at, "a number needs a digit before its point")
    if re.fullmatch(r"0[0-9]+(\.[0-9]+)?", token.text):
        hint = f"a number does not begin with 0; write '{token.text}' in quotes if it is digits"
        refuse(text, token.at, hint, len(token.text))
    whole, _, places = token.text.partition(".")
    if len(whole) > 15 or len(places) > 15:
        hint = "a number has at most 15 digits before and 15 after its point"
        refuse(text, token.at, hint, len(token.text))


def _check_name(text: str, before: Token, token: Token) -> None:
    if before.kind == "number" and _touching(before, token):
        refuse(text, before.at, "write a number as 12 or 12.5", len(before.text + token.text))
    if before.text == ".":
        _check_part(text, token)
    elif keyword.iskeyword(token.text) and token.text not in _ALLOWED_WORDS:
        hint = "write ==" if token.text == "is" else f'"{token.text}" is a reserved word'
        refuse(text, token.at, hint, len(token.text))
    elif token.text not in _ALLOWED_WORDS:
        _check_part(text, token)


def _check_part(text: str, token: Token) -> None:
    if keyword.iskeyword(token.text):
        refuse(text, token.at, f'"{token.text}" is a reserved word', len(token.text))
    if not _NAME.fullmatch(token.text):
        small = token.text.lower()
        hint = f'"{token.text}" is not a name; use a-z, 0-9 and _'
        if _NAME.fullmatch(small):
            hint = f"names are in small letters; write {small}"
        refuse(text, token.at, hint, len(token.text))


def _check_sign(text: str, before: Token, token: Token) -> None:
    if token.text == "." and before.kind == "number":
        refuse(text, token.at, "write a number as 12 or 12.5")


_CHECKS: Mapping[str, Callable[[str, Token, Token], None]] = {
    "text": _check_text,
    "number": _check_number,
    "name": _check_name,
    "sign": _check_sign,
}


def _check_brackets(text: str, tokens: tuple[Token, ...]) -> None:
    deep = 0
    for token in tokens:
        if token.kind == "sign":
            deep += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if deep > MAX_BRACKETS:
            refuse(text, token.at, "too many brackets inside each other")
