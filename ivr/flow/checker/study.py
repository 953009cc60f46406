"""One flow looked at once for all checks of values: its names, ways, and what is known where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.flow.checker.dataflow import Ways, solve
from ivr.flow.checker.facts import Learning, Tests, past_wait
from ivr.flow.checker.graph import Graph, Point, branch_tests, build_graph
from ivr.flow.checker.names import CALLBACK_AT, NO_FACTS, Facts, FlowNames, Here
from ivr.flow.checker.unwinding import Unwinding
from ivr.flow.fields import PromptName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.checker.parts import Part, Where
    from ivr.flow.model import Bundle, Flow
    from ivr.flow.spec import VerbSpec
    from ivr.flow.types import Path
    from ivr.flow.world import World

LATER = frozenset({"check", "confirm", "ticket", "callback", "wait"})
"""Fields of waiting steps that are worked out after the wait began."""


@dataclass(frozen=True, slots=True)
class Study:
    """A flow with the facts on entering each of its points.

    in_queue: callers walk it while they wait in a queue.
    """

    flow: Flow
    bundle: Bundle
    specs: Mapping[str, VerbSpec]
    world: World
    names: FlowNames
    learning: Learning
    graph: Graph
    facts: tuple[Facts, ...]
    ways: Ways
    in_queue: bool

    def here(self, point: Point, part: Part) -> Here:
        """The names as a part of a step sees them."""
        prompted = isinstance(part.value, PromptName)
        queueing = prompted and (point.step.verb == "queue" or self.in_queue)
        return self.names.at(self.facts_for(point, part.path, prompted=prompted), queueing=queueing)

    def facts_for(self, point: Point, path: Where, *, prompted: bool = False) -> Facts:
        """What is known when a part of a step is worked out."""
        entering = self.facts[point.number]
        if entering is None or path[:1] == ("only",):
            return entering
        known = self.learning.taught(_tests(point, path), entering)
        if self._is_late(point, path, prompted=prompted):
            known = past_wait(known)
        return known | _own(point, path)

    def _is_late(self, point: Point, path: Where, *, prompted: bool) -> bool:
        spec = self.specs[point.step.verb]
        if not spec.waits:
            return False
        if prompted:
            return spec.listens or path[:1] != (spec.name,)
        return len(path) > 0 and path[0] in LATER


def _tests(point: Point, path: Where) -> Tests:
    """The conditions that come before a part: `only`, and in `when` the branches above it."""
    step = point.step
    only: Tests = () if step.only is None else ((step.only, True),)
    if step.verb != "when" or len(path) < 2:
        return only
    number = int(path[1]) + 1
    above = [test for test in branch_tests(step, str(number)) if not test[1]]
    return only + tuple(above)


def _own(point: Point, path: Where) -> frozenset[Path]:
    """What a step's own fields know beforehand: the entry just made, the time just booked."""
    fields: Any = point.step.fields
    if path[:1] in {("check",), ("confirm",)}:
        return frozenset({(str(fields.into),)})
    if point.step.verb == "callback" and path[:1] == ("say",):
        return frozenset({CALLBACK_AT})
    return NO_FACTS


def _is_wait_flow(flow: Flow, bundle: Bundle) -> bool:
    flows = (bundle.root, *bundle.flows.values())
    steps = (step for each in flows for node in each.nodes.values() for step in node.steps)
    waits = (getattr(step.fields, "wait", None) for step in steps if step.verb == "queue")
    named = (wait.flow for wait in waits if wait is not None)
    return any(one is not None and one.name == flow.name for one in named)


def study(flow: Flow, bundle: Bundle, specs: Mapping[str, VerbSpec], world: World) -> Study:
    """Look at a flow. Its steps must use verbs of `specs`."""
    names = FlowNames(flow)
    learning = Learning(names)
    graph = build_graph(flow, specs, Unwinding(bundle, specs))
    facts = solve(graph, learning)
    ways = Ways(graph, learning, facts)
    in_queue = _is_wait_flow(flow, bundle)
    return Study(flow, bundle, specs, world, names, learning, graph, facts, ways, in_queue)
