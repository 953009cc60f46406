"""Turns what the type check of an expression says into problems with a place in the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.checker.names import ONLY_WHERE
from ivr.flow.expressions.syntax import Name, walk
from ivr.flow.fields import Valued
from ivr.flow.types import standard_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.flow.checker.graph import Point
    from ivr.flow.checker.names import Here
    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.study import Study
    from ivr.flow.expressions import Expression, ExpressionProblem
    from ivr.flow.types import Path


def error(code: str, at: Position, message: str, hint: str = "") -> Problem:
    """A mistake that stops a publish."""
    return Problem(code, Severity.ERROR, at, message, hint)


def warning(code: str, at: Position, message: str, hint: str = "") -> Problem:
    """Something that is most likely not meant."""
    return Problem(code, Severity.WARNING, at, message, hint)


def told(study: Study, point: Point, part: Part, problem: ExpressionProblem) -> Problem:
    """A problem of an expression at its place, with what only the flow knows about it."""
    skipped = 1 if isinstance(part.value, Valued) else 0
    start = part.at(problem.offset + skipped)
    end = part.at(problem.offset + skipped + problem.length)
    found = _in_flow(study, point, problem)
    return replace(found, at=start, end=end if end.column > start.column else None)


def _in_flow(study: Study, point: Point, problem: ExpressionProblem) -> Problem:
    message, hint = problem.message, problem.hint
    nowhere = Position(study.flow.file)
    if problem.code == "F303" and problem.path:
        why = study.ways.explained(point.number, problem.path)
        return error("F303", nowhere, f"{message} ({why})" if why else message, hint)
    if problem.code == "F204" and problem.path:
        message, hint = absent(problem.path, message, hint)
    return error(problem.code, nowhere, message, hint)


def absent(path: Path, message: str, hint: str) -> tuple[str, str]:
    """What to say of a name that is not there: some standard names are there only at places."""
    if path[0] in ONLY_WHERE and standard_type(path) is not None:
        return f"{'.'.join(path)} {ONLY_WHERE[path[0]]}", ""
    return message, hint


def unset(
    study: Study, point: Point, part: Part, expression: Expression, here: Here
) -> Iterator[Problem]:
    """F304: variables of an expression that no step may have set yet, each once."""
    skipped = 1 if isinstance(part.value, Valued) else 0
    names: set[str] = set()
    for name in walk(expression.tree):
        if isinstance(name, Name) and here.unset(name.path) and name.path[0] not in names:
            names.add(name.path[0])
            at = part.at(name.span.at + skipped)
            yield error("F304", at, unset_sentence(study, point, name.path))


def unset_sentence(study: Study, point: Point, path: Path) -> str:
    """`"plan" is read before it is set, by start > main > plan`."""
    way = study.ways.way(point.number, path[:1])
    return f'"{path[0]}" is read before it is set, by {way}'
