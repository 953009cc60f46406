"""Finds loops that nothing ends: without a wait, over a full queue, or around a secret question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.flow.checker.tell import error
from ivr.flow.model import EXIT_PREFIX, NEXT
from ivr.flow.proof.circles import Walks, shortest_circle
from ivr.flow.proof.ways import (
    SKIPPED,
    Way,
    exit_name,
    flows_of,
    running,
    steps_of,
    sub_flow_of,
    wait_flows,
    ways_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.proof.circles import Passable, Place
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

REFUSALS = {"full": "full", "nobody": "nobody is there"}
"""Exits that a queue may take at once, and when."""


def check_endless(
    bundle: Bundle, specs: Mapping[str, VerbSpec], _world: World
) -> Iterator[Problem]:
    """F410, F603 and F608 of every flow of a bundle."""
    for flow in flows_of(bundle).values():
        yield from _rounds(bundle, flow, specs)
        yield from _secrets_again(bundle, flow)
        for exit_taken, when in REFUSALS.items():
            yield from _full_for_ever(flow, specs, exit_taken, when)


def endless_nodes(bundle: Bundle, flow: Flow, specs: Mapping[str, VerbSpec]) -> Mapping[str, None]:
    """The nodes that lie in a loop without any wait (F603)."""
    passable = _free(bundle, specs)
    places = (place for part in Walks(flow, passable).endless() for place in part)
    return dict.fromkeys(node for node, _index in places)


def _rounds(bundle: Bundle, flow: Flow, specs: Mapping[str, VerbSpec]) -> Iterator[Problem]:
    """F603, once for each loop, at the first of its nodes."""
    walks = Walks(flow, _free(bundle, specs))
    for part in walks.endless():
        first = next(name for name in flow.nodes if (name, 0) in part)
        circle = shortest_circle(walks.ahead(), (first, 0), part)
        names = [node for node, index in circle if index == 0]
        message = f"endless: {' > '.join(names)} without input, wait or limit"
        yield error("F603", flow.nodes[first].at, message)


def _free(bundle: Bundle, specs: Mapping[str, VerbSpec]) -> Passable:
    """Whether a call may take a way without waiting for anything."""
    through = _FreeExits(bundle, specs)

    def passable(step: Step, way: Way) -> bool:
        if way.exit == SKIPPED:
            return True
        inner = through.of(sub_flow_of(step))
        if inner is not None:
            return way.exit in inner
        return not specs[step.verb].waits

    return passable


class _FreeExits:
    """The exits that sub-flows may take without a wait."""

    def __init__(self, bundle: Bundle, specs: Mapping[str, VerbSpec]) -> None:
        self._flows = flows_of(bundle)
        self._specs = specs
        self._known: dict[str, Mapping[str, None]] = {}

    def of(self, name: str) -> Mapping[str, None] | None:
        """The exits of one flow as `run` calls them; None if there is no such flow."""
        if name not in self._flows:
            return None
        if name not in self._known:
            self._known[name] = {}
            self._known[name] = self._walk(self._flows[name])
        return self._known[name]

    def _walk(self, flow: Flow) -> Mapping[str, None]:
        found: dict[str, None] = {}
        seen: dict[str, None] = {}
        work = [flow.start]
        while work:
            name = work.pop()
            if name in seen or name not in flow.nodes:
                continue
            seen[name] = None
            for target in self._targets(flow, name):
                if target.startswith(EXIT_PREFIX):
                    found[exit_name(target)] = None
                work.append(target)
        return found

    def _targets(self, flow: Flow, node: str) -> Iterator[str]:
        for step in running(flow.nodes[node]):
            open_now = [way.target for way in ways_of(step) if self._passes(step, way)]
            yield from open_now
            if NEXT not in open_now:
                return

    def _passes(self, step: Step, way: Way) -> bool:
        inner = self.of(sub_flow_of(step))
        if inner is not None and way.exit != SKIPPED:
            return way.exit in inner
        return way.exit == SKIPPED or not self._specs[step.verb].waits


def _secrets_again(bundle: Bundle, flow: Flow) -> Iterator[Problem]:
    """F410: a secret may be guessed for ever. A sub-flow that was done counts as guessed right."""
    if flow.name in wait_flows(bundle):
        return
    message = "a secret entry in a loop without limit"
    for step in steps_of(flow):
        asks = bool(getattr(step.fields, "secret", False))
        if asks or _asks_inside(bundle, sub_flow_of(step)):
            place = (step.node, step.index)
            done_counts = asks
            if _comes_again(flow, place, done_counts=done_counts):
                hint = f"bound it, e.g. visits('{step.node}') >= 3"
                yield error("F410", step.at, message, hint)


def _comes_again(flow: Flow, place: Place, *, done_counts: bool) -> bool:
    def passable(step: Step, way: Way) -> bool:
        is_done = (step.node, step.index) == place and way.exit == NEXT
        return done_counts or not is_done

    return any(place in part for part in Walks(flow, passable).endless())


def _asks_inside(bundle: Bundle, name: str) -> bool:
    flow = flows_of(bundle).get(name)
    if flow is None:
        return False
    return any(
        bool(getattr(step.fields, "secret", False)) or _asks_inside(bundle, sub_flow_of(step))
        for step in steps_of(flow)
    )


def _full_for_ever(
    flow: Flow, specs: Mapping[str, VerbSpec], exit_taken: str, when: str
) -> Iterator[Problem]:
    """F608: queues that send callers only to each other as long as they take nobody."""
    queues = [step for step in steps_of(flow) if step.verb == "queue" and step.only is None]
    stops = {_place(step): _stops(flow, specs, step, exit_taken) for step in queues}
    caught = dict(stops)
    while True:
        kept = {place: after for place, after in caught.items() if after and after <= {*caught}}
        if len(kept) == len(caught):
            break
        caught = kept
    for step in queues:
        if _place(step) in caught:
            name = _queue(step)
            message = f'queue "{name}" leads only back to itself when {when}'
            yield error("F608", step.at, message)


def _place(step: Step) -> Place:
    return step.node, step.index


def _queue(step: Step) -> str:
    fields: Any = step.fields
    return str(fields.queue.name)


def _stops(
    flow: Flow, specs: Mapping[str, VerbSpec], step: Step, exit_taken: str
) -> frozenset[Place]:
    """The first steps that wait or end the call after a queue took nobody; elsewhere = ("", 0)."""
    found: dict[Place, None] = {}
    seen: dict[Place, None] = {}
    target = str(step.exits.targets.get(exit_taken, ""))
    work: list[Place] = [(step.node, step.index + 1) if target == NEXT else (target, 0)]
    while work:
        place = work.pop()
        if place in seen:
            continue
        seen[place] = None
        steps = running(flow.nodes[place[0]]) if place[0] in flow.nodes else ()
        if place[1] >= len(steps):
            found["", 0] = None
            continue
        here = steps[place[1]]
        if specs[here.verb].waits or here.verb == "run":
            found[place] = None
            continue
        work += [
            (place[0], place[1] + 1) if way.target == NEXT else (way.target, 0)
            for way in ways_of(here)
        ]
    return frozenset(found)
