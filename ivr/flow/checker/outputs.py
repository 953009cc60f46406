"""Checks that a sub-flow gives all its outputs when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checker.graph import AWAY
from ivr.flow.checker.parts import value_place
from ivr.flow.checker.tell import error
from ivr.flow.model import DONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Position, Problem
    from ivr.flow.checker.facts import Edge
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Step


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
