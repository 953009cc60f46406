"""Carries facts along all ways of a flow until nothing changes, and explains what is missing.

The facts at a step are those that hold on every way to it. All sets only shrink, so the result does
not depend on the order of the work and the work ends.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ivr.flow.checker.graph import AWAY, Graph

if TYPE_CHECKING:
    from ivr.flow.checker.facts import Edge, Learning
    from ivr.flow.checker.names import Facts
    from ivr.flow.model import Step
    from ivr.flow.types import Path


def solve(graph: Graph, learning: Learning) -> tuple[Facts, ...]:
    """The facts on entering each point; None where no call gets."""
    found: list[Facts] = [None] * len(graph.points)
    for number, (facts, _label) in graph.starts.items():
        found[number] = facts
    work = deque(graph.starts)
    while work:
        source = work.popleft()
        before = found[source] or frozenset()
        for edge in graph.edges_from.get(source, ()):
            if edge.target != AWAY and _met(found, edge.target, learning.after(edge, before)):
                work.append(edge.target)
    return tuple(found)


def _met(found: list[Facts], target: int, facts: frozenset[Path]) -> bool:
    """Keep only what also holds on this way; whether anything changed."""
    known = found[target]
    met = facts if known is None else known & facts
    found[target] = met
    return met != known


class Ways:
    """Why a path may be missing at a point of a solved flow."""

    def __init__(self, graph: Graph, learning: Learning, facts: tuple[Facts, ...]) -> None:
        self._graph = graph
        self._learning = learning
        self._facts = facts

    def _leaves_unknown(self, edge: Edge, path: Path) -> bool:
        before = self._facts[edge.source]
        return before is not None and path not in self._learning.after(edge, before)

    def explained(self, number: int, path: Path) -> str:
        """`welcome.fetch missing, failed`, or `by welcome > main` if nothing ever set it; or "".

        Only a variable has such a history: fields and standard names are missing by themselves.
        """
        if len(path) > 1:
            return ""
        cleared = self._cleared(number, path)
        if not cleared:
            return f"by {self.way(number, path)}"
        return "; ".join(f"{step} {', '.join(exits)}" for step, exits in cleared.items())

    def _cleared(self, number: int, path: Path) -> dict[str, list[str]]:
        """The exits on the ways to a point that make the variable missing, by `node.verb`."""
        seen, work = {number}, [number]
        edges: set[tuple[int, int, str]] = set()
        while work:
            for edge in self._graph.edges_into.get(work.pop(), ()):
                if not self._leaves_unknown(edge, path):
                    continue
                if path[0] in edge.loses:
                    step = self._graph.points[edge.source].step
                    edges.add((edge.source, _written_place(step, edge.exit), edge.exit))
                elif edge.source not in seen:
                    seen.add(edge.source)
                    work.append(edge.source)
        found: dict[str, list[str]] = {}
        for source, _place, name in sorted(edges):
            step = self._graph.points[source].step
            found.setdefault(f"{step.node}.{step.verb}", []).append(name)
        return found

    def way(self, number: int, path: Path) -> str:
        """A shortest way to a point on which the path stays unknown: `start > main > plan`."""
        came: dict[int, int] = {}
        work = deque(s for s, (facts, _) in self._graph.starts.items() if path not in facts)
        seen = set(work)
        while work and number not in seen:
            source = work.popleft()
            for edge in self._graph.edges_from.get(source, ()):
                unknown = edge.target != AWAY and self._leaves_unknown(edge, path)
                if unknown and edge.target not in seen:
                    seen.add(edge.target)
                    came[edge.target] = source
                    work.append(edge.target)
        return self._told(number, came)

    def _told(self, number: int, came: dict[int, int]) -> str:
        nodes = [self._graph.points[number].node]
        while number in came:
            number = came[number]
            node = self._graph.points[number].node
            if node != nodes[0]:
                nodes.insert(0, node)
        label = self._graph.starts.get(number, (None, ""))[1]
        return " > ".join([label, *nodes] if label else nodes)


def _written_place(step: Step, exit_name: str) -> int:
    """Where an exit stands among the step's keys, unwritten ones last."""
    keys = step.raw.keys() if step.raw is not None else ()
    return keys.index(exit_name) if exit_name in keys else len(keys)
