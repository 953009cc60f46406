"""Patterns that cannot hang a call: `like` with three signs, `matches` with RE2.

Both take a pattern written out in the file, made ready when the file is loaded, and both test the
whole text. Time grows with the length of the text only, never with its content.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

MAX_PATTERN = 200
Tester: TypeAlias = Callable[[str], bool]

_RE2: Any
try:
    import re2
except ImportError:
    _RE2 = None
else:
    _RE2 = re2


class PatternError(ValueError):
    """The pattern cannot be used; the message says why."""


def like(pattern: str) -> Tester:
    """A test such as `05##*`: `#` is a digit, `?` any one character, `*` any run of them."""
    _check_length(pattern)
    head, *rest = (_piece(part) for part in re.split(r"\*+", pattern))
    if not rest:
        return lambda text: head.fullmatch(text) is not None
    middle, tail = tuple(piece for piece in rest[:-1] if piece.pattern), rest[-1]
    tail_length = len(re.split(r"\*+", pattern)[-1])

    def test(text: str) -> bool:
        last = len(text) - tail_length
        found = head.match(text)
        if found is None or found.end() > last or not tail.match(text, last):
            return False
        return _in_order(middle, text, found.end(), last)

    return test


def matches(pattern: str) -> Tester:
    """A test of the whole text with a regular expression of RE2's syntax."""
    _check_length(pattern)
    if _RE2 is None:
        raise PatternError("matches() needs the package google-re2, which is not installed")
    options = _RE2.Options()
    options.log_errors = False
    options.never_capture = True
    options.dot_nl = True
    try:
        program = _RE2.compile(pattern, options)
    except (_RE2.error, UnicodeError) as error:
        raise PatternError(f"not a pattern: {_reason(error)}") from None
    return lambda text: program.fullmatch(text.encode("utf-8", "surrogatepass")) is not None


def _reason(error: Exception) -> str:
    told = error.args[0] if error.args else "not readable"
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


def _check_length(pattern: str) -> None:
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"a pattern has at most {MAX_PATTERN} characters, this {len(pattern)}")


def _piece(part: str) -> re.Pattern[str]:
    signs = {"#": "[0-9]", "?": "."}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in part), re.DOTALL)


def _in_order(pieces: tuple[re.Pattern[str], ...], text: str, start: int, last: int) -> bool:
    for piece in pieces:
        found = piece.search(text, start, last)
        if found is None:
            return False
        start = found.end()
    return True
