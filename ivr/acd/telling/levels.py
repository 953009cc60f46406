"""The service level of a queue by its formula: numerator and denominator (kpis-staffing.md 2).

F1 (a + b) / (A + B)     F4 a / (A + B - b)     F7 (a + b + c) / (A + B + C + V)
F2 a / A                 F5 (a + s) / (A + B)   F8 a / (A + what the queue counts beside it)
F3 a / (A + B)           F6 a / (A + B - s)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ivr.acd.settings import Counted


@dataclass(frozen=True, slots=True)
class Ends:
    """How waits ended: A, B, V and C; and how many of A, B and C within the threshold: a, b, c.

    short: s, who gave up within the limit of short abandons.
    """

    answered: int
    abandoned: int
    overflowed: int
    called_back: int
    in_time: int
    quick: int
    called_back_quick: int
    short: int


def _others(ends: Ends, counted: Counted) -> int:
    """How many are counted beside the answered."""
    gave_up = ends.abandoned - (0 if counted.short else ends.short)
    found = gave_up if counted.abandoned else 0
    return found + (ends.overflowed if counted.overflowed else 0)


_Level: TypeAlias = Callable[[Ends, Counted], tuple[int, int]]
LEVELS: Mapping[str, _Level] = {
    "F1": lambda n, _: (n.in_time + n.quick, n.answered + n.abandoned),
    "F2": lambda n, _: (n.in_time, n.answered),
    "F3": lambda n, _: (n.in_time, n.answered + n.abandoned),
    "F4": lambda n, _: (n.in_time, n.answered + n.abandoned - n.quick),
    "F5": lambda n, _: (n.in_time + n.short, n.answered + n.abandoned),
    "F6": lambda n, _: (n.in_time, n.answered + n.abandoned - n.short),
    "F7": lambda n, _: (
        n.in_time + n.quick + n.called_back_quick,
        n.answered + n.abandoned + n.called_back + n.overflowed,
    ),
    "F8": lambda n, counted: (n.in_time, n.answered + _others(n, counted)),
}
_USUAL = Counted()


def service_level(variant: str, ends: Ends, counted: Counted = _USUAL) -> tuple[int, int]:
    """Numerator and denominator; a denominator of 0 means that nothing is known.

    counted: of F8, no other formula looks at it.
    """
    return LEVELS[variant](ends, counted)
