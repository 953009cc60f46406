"""Errors carry a code, a sentence and a place."""

from __future__ import annotations

from ivr.domain.errors import CallError
from ivr.flow.expressions import EvaluationError, ExpressionError


def test_an_expression_error_says_the_remedy_after_the_mistake() -> None:
    error = ExpressionError("F301", "wrong", 3, 2, hint="write right")
    assert str(error) == "wrong; write right"
    assert (error.code, error.message, error.offset, error.length) == ("F301", "wrong", 3, 2)
    assert str(ExpressionError("F205", "wrong")) == "wrong"


def test_an_evaluation_error_ends_this_call_only() -> None:
    error = EvaluationError("E201", "division by zero")
    assert isinstance(error, CallError)
    assert (error.code, str(error)) == ("E201", "division by zero")
    assert CallError.code == "call"
