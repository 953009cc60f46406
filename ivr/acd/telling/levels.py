"""The service level of a queue by its formula: numerator and denominator (kpis-staffing.md 2).

F1 (a + b) / (A + B)     F4 a / (A + B - b)     F7 (a + b + c) / (A + B + C + V)
F2 a / A                 F5 (a + s) / (A + B)
F3 a / (A + B)           F6 a / (A + B - s)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


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


_Level: TypeAlias = Callable[[Ends], tuple[int, int]]
LEVELS: Mapping[str, _Level] = {
    "F1": lambda n: (n.in_time + n.quick, n.answered + n.abandoned),
    "F2": lambda n: (n.in_time, n.answered),
    "F3": lambda n: (n.in_time, n.answered + n.abandoned),
    "F4": lambda n: (n.in_time, n.answered + n.abandoned - n.quick),
    "F5": lambda n: (n.in_time + n.short, n.answered + n.abandoned),
    "F6": lambda n: (n.in_time, n.answered + n.abandoned - n.short),
    "F7": lambda n: (
        n.in_time + n.quick + n.called_back_quick,
        n.answered + n.abandoned + n.called_back + n.overflowed,
    ),
}


def service_level(variant: str, ends: Ends) -> tuple[int, int]:
    """Numerator and denominator; a denominator of 0 means that nothing is known."""
    return LEVELS[variant](ends)
