"""The 30 logic cases of the Common Expression Language, in our words.

Where ours differs, and why:

- `&& || ! ?:` are `and or not` and `x if c else y`: an admin reads them aloud.
- CEL takes the other side of `&&` and `||` when one side fails, whichever comes first. Ours goes
  from left to right only and stops once the result is certain, so that what was read and what
  failed can be told from the text: an error on the left is an error.
- CEL can skip its type check. Ours cannot: two types in one choice, or a condition that is not
  true or false, are mistakes in the file (F305, F306), even in a part that would never run.
- CEL's integers and doubles are exact decimals here, so `2 / 0` is E201 and never infinity.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.flow.expressions import EvaluationError, Inferred, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.flow.expressions import Env

CASES = Path(__file__).resolve().parents[4] / "shared" / "data" / "cel_logic" / "logic.json"

REFUSED = {
    ("conditional", "mixed_type"): {"F306"},
    ("conditional", "bad_type"): {"F305", "F306"},
    ("AND", "short_circuit_type_left"): {"F305"},
    ("AND", "short_circuit_type_right"): {"F305"},
    ("AND", "no_overload"): {"F305"},
    ("OR", "short_circuit_type_left"): {"F305"},
    ("OR", "short_circuit_type_right"): {"F305"},
    ("OR", "no_overload"): {"F305"},
    ("NOT", "no_overload"): {"F305"},
}
FAILING = {
    ("conditional", "error_case"),
    ("AND", "short_circuit_error_right"),
    ("AND", "error_right"),
    ("AND", "error_left"),
    ("OR", "short_circuit_error_right"),
    ("OR", "error_right"),
    ("OR", "error_left"),
}


def translated(text: str) -> str:
    """CEL in our words."""
    text = text.replace("&&", "and").replace("||", "or")
    text = re.sub(r"!(?!=)", "not ", text)
    inner = re.compile(r"\(([^()?]+) \? ([^():]+) : ([^()]+)\)")
    text = inner.sub(r"(\2 if \1 else \3)", text)
    return re.sub(r"^([^?]+) \? ([^:]+) : (.+)$", r"\2 if \1 else \3", text)


@pytest.mark.skipif(not CASES.exists(), reason="the shared CEL cases are not here")
def test_the_thirty_cases_give_what_is_written_above(
    check: Callable[..., Inferred], moment: Callable[[], Env]
) -> None:
    cases = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 30
    for case in cases:
        name, text = (case["section"], case["name"]), translated(case["expr"])
        found = check(text)
        if name in REFUSED:
            assert {problem.code for problem in found.problems} == REFUSED[name], text
            continue
        assert found.problems == (), text
        if name in FAILING:
            with pytest.raises(EvaluationError) as caught:
                parse(text).evaluate(moment())
            assert caught.value.code == "E201"
            continue
        wanted = case["value"]
        value = parse(text).evaluate(moment())
        assert value == (Decimal(wanted) if type(wanted) is int else wanted), text


def test_an_error_on_the_left_counts_although_the_right_would_decide(
    value_of: Callable[..., object],
) -> None:
    for text in ("1 / 0 != 0 and false", "1 / 0 != 0 or true"):
        with pytest.raises(EvaluationError, match="division by zero"):
            value_of(text)
    assert value_of("false and 1 / 0 != 0") is False
    assert value_of("true or 1 / 0 != 0") is True
