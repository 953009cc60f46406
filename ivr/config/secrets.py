"""Passwords and tokens: kept out of the configuration file, and out of everything that is printed.

A value may name an environment variable or a file instead of holding the text itself:

    ${env:NAME}            the variable NAME; one that is set but empty counts as not set
    ${env:NAME:default}    the same, with the text that stands in for a missing variable
    ${file:PATH}           what the file holds, without the line break at its end (64 KB at most)
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, WithJsonSchema

from ivr.domain.values import HIDDEN

DEMO = "demo"
"""The one default that may stand for a secret; good on loopback only."""
MOST_BYTES = 64 * 1024
ReadFile: TypeAlias = Callable[[Path], bytes]

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_USED_AS = "write ${env:NAME}, ${env:NAME:default} or ${file:PATH}"


class Secret:
    """A text that prints as dots wherever it turns up: repr, str, JSON of pydantic, pickle, copies.

    Only `reveal` gives the text, so every reader of a secret is found by one search.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Never log, store or show what this returns."""
        return self._text

    @property
    def is_demo(self) -> bool:
        """Whether it is the token that everybody knows."""
        return self._text == DEMO

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (HIDDEN,)


Hidden = Annotated[Secret, PlainSerializer(str), WithJsonSchema({"type": "string"})]
"""A field of a model that holds a secret; written out as dots."""


@dataclass(frozen=True, slots=True)
class Used:
    """One `${...}` of a value. kind: env, file or default (the variable was not set)."""

    kind: str
    written: str
    text: str = field(repr=False)
    default: str | None = field(default=None, repr=False)


class Filled(str):
    """The text of a value with its references filled in, which still knows how it was written."""

    __slots__ = ("used", "written")
    used: tuple[Used, ...]
    written: str

    def __new__(cls, text: str, written: str, used: tuple[Used, ...]) -> Filled:
        made = super().__new__(cls, text)
        made.written = written
        made.used = used
        return made


class ReferenceFault(ValueError):  # noqa: N818 - a mistake in a file, told as a Problem
    """A `${...}` that gives nothing. `code`: C110 variable, C111 file, C115 not a reference."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where references are looked up."""

    environment: Mapping[str, str] = field(repr=False)
    read_file: ReadFile

    def fill(self, text: str) -> str:
        """The value with every reference replaced, as it is if none. Raises ReferenceFault."""
        if "${" not in text:
            return text
        used: list[Used] = []

        def replace(found: re.Match[str]) -> str:
            used.append(self._look_up(found[0], found[1]))
            return used[-1].text

        filled = _REFERENCE.sub(replace, text)
        if _REFERENCE.sub("", text).count("${"):
            raise ReferenceFault("C115", f'"{text}" has a ${{ that is no reference; {_USED_AS}')
        return Filled(filled, text, tuple(used))

    def _look_up(self, written: str, inside: str) -> Used:
        kind, _, rest = inside.partition(":")
        if kind == "env":
            return self._variable(written, rest)
        if kind == "file" and rest:
            return Used("file", written, self._file(written, rest))
        raise ReferenceFault("C115", f'"{written}" is no reference; {_USED_AS}')

    def _variable(self, written: str, rest: str) -> Used:
        name, has_default, default = rest.partition(":")
        if not _NAME.fullmatch(name):
            raise ReferenceFault("C115", f'"{name}" is not the name of a variable; {_USED_AS}')
        value = self.environment.get(name, "")
        given = default if has_default else None
        if value:
            return Used("env", written, _one_line(written, value), given)
        if given is None:
            message = f"the environment variable {name} is not set; set it before the start"
            raise ReferenceFault("C110", message)
        return Used("default", written, given, given)

    def _file(self, written: str, path: str) -> str:
        try:
            raw = self.read_file(Path(path))
            text = raw.decode("utf-8")
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReferenceFault("C111", f'the file "{path}" cannot be used: {reason}') from None
        except UnicodeDecodeError:
            raise ReferenceFault("C111", f'the file "{path}" is not text in UTF-8') from None
        text = text.removesuffix("\n").removesuffix("\r")
        if not text or len(raw) > MOST_BYTES:
            fault = "is empty" if not text else "is larger than 64 KB"
            raise ReferenceFault("C111", f'the file "{path}" {fault}')
        return _one_line(written, text)


def _one_line(written: str, text: str) -> str:
    if _CONTROL.search(text):
        message = f"what {written} gives has a line break or another control character"
        raise ReferenceFault("C111" if written.startswith("${file") else "C110", message)
    return text


def read_private(path: Path) -> bytes:
    """Read a secret's file. OSError unless it is a plain file that not everybody may read."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise OSError("it is not a plain file")
        if mode & stat.S_IROTH:
            raise OSError(f"everybody may read it; run: chmod o-r {path}")
        return os.read(handle, MOST_BYTES + 1)
    finally:
        os.close(handle)
