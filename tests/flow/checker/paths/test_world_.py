"""Places must have a number for each language of the call."""

from __future__ import annotations

from dataclasses import replace

from tests.flow.checker.bank import WORLD, bank_files
from tests.flow.checker.paths.cases import line_of, problems


def test_a_place_needs_a_number_for_each_language() -> None:
    world = replace(WORLD, places={"vip_desk": ("tr",)})
    (found,) = problems(bank_files(), "bank", world)
    line = line_of("bank", "    - transfer: vip_desk").partition(":")[2]
    assert str(found) == (
        f"flows/bank.yaml:{line}:17 F803 error place vip_desk has no number for en"
    )


def test_a_place_without_languages_serves_all() -> None:
    assert problems(bank_files(), "bank", replace(WORLD, places={"vip_desk": ()})) == []
    assert problems(bank_files(), "bank", replace(WORLD, places={"vip_desk": ("en", "tr")})) == []
