"""How deep each menu lies: one more than the fewest menus passed by valid keys on a way to it."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from ivr.flow.model import EXIT_PREFIX, NEXT
from ivr.flow.proof.ways import (
    always_targets,
    always_works,
    exit_name,
    flows_of,
    running,
    sub_flow_of,
    ways_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.proof.circles import Place
    from ivr.flow.proof.goals import Specs


class Depth(NamedTuple):
    """Menus passed so far, and their nodes in order."""

    menus: int
    by: tuple[str, ...]


class Menu(NamedTuple):
    """A menu, its level, and the nodes of the menus on the way to it, its own last."""

    flow: Flow
    step: Step
    level: int
    by: tuple[str, ...]


class _Move(NamedTuple):
    """A way on: its target and what it adds."""

    target: str
    adds: Depth


NOTHING = Depth(0, ())


def menus_of(bundle: Bundle, specs: Specs) -> list[Menu]:
    """Every menu that callers can come to, flow by flow, in the order written."""
    search = _Search(bundle, specs)
    search.settle()
    return list(search.menus())


class _Search:
    """Levels of all flows. A sub-flow begins at the lowest level of all places that run it."""

    def __init__(self, bundle: Bundle, specs: Specs) -> None:
        self._flows = flows_of(bundle)
        self._root = bundle.root
        self._specs = specs
        self._begins: dict[str, Depth] = {bundle.root.name: NOTHING}
        self._exits: dict[str, Mapping[str, Depth]] = {}
        self._found: dict[str, Mapping[Place, Depth]] = {}

    def settle(self) -> None:
        """Walk every flow whose beginning got lower, until none does."""
        work = [self._root.name]
        while work:
            flow = self._flows[work.pop(0)]
            begin = self._begins[flow.name]
            self._found[flow.name], _exits = self._walk(flow, self._roots(flow), begin)
            work.extend(self._lowered(flow))

    def _lowered(self, flow: Flow) -> Iterator[str]:
        found = self._found[flow.name]
        for name, node in flow.nodes.items():
            for step in running(node):
                inner, depth = sub_flow_of(step), found.get((name, step.index))
                if inner not in self._flows or depth is None:
                    continue
                if inner not in self._begins or depth.menus < self._begins[inner].menus:
                    self._begins[inner] = depth
                    yield inner

    def menus(self) -> Iterator[Menu]:
        """The menus found."""
        for name, found in self._found.items():
            for node in self._flows[name].nodes.values():
                for step in running(node):
                    depth = found.get((node.name, step.index))
                    if step.verb == "menu" and depth is not None:
                        by = (*depth.by, self._label(name, node.name))
                        yield Menu(self._flows[name], step, depth.menus + 1, by)

    def _label(self, flow: str, node: str) -> str:
        return node if flow == self._root.name else f"{flow}.{node}"

    def _roots(self, flow: Flow) -> tuple[str, ...]:
        if flow is not self._root:
            return (flow.start,)
        return (flow.start, flow.rescue.error, flow.rescue.emergency)

    def _walk(
        self, flow: Flow, roots: tuple[str, ...], begin: Depth
    ) -> tuple[Mapping[Place, Depth], Mapping[str, Depth]]:
        """The lowest depth of each step of a flow, and of each exit it can take."""
        found: dict[Place, Depth] = {}
        exits: dict[str, Depth] = {}
        work: list[tuple[int, int, tuple[str, int], tuple[str, ...]]] = []
        for root in roots:
            heappush(work, (begin.menus, len(work), (root, 0), begin.by))
        count = len(work)
        while work:
            menus, _count, (name, index), by = heappop(work)
            steps = running(flow.nodes[name]) if name in flow.nodes else ()
            if (name, index) in found or index >= len(steps):
                continue
            found[name, index] = Depth(menus, by)
            for target, adds in self._moves(flow, steps[index]):
                depth = Depth(menus + adds.menus, (*by, *adds.by))
                if target.startswith(EXIT_PREFIX):
                    known = exits.get(exit_name(target))
                    exits[exit_name(target)] = depth if known is None else min(known, depth)
                place = (name, index + 1) if target == NEXT else (target, 0)
                count += 1
                heappush(work, (depth.menus, count, place, depth.by))
        return found, exits

    def _moves(self, flow: Flow, step: Step) -> Iterator[_Move]:
        inner = self._exits_of(sub_flow_of(step))
        passed = Depth(1, (self._label(flow.name, step.node),))
        for way in ways_of(step):
            if inner is None:
                by_key = step.verb == "menu" and way.exit not in {"giveup", "skipped"}
                yield _Move(way.target, passed if by_key else NOTHING)
            elif way.exit in inner:
                yield _Move(way.target, inner[way.exit])
        if always_works(step, self._specs):
            adds = passed if step.verb == "menu" else NOTHING
            yield from (_Move(target, adds) for target in always_targets(flow))

    def _exits_of(self, name: str) -> Mapping[str, Depth] | None:
        """What a sub-flow adds on the way to each of its exits; None if there is no such flow."""
        if name not in self._flows:
            return None
        if name not in self._exits:
            self._exits[name] = {}
            flow = self._flows[name]
            self._exits[name] = self._walk(flow, (flow.start,), NOTHING)[1]
        return self._exits[name]
