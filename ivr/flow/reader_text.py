"""From bytes to characters: size, UTF-8 and the characters a flow file may hold.

The parser never sees what is refused here: each bad character is replaced by U+FFFD, one for one,
so that every later line and column stays true and the rest of the file can still be checked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice

from ivr.domain.problem import Position, Problem, Severity

MOST_BYTES = 1_000_000
MOST_PROBLEMS = 200
STAR = "\ufdd0"
"""Stands for a bare `*` key while the file is parsed; a noncharacter, so never in a file."""

_BOM = "\ufeff"
_PLANE_ENDS = "".join(
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
# C0 but tab and line ends, DEL and C1 (NEL is U+0085), Bidi_Control of Unicode, the two separators,
# noncharacters, the byte order mark.
_REFUSED = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    rf"\ufdd0-\ufdef\ufeff{_PLANE_ENDS}"
)
_BAD = re.compile(rf"[{_REFUSED}]|\r(?!\n)")
_BAD_ESCAPED = re.compile(rf"[{_REFUSED}\r]")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = dict(zip("0abvfreNLP", "\0\a\b\v\f\r\x1b\x85\u2028\u2029", strict=True))
# A star that cannot be the start of an alias, before a colon: the key an author forgot to quote.
_BARE_STAR = re.compile(r"(?<![^\s\[{,])\*(?=[ \t]*:(?:\s|\Z))")


@dataclass(frozen=True, slots=True)
class Source:
    """A file ready to be parsed. Indexes count characters of `text`, from 0."""

    file: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = (0, *[found.end() for found in re.finditer("\n", self.text)])
        object.__setattr__(self, "_starts", starts)

    def at(self, index: int) -> Position:
        """Line and column of a character."""
        line, column = self.line_column(index)
        return Position(self.file, line, column)

    def line_column(self, index: int) -> tuple[int, int]:
        """The same as two numbers from 1."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def error(self, code: str, index: int, message: str, hint: str = "") -> Problem:
        """An error at a character."""
        return Problem(code, Severity.ERROR, self.at(index), message, hint)


def decode(file: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """The characters of a file, or None when it is too large (F005) or not UTF-8 (F001)."""
    if len(data) > MOST_BYTES:
        return None, [_too_large(file, len(data))]
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        return None, [_not_utf8(file, data, error.start)]
    return _clean(file, text)


def bad_escapes(source: Source, start: int, end: int) -> list[Problem]:
    """F001 for each escape of a double-quoted text that stands for a refused character."""
    if source.text.find("\\", start, end) < 0:
        return []
    problems: list[Problem] = []
    for escape in _ESCAPE.finditer(source.text, start, end):
        character = _escaped(escape)
        if character and _BAD_ESCAPED.match(character):
            problems.append(refused(source, escape.start(), ord(character)))
        if len(problems) == MOST_PROBLEMS:
            break
    return problems


def refused(source: Source, index: int, code_point: int) -> Problem:
    """F001 for one character."""
    return source.error("F001", index, f"character U+{code_point:04X} is not allowed")


def short(text: str, most: int = 60) -> str:
    """A piece of a file fit for one line of a message."""
    words = " ".join(text[: most * 2].split())
    return words if len(words) <= most else f"{words[:most]}…"


def _clean(file: str, text: str) -> tuple[Source, list[Problem]]:
    problems: list[Problem] = []
    if _BAD.search(text):
        written = Source(file, text)
        found = islice(_BAD.finditer(text), MOST_PROBLEMS)
        problems = [refused(written, match.start(), ord(match[0])) for match in found]
        text = _BAD.sub("\ufffd", text)
    # libyaml reads a `|` text at the very end differently when the last line has no end.
    ended = text if text.endswith("\n") else f"{text}\n"
    return Source(file, _BARE_STAR.sub(STAR, ended)), problems


def _too_large(file: str, size: int) -> Problem:
    tenths = -(-size * 10 // MOST_BYTES)
    message = f"file is {tenths // 10}.{tenths % 10} MB, at most 1 MB"
    return Problem("F005", Severity.ERROR, Position(file), message)


def _not_utf8(file: str, data: bytes, start: int) -> Problem:
    before = Source(file, data[:start].decode("utf-8").removeprefix(_BOM))
    message = f"byte 0x{data[start]:02X} is not UTF-8; save the file as UTF-8"
    return before.error("F001", len(before.text), message)


def _escaped(escape: re.Match[str]) -> str:
    """The character of an escape, or "" when there is none or any is allowed."""
    digits = escape[1] or escape[2] or escape[3]
    if not digits:
        return _SHORT_ESCAPES.get(escape[4], "")
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else ""
