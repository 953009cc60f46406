"""Checks what steps write: variables of the right type, and all outputs when a sub-flow is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.checker.graph import AWAY
from ivr.flow.checker.parts import value_place
from ivr.flow.checker.tell import error
from ivr.flow.checker.wants import main_name
from ivr.flow.expressions.rules import noun
from ivr.flow.fields import VarName
from ivr.flow.model import DONE
from ivr.flow.types import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Position, Problem
    from ivr.flow.checker.facts import Edge
    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Step

Filling: TypeAlias = tuple[frozenset[str], str]
"""Names of the types that a step can write, and what it gives, for messages."""

KEYED = frozenset({"bool", "date", "digits", "money", "number", "phone", "text", "time"})
"""Types that an entry of keys or words can become (flow-language.md section 5)."""


def check_fills(study: Study) -> Iterator[Problem]:
    """F302 of every `into`."""
    for point in study.graph.points:
        for part in point.parts:
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


def check_outputs(study: Study) -> Iterator[Problem]:
    """F304: an output that is never missing must be set on every way to `exit.done`."""
    wanted = [name for name in study.flow.outputs if name in study.names.must_be_set]
    for point in study.graph.points:
        before = study.facts[point.number]
        if before is None or not wanted:
            continue
        for edge in study.graph.edges_from.get(point.number, ()):
            if edge.target != AWAY or point.step.exits.targets[edge.exit] != DONE:
                continue
            known = study.learning.after(edge, before)
            for name in wanted:
                if (name,) not in known:
                    yield _unset(study, edge, point.step, name)


def _unset(study: Study, edge: Edge, step: Step, name: str) -> Problem:
    way = study.ways.way(edge.source, (name,))
    message = f'output "{name}" is not set at exit.done, by {way}'
    return error("F304", _exit_place(step, edge.exit), message)


def _exit_place(step: Step, name: str) -> Position:
    if step.verb == "when" and name.isdigit():
        return value_place(step, "when", int(name) - 1, 1)
    return value_place(step, name)
