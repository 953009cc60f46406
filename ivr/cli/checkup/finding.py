"""What one check of `ivr doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """ok: nothing to do. warn: works, but look at it. fail: must be put right."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do if it is not well."""

    verdict: Verdict
    name: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:<4} {self.name}: {self.message}"
        return f"{line}; {self.remedy}" if self.remedy else line


def ok(name: str, message: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, name, message)


def warn(name: str, message: str, remedy: str) -> Finding:
    """It works, and may hurt later."""
    return Finding(Verdict.WARN, name, message, remedy)


def fail(name: str, message: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(Verdict.FAIL, name, message, remedy)
