"""The table of functions and what stands behind it."""

from __future__ import annotations

from ivr.flow.expressions.functions import IMPLEMENTATIONS
from ivr.flow.expressions.signatures import FUNCTIONS, NEEDS_CALL


def test_every_function_of_the_table_can_run() -> None:
    special = {"known", "default", "visits", "like", "matches", "duration"}
    assert set(IMPLEMENTATIONS) | special == set(FUNCTIONS)
    assert set(FUNCTIONS) > NEEDS_CALL


def test_the_last_kind_of_argument_repeats() -> None:
    assert FUNCTIONS["min"].kinds(3) == ("ordered", "ordered", "ordered")
    assert FUNCTIONS["round"].kinds(1) == ("payable",)
    assert FUNCTIONS["first"].kinds(2) == ("text", "number")
