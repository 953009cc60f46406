"""Checks that a variable is of the type that the step writing it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.checker.parts import Part, parts_of
from ivr.flow.checker.tell import error
from ivr.flow.checker.wants import main_name
from ivr.flow.expressions.rules import noun
from ivr.flow.fields import VarName
from ivr.flow.types import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Step

Filling: TypeAlias = tuple[frozenset[str], str]
"""Names of the types that a step can write, and what it gives, for messages."""

KEYED = frozenset({"bool", "date", "digits", "money", "number", "phone", "text", "time"})
"""Types that an entry of keys or words can become (flow-language.md section 5)."""


def check_fills(study: Study) -> Iterator[Problem]:
    """F302 of every `into`."""
    for point in study.graph.points:
        for part in parts_of(point.step):
            if isinstance(part.value, VarName):
                yield from _filled(study, part)


def _filled(study: Study, part: Part) -> Iterator[Problem]:
    variable = study.names.variables.get(str(part.value))
    filling = _filling(part.step)
    if variable is None or filling is None or variable.type == UNKNOWN:
        return
    names, gives = filling
    if variable.type.name not in names:
        message = f"{variable.name} is {noun(variable.type)}, {part.step.verb} gives {gives}"
        yield error("F302", part.at(), message)


def _filling(step: Step) -> Filling | None:
    """What a step writes into its variable; None = anything."""
    if step.verb == "ask":
        return KEYED, "what keys can say"
    if step.verb == "menu":
        return frozenset({"digits", "text"}), "digits"
    if step.verb == "ticket":
        return frozenset({"ticket"}), "a ticket record"
    if step.verb in {"fetch", "run"}:
        name = main_name(step)
        return frozenset({name}), f"a {name} record"
    return None
