"""How long a caller takes through one node, step by step, to each of the ways out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ivr.flow.model import ERROR, NEXT
from ivr.flow.proof.guards import Known, open_ways
from ivr.flow.proof.reach import OVER, End, Leap, Question, Reach
from ivr.flow.proof.ways import SKIPPED, Way, exit_name, running, sub_flow_of

if TYPE_CHECKING:
    from ivr.flow.model import Flow, Step

EndsOf: TypeAlias = Callable[[str, float], Mapping[End, Reach] | None]
"""The ends of a sub-flow, by its name and the seconds queued when it begins."""


class _Passed(NamedTuple):
    """How far one has come inside a node: seconds, and nodes of sub-flows on the way."""

    seconds: float
    inside: tuple[str, ...] = ()


_Front: TypeAlias = dict[float, _Passed]
"""Queued seconds -> the longest way of having as much queued."""


class Passing:
    """The nodes of one flow under one question."""

    def __init__(
        self, flow: Flow, question: Question, ends_of: EndsOf, kept: Callable[[float], float]
    ) -> None:
        self._flow = flow
        self._question = question
        self._ends_of = ends_of
        self._kept = kept
        self._timing = question.timing(flow)
        self._costs: dict[tuple[str, int, float], Mapping[str, float]] = {}
        self._over: dict[tuple[str, int], float | None] = {}

    def ways(self, step: Step, known: Known) -> tuple[Way, ...]:
        """The ways that this caller may take: none where the wait is over, and out of a listen
        only those that its bounds name."""
        ways = open_ways(step, Known(known.visits, self._question.open_hours))
        if self._over_after(step) is not None:
            return tuple(way for way in ways if way.exit == SKIPPED)
        if not self._question.specs[step.verb].listens:
            return ways
        costs = self._cost(step, 0.0)
        return tuple(way for way in ways if way.exit == SKIPPED or way.exit in costs)

    def leaps(
        self, node: str, known: Known, queued_s: float, index: int = 0, exit_taken: str = ""
    ) -> list[Leap]:
        """Every way out of a node, from the step at `index` on, the longest for each target. With
        `exit_taken` that step is just being left by this exit."""
        found: dict[tuple[str, float], Leap] = {}
        front: _Front = {queued_s: _Passed(0.0)}
        for step in running(self._flow.nodes[node])[index:]:
            after: _Front = {}
            for queued, passed in front.items():
                for way in self._out(step, queued, known, exit_taken):
                    _add(found, after, passed, way)
            front, exit_taken = after, ""
        return list(found.values())

    def _out(self, step: Step, queued_s: float, known: Known, exit_taken: str) -> Iterator[Leap]:
        """The ways out of one step, seconds counted from entering it."""
        if exit_taken:
            targets = (w.target for w in open_ways(step, known) if w.exit == exit_taken)
            yield from (Leap(target, 0.0) for target in targets)
            return
        over_s = self._over_after(step)
        if over_s is not None:
            yield Leap(OVER, over_s)
        ways = self.ways(step, known)
        yield from (Leap(NEXT, 0.0, queued_s) for way in ways if way.exit == SKIPPED)
        rest = tuple(way for way in ways if way.exit != SKIPPED)
        yield from self._walked(step, queued_s, rest)

    def _walked(self, step: Step, queued_s: float, ways: tuple[Way, ...]) -> Iterator[Leap]:
        inner = self._ends_of(sub_flow_of(step), queued_s) if step.verb == "run" else None
        if inner is not None:
            yield from _through(inner, ways)
            return
        costs = self._cost(step, queued_s)
        for way in ways:
            seconds = costs.get(way.exit, 0.0)
            yield Leap(way.target, seconds, self._queued(step, queued_s, seconds))

    def _queued(self, step: Step, queued_s: float, seconds: float) -> float:
        """What is queued after a step: a step that speaks without waiting adds to it, one that
        waits lets it be heard."""
        spec = self._question.specs[step.verb]
        if spec.waits:
            return 0.0
        return self._kept(queued_s + seconds) if spec.speaks else queued_s

    def _cost(self, step: Step, queued_s: float) -> Mapping[str, float]:
        place = (step.node, step.index, queued_s)
        if place not in self._costs:
            timing = self._question.timing(self._flow, queued_s) if queued_s else self._timing
            self._costs[place] = self._question.specs[step.verb].bounds(step, timing)
        return self._costs[place]

    def _over_after(self, step: Step) -> float | None:
        place = (step.node, step.index)
        if place not in self._over:
            self._over[place] = self._question.goal(self._flow, step, self._timing)
        return self._over[place]


def _through(inner: Mapping[End, Reach], ways: tuple[Way, ...]) -> Iterator[Leap]:
    """The ends of a sub-flow as ways out of the `run` that walks it."""
    targets = {way.exit: way.target for way in ways}
    for end, reach in inner.items():
        is_exit = end.name not in (OVER, ERROR)
        target = targets.get(exit_name(end.name)) if is_exit else end.name
        if target is not None:
            yield Leap(target, reach.seconds, end.queued_s, reach.way(), reach.round())


def _add(found: dict[tuple[str, float], Leap], after: _Front, passed: _Passed, way: Leap) -> None:
    """Note one way: to the next step or out of the node, if it is the longest of its kind."""
    seconds, inside = passed.seconds + way.seconds, (*passed.inside, *way.inside)
    if way.target == NEXT:
        known = after.get(way.queued_s)
        if known is None or seconds > known.seconds:
            after[way.queued_s] = _Passed(seconds, inside)
        return
    place = (way.target, way.queued_s)
    if place not in found or seconds > found[place].seconds:
        found[place] = Leap(way.target, seconds, way.queued_s, inside, way.circle)
