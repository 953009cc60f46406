"""A mistake in a file, named so that its author can go there and mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`error` stops a publish, `warning` does not, `note` is shown on request, `fail`: a test."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: 1-based line and column, columns counted in characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `hint` is the remedy when it is not already part of the message."""

    code: str
    severity: Severity
    at: Position
    message: str
    hint: str = ""
    end: Position | None = None

    def __str__(self) -> str:
        """`file:line:column CODE severity message`, the line every command prints."""
        tail = f"; {self.hint}" if self.hint else ""
        place = f"{self.at.file}:{self.at.line}:{self.at.column}"
        return f"{place} {self.code} {self.severity} {self.message}{tail}"
