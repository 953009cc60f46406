"""A result passes when it has no problem."""

from __future__ import annotations

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.cases.model import CaseResult

AT = Position("x.test.yaml", 3, 5)


def test_a_result_passes_without_problems() -> None:
    assert CaseResult(name="a", at=AT).passed
    wrong = Problem("T201", Severity.FAIL, AT, "no")
    assert not CaseResult(name="a", at=AT, problems=(wrong,)).passed
