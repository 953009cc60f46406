"""Reads the text of a prompt: plain words, `{path|format:arg}` inserts and `[...]` groups.

Grammar: flow-language.md 6. `{{ }} [[ ]]` are the signs themselves; a group holds no group.
Every offset counts characters of the text, from 0, so the checker can point at the mistake (F507).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLAIN = re.compile(r"[^{}\[\]]+")
_INSIDE = re.compile(r"[^{}]*")
_FORMAT = re.compile(r"[a-z]+")


class TemplateError(ValueError):
    """A prompt text is malformed at `offset` characters from its start."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Insert:
    """A place for a value. `optional` means inside `[...]`; `offset` is that of its `{`."""

    path: tuple[str, ...]
    format: str
    argument: str
    offset: int
    optional: bool

    @property
    def dotted(self) -> str:
        """The path as it was written."""
        return ".".join(self.path)


Piece: TypeAlias = "str | Insert"


@dataclass(frozen=True, slots=True)
class Group:
    """A bracketed part that is dropped whole when any of its values is missing."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt text taken apart: literal words, inserts and groups in written order."""

    pieces: tuple[Piece | Group, ...]

    @property
    def inserts(self) -> tuple[Insert, ...]:
        """Every insert, in written order, those inside groups too."""
        return tuple(piece for piece in self._flat() if isinstance(piece, Insert))

    @property
    def literals(self) -> tuple[str, ...]:
        """The pieces of plain words, in written order, those inside groups too."""
        return tuple(piece for piece in self._flat() if isinstance(piece, str))

    def _flat(self) -> Iterator[Piece]:
        for piece in self.pieces:
            if isinstance(piece, Group):
                yield from piece.pieces
            else:
                yield piece


def parse_template(text: str) -> Template:
    """Take a prompt text apart; raises `TemplateError` at the first mistake."""
    return _Parser(text).template()


class _Parser:
    """One reading of one text, from left to right; it stops at the first mistake."""

    __slots__ = ("_at", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def template(self) -> Template:
        pieces: list[Piece | Group] = []
        while self._at < len(self._text):
            pieces.append(self._group() if self._opens("[") else self._piece(optional=False))
        return Template(tuple(_joined(pieces)))

    def _group(self) -> Group:
        start = self._at
        self._at += 1
        pieces: list[Piece | Group] = []
        while not self._opens("]"):
            if self._at >= len(self._text):
                self._fail('"[" is not closed', start)
            if self._opens("["):
                self._fail('"[" inside "[": groups have one level', self._at)
            pieces.append(self._piece(optional=True))
        self._at += 1
        return Group(tuple(piece for piece in _joined(pieces) if not isinstance(piece, Group)))

    def _piece(self, *, optional: bool) -> Piece:
        plain = _PLAIN.match(self._text, self._at)
        if plain:
            self._at = plain.end()
            return plain[0]
        sign = self._text[self._at]
        if self._text.startswith(sign * 2, self._at):
            self._at += 2
            return sign
        if sign != "{":
            opener = "{" if sign == "}" else "["
            self._fail(f'"{sign}" without "{opener}"; write {sign * 2} for the sign', self._at)
        return self._insert(optional=optional)

    def _insert(self, *, optional: bool) -> Insert:
        start = self._at
        inside = _INSIDE.match(self._text, start + 1)
        end = start + 1 if inside is None else inside.end()
        if not self._text.startswith("}", end):
            self._fail('"{" is not closed', start)
        self._at = end + 1
        return _parse_insert(self._text[start + 1 : end], start, optional=optional)

    def _opens(self, sign: str) -> bool:
        """Whether a single `sign` stands here; a doubled one is the sign itself."""
        here = self._text.startswith(sign, self._at)
        return here and not self._text.startswith(sign * 2, self._at)

    def _fail(self, message: str, offset: int) -> NoReturn:
        raise TemplateError(message, offset)


def _joined(pieces: list[Piece | Group]) -> Iterator[Piece | Group]:
    """The pieces with neighbouring words made one, as `a{{b` is read in three parts."""
    words = ""
    for piece in pieces:
        if isinstance(piece, str):
            words += piece
            continue
        if words:
            yield words
        words = ""
        yield piece
    if words:
        yield words


def _parse_insert(inside: str, offset: int, *, optional: bool) -> Insert:
    if not inside.strip():
        raise TemplateError("{} is empty; write a value's name inside", offset)
    dotted, bar, how = inside.partition("|")
    path = tuple(dotted.split("."))
    if not all(_NAME.fullmatch(name) for name in path):
        raise TemplateError(f'"{dotted}" is not a path; write names and dots only', offset + 1)
    fmt, colon, argument = how.partition(":")
    at_format = offset + 1 + len(dotted) + len(bar)
    if bar and not _FORMAT.fullmatch(fmt):
        raise TemplateError(f'"{fmt}" is not a format; write one after "|"', at_format)
    if colon and not argument:
        raise TemplateError('":" needs an argument after it', at_format + len(fmt))
    return Insert(path, fmt, argument, offset, optional)
