"""Service levels: the worked example of kpis-staffing.md 2."""

from __future__ import annotations

import pytest

from ivr.acd.settings import Counted
from ivr.acd.telling.levels import LEVELS, Ends, service_level

EXAMPLE = Ends(
    answered=400,
    abandoned=50,
    overflowed=15,
    called_back=12,
    in_time=300,
    quick=20,
    called_back_quick=10,
    short=8,
)


@pytest.mark.parametrize(
    ("variant", "num", "den"),
    [
        ("F1", 320, 450),
        ("F2", 300, 400),
        ("F3", 300, 450),
        ("F4", 300, 430),
        ("F5", 308, 450),
        ("F6", 300, 442),
        ("F7", 330, 477),
        ("F8", 300, 457),
    ],
)
def test_each_formula_gives_the_figures_of_the_example(variant: str, num: int, den: int) -> None:
    assert service_level(variant, EXAMPLE) == (num, den)


@pytest.mark.parametrize(
    ("counted", "den", "shown"),
    [
        (Counted(), 457, "A+B-s+V"),
        (Counted(short=True), 465, "A+B+V"),
        (Counted(overflowed=False), 442, "A+B-s"),
        (Counted(short=True, overflowed=False), 450, "A+B"),
        (Counted(abandoned=False), 415, "A+V"),
        (Counted(abandoned=False, overflowed=False), 400, "A"),
    ],
)
def test_a_queue_says_what_its_f8_counts(counted: Counted, den: int, shown: str) -> None:
    assert service_level("F8", EXAMPLE, counted) == (300, den)
    assert counted.denominator == shown


def test_every_formula_of_the_configuration_is_known() -> None:
    assert list(LEVELS) == ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"]
