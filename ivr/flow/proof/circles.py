"""Finds loops, and tells those that count their visits and end from those that never do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from ivr.flow.model import NEXT, Flow, Step
from ivr.flow.proof.guards import MANY, NOTHING, Known, open_ways, watched
from ivr.flow.proof.ways import Way, running

N = TypeVar("N", bound=Hashable)
Place: TypeAlias = tuple[str, int]
"""A step: the name of its node and its index."""
Passable: TypeAlias = Callable[[Step, Way], bool]
Ahead: TypeAlias = Mapping[N, Sequence[N]]

MOST_TRIES = 100
"""Sets of nodes looked at for one loop; more only with dozens of counted nodes in it."""


def components(ahead: Ahead[N]) -> list[tuple[N, ...]]:
    """The strongly connected parts of a graph, each after all those it leads to (Tarjan)."""
    order: dict[N, int] = {}
    low: dict[N, int] = {}
    open_now: list[N] = []
    closed: dict[N, bool] = {}
    found: list[tuple[N, ...]] = []
    for start in ahead:
        work = [] if start in order else [(start, iter(ahead[start]))]
        while work:
            node, left = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                open_now.append(node)
            inner = next((one for one in left if one in ahead and one not in closed), None)
            if inner is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == order[node]:
                    found.append(_cut(open_now, node, closed))
            elif inner in order:
                low[node] = min(low[node], order[inner])
            else:
                work.append((inner, iter(ahead[inner])))
    return found


def _cut(open_now: list[N], node: N, closed: dict[N, bool]) -> tuple[N, ...]:
    place = open_now.index(node)
    part = tuple(open_now[place:])
    del open_now[place:]
    closed.update(dict.fromkeys(part, True))
    return part


def loops(ahead: Ahead[N]) -> list[tuple[N, ...]]:
    """The components in which one can go round."""
    return [part for part in components(ahead) if len(part) > 1 or part[0] in ahead[part[0]]]


def shortest_circle(ahead: Ahead[N], start: N, within: Sequence[N]) -> tuple[N, ...]:
    """The nodes of the shortest way from a node back to itself, the node first and last."""
    inside = frozenset(within)
    before: dict[N, N] = {}
    work = deque([start])
    while work:
        node = work.popleft()
        for target in ahead[node]:
            if target == start:
                return _back(before, node, start)
            if target in inside and target not in before:
                before[target] = node
                work.append(target)
    return (start,)


def _back(before: Mapping[N, N], node: N, start: N) -> tuple[N, ...]:
    way = [start, node]
    while way[-1] != start:
        way.append(before[way[-1]])
    return tuple(reversed(way)) if node != start else (start, start)


class Walks:
    """The steps of a flow as a graph of those ways that `passable` lets through."""

    def __init__(self, flow: Flow, passable: Passable) -> None:
        self._passable = passable
        self._watched = watched(flow)
        self._steps = {
            (step.node, step.index): step for node in flow.nodes.values() for step in running(node)
        }

    def ahead(self, known: Known = NOTHING) -> Mapping[Place, list[Place]]:
        """Step -> the steps that may come next."""
        return {place: self._next(step, known) for place, step in self._steps.items()}

    def _next(self, step: Step, known: Known) -> list[Place]:
        open_now = (way for way in open_ways(step, known) if self._passable(step, way))
        return [
            (step.node, step.index + 1) if way.target == NEXT else (way.target, 0)
            for way in open_now
        ]

    def endless(self) -> Iterator[tuple[Place, ...]]:
        """Sets of steps that can be gone round for ever. A circle with `visits('n')` that passes n
        is judged as if n had been visited endlessly often."""
        for part in loops(self.ahead()):
            found = self._endless_in(frozenset(part))
            if found:
                yield found

    def _endless_in(self, part: frozenset[Place]) -> tuple[Place, ...]:
        tried: dict[frozenset[Place], None] = {}
        work = deque([part])
        while work and len(tried) < MOST_TRIES:
            places = work.popleft()
            if places in tried:
                continue
            tried[places] = None
            counted = self._counted(places)
            for circle in loops(self._counting(places, counted)):
                if self._counted(circle) == counted:
                    return circle
                work.append(frozenset(circle))
            work.extend(frozenset(p for p in places if p[0] != name) for name in counted)
        return ()

    def _counted(self, places: Collection[Place]) -> list[str]:
        return sorted(name for name in self._watched if (name, 0) in places)

    def _counting(
        self, places: frozenset[Place], counted: list[str]
    ) -> Mapping[Place, list[Place]]:
        known = Known(dict.fromkeys(counted, MANY))
        kept = (place for place in self._steps if place in places)
        return {
            place: [one for one in self._next(self._steps[place], known) if one in places]
            for place in kept
        }
