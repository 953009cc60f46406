"""The small typed expression language of flows, queue rules, service levels, surveys and alarms.

`parse` reads a text once, `infer` checks its types against a `Scope`, `Expression.evaluate` runs it
against an `Env`. Described in flow-language.md, section 5; how it differs from CEL is listed and
tested in `tests/flow/expressions/test_cel_logic.py`.
"""

from __future__ import annotations

from ivr.flow.expressions.environment import Env
from ivr.flow.expressions.errors import EvaluationError, ExpressionError, ExpressionProblem
from ivr.flow.expressions.expression import Expression, parse
from ivr.flow.expressions.functions import keep_share
from ivr.flow.expressions.scope import Names, Scope
from ivr.flow.expressions.typing_ import Inferred, infer

__all__ = [
    "Env",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "ExpressionProblem",
    "Inferred",
    "Names",
    "Scope",
    "infer",
    "keep_share",
    "parse",
]
