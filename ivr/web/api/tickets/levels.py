"""Priority and severity by name, as people and other systems say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

Priority = Literal["low", "normal", "high", "urgent"]
Severity = Literal["minor", "major", "critical"]
Kind = Literal["complaint", "request", "question", "suggestion", "fault", "task", "callback"]


def priority_name(level: int) -> str:
    """1 is low, 4 is urgent."""
    return PRIORITIES[level - 1]


def severity_name(level: int) -> str:
    """1 is minor, 3 is critical."""
    return SEVERITIES[level - 1]


def priority_level(name: str) -> int:
    """The reverse; 0 for none."""
    return _level(PRIORITIES, name)


def severity_level(name: str) -> int:
    """The reverse; 0 for none."""
    return _level(SEVERITIES, name)


def _level(names: Sequence[str], name: str) -> int:
    return names.index(name) + 1 if name else 0
