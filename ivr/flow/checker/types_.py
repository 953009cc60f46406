"""Checks every condition and value of a flow's steps: names, types, and what may be missing.

Each expression is checked once, with the facts that hold where it is worked out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.problem import Severity
from ivr.flow.checker.tell import error, told, unset, warning
from ivr.flow.checker.wants import SPOKEN_LANGUAGE, Wants, wants
from ivr.flow.expressions import Expression, ExpressionProblem, Inferred, infer
from ivr.flow.expressions.rules import noun
from ivr.flow.fields import Condition, Valued
from ivr.flow.types import BOOL, UNKNOWN, Type, parse_literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.graph import Point
    from ivr.flow.checker.names import Here
    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.study import Study

_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)


def check_types(study: Study) -> Iterator[Problem]:
    """F204, F302 to F309, F702 and F703 of all conditions and values of a flow."""
    found: list[Problem] = []
    for point in study.graph.points:
        for part in point.parts:
            here = study.here(point, part)
            if isinstance(part.value, Condition):
                found += _condition(study, point, part, here)
            elif isinstance(part.value, Valued):
                found += _value(study, point, part, here)
    # After a mistake other conditions look constant that are not.
    wrong = any(problem.severity is Severity.ERROR for problem in found)
    yield from (problem for problem in found if not (wrong and problem.code == "F309"))


def _condition(study: Study, point: Point, part: Part, here: Here) -> Iterator[Problem]:
    assert isinstance(part.value, Condition)  # noqa: S101 - narrowed by the caller
    expression = part.value.expression
    found = infer(expression, here, BOOL)
    yield from _told(study, point, part, found)
    yield from unset(study, point, part, expression, here)
    if found.constant is not None and not found.problems and here.facts is not None:
        answer = "true" if found.constant else "false"
        yield warning("F309", part.at(), f"this condition is always {answer}")


def _told(study: Study, point: Point, part: Part, found: Inferred) -> Iterator[Problem]:
    """The problems of an expression; a mistyped name in a guard is not also a missing guard."""
    mistyped = any(problem.code == "F204" for problem in found.problems)
    for problem in found.problems:
        if not (mistyped and problem.code == "F303"):
            yield told(study, point, part, problem)


def _value(study: Study, point: Point, part: Part, here: Here) -> Iterator[Problem]:
    assert isinstance(part.value, Valued)  # noqa: S101 - narrowed by the caller
    place = wants(part, study)
    if part.value.expression is None:
        yield from _literal(study, part, place, here)
        return
    expression = part.value.expression
    found = _placed(expression, here, place, part.value)
    yield from _told(study, point, part, found)
    yield from unset(study, point, part, expression, here)


def _placed(expression: Expression, here: Here, place: Wants, value: Valued) -> Inferred:
    """The expression checked against its place; a secret in a plain place is told in our words."""
    found = infer(expression, here)
    wanted = place.type
    if wanted == UNKNOWN:
        return found
    if found.type.sealed and not (wanted is not None and wanted.sealed and place.posted):
        return _leaking(expression, found, place)
    if wanted is not None:
        return infer(expression, here, wanted, subject=place.subject)
    if found.type.optional and not value.optional and not found.problems:
        message = f"{place.subject} may be missing here"
        lost = ExpressionProblem("F303", message, "put it in default(.., value)")
        return replace(found, problems=(lost,))
    return found


def _unposted(expression: Expression, source: str) -> ExpressionProblem:
    message = f'source {source} does not take "{_named(expression)}" sealed by POST'
    return ExpressionProblem("F703", message, length=len(expression.text))


def _leaking(expression: Expression, found: Inferred, place: Wants) -> Inferred:
    if place.by_post:
        return replace(found, problems=(*found.problems, _unposted(expression, place.by_post)))
    message = f'sealed "{_named(expression)}" would be written into {place.sealed_noun}'
    problem = ExpressionProblem("F702", message, length=len(expression.text))
    return replace(found, problems=(*found.problems, problem))


def _named(expression: Expression) -> str:
    return ".".join(expression.reads[0]) if expression.reads else expression.text


def _literal(study: Study, part: Part, place: Wants, here: Here) -> Iterator[Problem]:
    """Text as written: must fit its place (F302), and is probably not meant as a path (F308)."""
    assert isinstance(part.value, Valued)  # noqa: S101 - narrowed by the caller
    text = part.value.literal or ""
    meant = f"did you mean ={text}?" if _is_path(text, here) else ""
    if place.type is not None and place.type != UNKNOWN:
        refused = _refused(text, place.type)
        if refused is not None:
            yield _misfit(part, place, place.type, meant or refused)
            return
        if place.subject == SPOKEN_LANGUAGE and text not in study.flow.languages:
            languages = ", ".join(study.flow.languages)
            yield error("F302", part.at(), f'"{text}" is not a language of this flow: {languages}')
            return
    if meant:
        yield warning("F308", part.at(), f'"{text}" is plain text here', meant)


def _is_path(text: str, here: Here) -> bool:
    if not _PATH.fullmatch(text):
        return False
    return here.type_of(tuple(text.split("."))) is not None


def _refused(text: str, wanted: Type) -> str | None:
    """Why the text is no literal of the type, None if it is one."""
    try:
        parse_literal(text, wanted)
    except ValueError as refusal:
        return str(refusal)
    return None


def _misfit(part: Part, place: Wants, wanted: Type, why: str) -> Problem:
    if wanted.sealed:
        message = f'"{place.subject}" is sealed; only a secret question gives it a value'
        return error("F702", part.at(), message)
    return error("F302", part.at(), f"{place.subject} wants {noun(wanted)}, this is text", why)
