"""What a step changes about the facts on each way out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.checker.names import NO_FACTS, FlowNames
from ivr.flow.expressions import Expression, Inferred, infer

if TYPE_CHECKING:
    from ivr.flow.fields import Condition
    from ivr.flow.types import Path

PASSING = frozenset({"hours", "queues", "queue", "heard"})
"""Standard names whose facts are over once a step has waited: time went by."""


Tests: TypeAlias = tuple[tuple["Condition", bool], ...]
"""Conditions in the order they are asked, each with its answer."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a step to another.

    source, target: numbers of points; target -1 = leaves the flow. tests: the conditions on the
    way, which teach something. loses: variables and standard names about which nothing is known any
    more. sets: known because the step wrote it. given: written by `set`, known if the value is.
    """

    source: int
    target: int
    exit: str = ""
    tests: Tests = ()
    loses: frozenset[str] = frozenset()
    sets: frozenset[Path] = NO_FACTS
    given: tuple[tuple[Path, Expression], ...] = ()


def past_wait(facts: frozenset[Path]) -> frozenset[Path]:
    """What is left of the facts when time has gone by."""
    return frozenset(path for path in facts if path[0] not in PASSING)


class Learning:
    """What conditions and values teach in one flow; nothing is looked at twice."""

    def __init__(self, names: FlowNames) -> None:
        self._names = names
        self._inferred: dict[tuple[str, frozenset[Path]], Inferred] = {}

    def _infer(self, expression: Expression, facts: frozenset[Path]) -> Inferred:
        key = (expression.text, facts)
        if key not in self._inferred:
            self._inferred[key] = infer(expression, self._names.at(facts))
        return self._inferred[key]

    def taught(self, tests: Tests, facts: frozenset[Path]) -> frozenset[Path]:
        """The facts after these conditions had these answers."""
        for condition, answer in tests:
            found = self._infer(condition.expression, facts)
            facts |= found.facts_true if answer else found.facts_false
        return facts

    def after(self, edge: Edge, before: frozenset[Path]) -> frozenset[Path]:
        """The facts at the end of an edge, given those at its start."""
        during = self.taught(edge.tests, before)
        if not (edge.loses or edge.sets or edge.given):
            return during
        kept = frozenset(path for path in during if path[0] not in edge.loses)
        present = frozenset(
            path for path, value in edge.given if not self._infer(value, during).type.optional
        )
        return kept | edge.sets | present
