"""Finds everything in a loaded flow that a caller would find otherwise.

One line in `CHECKS` per check. Codes and wording: flow-engine.md section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.checker.paths import PATH_CHECKS
from ivr.flow.checker.values import check_values
from ivr.flow.model import Bundle
from ivr.flow.spec import VerbSpec
from ivr.flow.world import World

Check: TypeAlias = Callable[[Bundle, Mapping[str, VerbSpec], World], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (check_values, *PATH_CHECKS)
MOST_PROBLEMS = 200
"""More are not shown: by then the cause is another."""


def check(bundle: Bundle, specs: Mapping[str, VerbSpec], world: World) -> tuple[Problem, ...]:
    """Every problem of a bundle, each once, sorted by place. If there are too many, errors stay."""
    found = {problem: None for each in CHECKS for problem in each(bundle, specs, world)}
    ranked = sorted(found, key=lambda one: (one.severity is not Severity.ERROR, _place(one)))
    return tuple(sorted(ranked[:MOST_PROBLEMS], key=_place))


def _place(problem: Problem) -> tuple[Position, str, str]:
    return problem.at, problem.code, problem.message
