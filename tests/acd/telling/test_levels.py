"""Service levels: the worked example of kpis-staffing.md 2."""

from __future__ import annotations

import pytest

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
    ],
)
def test_each_formula_gives_the_figures_of_the_example(variant: str, num: int, den: int) -> None:
    assert service_level(variant, EXAMPLE) == (num, den)


def test_every_formula_of_the_configuration_is_known() -> None:
    assert list(LEVELS) == ["F1", "F2", "F3", "F4", "F5", "F6", "F7"]
