"""The ways through a flow, step by step, with what each of them does to the facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ivr.flow.checker.facts import PASSING, Edge, Tests
from ivr.flow.checker.names import CALLBACK_AT, NO_FACTS
from ivr.flow.checker.parts import parts_of
from ivr.flow.model import EXIT_PREFIX, NEXT, Flow, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.unwinding import Unwinding
    from ivr.flow.fields import Condition
    from ivr.flow.spec import VerbSpec
    from ivr.flow.types import Path

AWAY = -1
"""The target of an edge that leaves the flow."""
BOOKED = frozenset({("callback", NEXT), ("queue", "callback")})
"""Verb and exit after which a callback has its time."""
WAITS_TOO = frozenset({"run", "record"})
"""Verbs in which time goes by although the engine does not wait in them itself."""


@dataclass(frozen=True, slots=True)
class Point:
    """One step as a place of the flow, with the parts it is made of."""

    number: int
    step: Step
    parts: tuple[Part, ...] = ()

    @property
    def node(self) -> str:
        """The node it stands in."""
        return self.step.node


@dataclass(frozen=True, slots=True)
class Graph:
    """points: every step. starts: point -> facts and label (`rescue.error`, "" for the start).

    edges_from, edges_into: by point; edges that leave the flow stand only in the first.
    """

    points: tuple[Point, ...]
    starts: Mapping[int, tuple[frozenset[Path], str]]
    edges_from: Mapping[int, tuple[Edge, ...]]
    edges_into: Mapping[int, tuple[Edge, ...]]


def build_graph(flow: Flow, specs: Mapping[str, VerbSpec], unwinding: Unwinding) -> Graph:
    """All points and edges of a flow; targets that do not exist are left out (F201)."""
    return _Builder(flow, specs, unwinding).graph()


class _Builder:
    """Builds the graph of one flow."""

    def __init__(self, flow: Flow, specs: Mapping[str, VerbSpec], unwinding: Unwinding) -> None:
        self._flow = flow
        self._specs = specs
        self._unwinding = unwinding
        steps = [step for node in flow.nodes.values() for step in node.steps]
        self._points = tuple(
            Point(number, step, parts_of(step)) for number, step in enumerate(steps)
        )
        self._numbers = {(p.step.node, p.step.index): p.number for p in self._points}

    def graph(self) -> Graph:
        """The whole."""
        edges = [edge for point in self._points for edge in self._edges(point)]
        edges += self._back_edges(edges)
        edges_from: dict[int, list[Edge]] = defaultdict(list)
        edges_into: dict[int, list[Edge]] = defaultdict(list)
        for edge in edges:
            edges_from[edge.source].append(edge)
            if edge.target != AWAY:
                edges_into[edge.target].append(edge)
        return Graph(
            self._points,
            self._starts(),
            {number: tuple(each) for number, each in edges_from.items()},
            {number: tuple(each) for number, each in edges_into.items()},
        )

    def _starts(self) -> dict[int, tuple[frozenset[Path], str]]:
        """The start knows the defaults of `?` variables, rescue targets know nothing."""
        rescue = self._flow.rescue
        defaults = frozenset(
            (name,)
            for name, variable in self._flow.variables.items()
            if variable.type.optional and variable.default is not None
        )
        wanted = [
            (rescue.error, NO_FACTS, "rescue.error"),
            (rescue.hangup, NO_FACTS, "rescue.hangup"),
            (rescue.emergency, NO_FACTS, "rescue.emergency"),
            (self._flow.start, defaults, ""),
        ]
        found: dict[int, tuple[frozenset[Path], str]] = {}
        for node, facts, label in wanted:
            number = self._numbers.get((node, 0))
            if number is not None:
                known, first = found.get(number, (facts, label))
                found[number] = (facts & known, first)
        return found

    def _edges(self, point: Point) -> Iterator[Edge]:
        step = point.step
        only = step.only
        if only is not None:
            skipped = self._target(step, NEXT)
            if skipped is not None:
                yield Edge(point.number, skipped, tests=((only, False),))
        runs: Tests = () if only is None else ((only, True),)
        for edge in (*self._exit_edges(point), *self._always_edges(point)):
            yield replace(edge, tests=runs + edge.tests)

    def _exit_edges(self, point: Point) -> Iterator[Edge]:
        step = point.step
        spec = self._specs[step.verb]
        for name, target in step.exits.targets.items():
            number = self._target(step, target)
            if number is None:
                continue
            edge = Edge(point.number, number, name, loses=self._passing(spec))
            yield self._changed(step, spec, edge)

    def _target(self, step: Step, target: str) -> int | None:
        if target.startswith(EXIT_PREFIX):
            return AWAY
        if target == NEXT:
            return self._numbers.get((step.node, step.index + 1))
        return self._numbers.get((target, 0))

    def _passing(self, spec: VerbSpec) -> frozenset[str]:
        return PASSING if spec.waits or spec.name in WAITS_TOO else frozenset()

    def _changed(self, step: Step, spec: VerbSpec, edge: Edge) -> Edge:
        """The edge with what the step writes on it and what its branch teaches."""
        writes = spec.writes(step.fields)
        sets, clears = writes.sets.get(edge.exit, ()), writes.clears.get(edge.exit, ())
        loses = edge.loses | frozenset(sets) | frozenset(clears)
        known: frozenset[Path] = frozenset((name,) for name in sets)
        if (step.verb, edge.exit) in BOOKED:
            known |= {CALLBACK_AT}
        if step.verb == "set":
            given = _given(step)
            known -= frozenset(path for path, _value in given)
            return replace(edge, loses=loses, sets=known, given=given)
        tests = branch_tests(step, edge.exit) if step.verb == "when" else ()
        return replace(edge, loses=loses, sets=known, tests=tests)

    def _always_edges(self, point: Point) -> Iterator[Edge]:
        """Always-keys of this flow, in its own listens and in those of flows it runs."""
        step = point.step
        if self._unwinding.hears_always(self._flow, step):
            for key, chosen in (self._flow.always or {}).items():
                number = self._numbers.get((chosen.go, 0))
                if number is not None:
                    yield Edge(point.number, number, f"key {key}", loses=PASSING)
        if self._flow.resume is not None and self._specs[step.verb].listens:
            yield from self._resumed(point)

    def _resumed(self, point: Point) -> Iterator[Edge]:
        """A call goes on at its last menu with its variables, but without its secrets."""
        secrets = [n for n, variable in self._flow.variables.items() if variable.type.sealed]
        loses = PASSING | frozenset(secrets)
        start = self._numbers[point.node, 0]
        for number in sorted({start, point.number}):
            yield Edge(point.number, number, "resume", loses=loses)

    def _back_edges(self, edges: list[Edge]) -> list[Edge]:
        """`back` leads from a listen to a menu that may have been passed on the way to it."""
        if not self._unwinding.has_back(self._flow):
            return []
        ahead: dict[int, list[int]] = defaultdict(list)
        for edge in edges:
            ahead[edge.source].append(edge.target)
        listening = frozenset(
            point.number for point in self._points if self._unwinding.listens_always(point.step)
        )
        return [
            Edge(
                number,
                self._numbers[menu.node, 0],
                "back",
                loses=PASSING,
            )
            for menu in self._points
            if self._specs[menu.step.verb].listens and menu.step.exits.ends
            for number in sorted(listening & _reached(menu.number, ahead))
        ]


def _reached(start: int, ahead: Mapping[int, list[int]]) -> set[int]:
    seen: set[int] = set()
    work = [start]
    while work:
        for number in ahead.get(work.pop(), ()):
            if number != AWAY and number not in seen:
                seen.add(number)
                work.append(number)
    return seen


def branch_tests(step: Step, exit_name: str) -> Tests:
    """What a branch of `when` knows: all conditions before it were false, its own was true.

    exit_name: the branch as `exits` numbers them, from 1; any other name = all were false.
    """
    fields: Any = step.fields
    tests: list[tuple[Condition, bool]] = []
    for number, (condition, _target) in enumerate(fields.when, start=1):
        answer = exit_name == str(number)
        if condition is not None:
            tests.append((condition, answer))
        if answer:
            break
    return tuple(tests)


def _given(step: Step) -> tuple[tuple[Path, Any], ...]:
    """The variables that a `set` writes from an expression; `call.language` is none."""
    fields: Any = step.fields
    return tuple(
        ((name,), value.expression)
        for name, value in fields.set.items()
        if value.expression is not None and "." not in name
    )
