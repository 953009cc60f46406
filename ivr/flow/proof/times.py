"""The longest time from a place in a flow until a caller's wait is over (flow-engine.md 2).

A flow is walked node by node. Kept beside the node: how often counted nodes of the same loop were
visited (so that `visits('n')` unrolls it), and how many seconds of prompts are queued (a lookup
runs behind them). A node met again while it is still open means that the wait may never end.
Everything data can do is taken in the worst way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.model import ERROR, EXIT_PREFIX, Flow
from ivr.flow.proof.circles import components
from ivr.flow.proof.guards import NOTHING, Known, watched
from ivr.flow.proof.passing import Passing
from ivr.flow.proof.reach import OVER, End, Leap, Question, Reach, Stand
from ivr.flow.proof.ways import flows_of, running

if TYPE_CHECKING:
    from ivr.flow.model import Step

Ends: TypeAlias = Mapping[End, Reach]

QUEUE_STEPS_PER_S = 20
"""Queued seconds are rounded down to a twentieth, which can only make the proven time longer."""
MOST_STATES = 1000
"""States of the counters of one loop that are told apart."""
MOST_COUNTS = 256
"""States of counters looked at where a caller may come from anywhere."""


@dataclass(slots=True)
class Clock:
    """All flows of a bundle under one question; each way into a sub-flow is worked out once."""

    question: Question
    _times: dict[str, FlowTimes] = field(default_factory=dict)
    _after_error: Reach | None = None
    _most_queued_s: float = -1.0

    def flow(self, name: str) -> FlowTimes | None:
        """The times of one flow, None if the bundle does not have it."""
        flow = flows_of(self.question.bundle).get(name)
        if flow is not None and name not in self._times:
            self._times[name] = FlowTimes(flow, self)
        return self._times.get(name)

    def root(self) -> FlowTimes:
        """The times of the flow that calls begin in."""
        times = self.flow(self.question.bundle.root.name)
        assert times is not None  # noqa: S101 - a bundle has its root
        return times

    def ends_of(self, name: str, queued_s: float) -> Ends | None:
        """Every end of a sub-flow walked from its start."""
        times = self.flow(name)
        return None if times is None else times.from_node(times.flow.start, self.kept(queued_s))

    def after_error(self) -> Reach:
        """From a fault: through `rescue.error`, where a second fault ends the call."""
        if self._after_error is None:
            lost = Reach(self.question.lost_s)
            self._after_error = lost
            node = self.question.bundle.root.rescue.error
            ends = FlowTimes(self.question.bundle.root, self).from_node(node) if node else {}
            self._after_error = ends.get(End(OVER), lost)
        return self._after_error

    def kept(self, queued_s: float) -> float:
        """Queued seconds as far as any lookup can make use of them."""
        if self._most_queued_s < 0:
            self._most_queued_s = max([0.0, *self._lookups()])
        used = min(queued_s, self._most_queued_s)
        return math.floor(used * QUEUE_STEPS_PER_S) / QUEUE_STEPS_PER_S

    def _lookups(self) -> Iterator[float]:
        """The longest time of each step that gets shorter when prompts are queued before it."""
        for flow in flows_of(self.question.bundle).values():
            long, short = self.question.timing(flow), self.question.timing(flow, math.inf)
            for step in (step for node in flow.nodes.values() for step in node.steps):
                spec = self.question.specs[step.verb]
                if spec.waits and not spec.listens:
                    bounds = spec.bounds(step, long)
                    if bounds != spec.bounds(step, short):
                        yield max(bounds.values())


class FlowTimes:
    """The longest times inside one flow."""

    def __init__(self, flow: Flow, clock: Clock) -> None:
        self.flow = flow
        self._clock = clock
        self._passing = Passing(flow, clock.question, clock.ends_of, clock.kept)
        self._limits = watched(flow)
        self._loops = self._find_loops()
        self._counters = self._find_counters()
        self._ends: dict[Stand, Ends] = {}

    def from_node(self, node: str, queued_s: float = 0.0) -> Ends:
        """Every end that can be reached from entering a node for the first time."""
        if node not in self.flow.nodes:
            return {}
        stand = self._entered(node, queued_s)
        self._solve(stand)
        return self._ends[stand]

    def from_step(self, step: Step, exit_taken: str = "") -> Ends:
        """The same from a step in the middle of a node, whatever was visited before. With
        `exit_taken` from the moment at which the step is left by this exit."""
        found: dict[End, Reach] = {}
        for counts in self._possible_counts(step.node):
            stand = Stand(step.node, counts)
            leaps = self._passing.leaps(step.node, self._known(stand), 0.0, step.index, exit_taken)
            for leap in leaps:
                self._solve(self._target(stand, leap))
                self._merge(found, stand, leap)
        return found

    def _possible_counts(self, node: str) -> list[tuple[int, ...]]:
        """Every state of the counters; only the fresh one if there are too many."""
        names = self._counted(node)
        ranges = [range(int(name == node), self._limits[name] + 2) for name in names]
        if math.prod(len(each) for each in ranges) > MOST_COUNTS:
            return [tuple(each[0] for each in ranges)]
        return list(product(*ranges))

    def _find_loops(self) -> Mapping[str, tuple[str, ...]]:
        """Node -> the nodes of the loop it lies in."""
        ahead = {
            name: [
                way.target for step in running(node) for way in self._passing.ways(step, NOTHING)
            ]
            for name, node in self.flow.nodes.items()
        }
        return {node: part for part in components(ahead) for node in part}

    def _counted(self, node: str) -> tuple[str, ...]:
        return self._counters[self._loops[node]]

    def _find_counters(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Loop -> its counted nodes. Of dozens some are left out: their guards then hold or not."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for part in self._loops.values():
            names: list[str] = []
            states = 1
            for name in part:
                states *= self._limits.get(name, -1) + 2
                if name in self._limits and states <= MOST_STATES:
                    names.append(name)
            found[part] = tuple(names)
        return found

    def _known(self, stand: Stand) -> Known:
        return Known(dict(zip(self._counted(stand.node), stand.counts, strict=True)))

    def _entered(self, node: str, queued_s: float, before: Stand | None = None) -> Stand:
        """Standing at the start of a node; counters go on only inside one loop."""
        names = self._counted(node)
        counts = dict.fromkeys(names, 0)
        if before is not None and self._loops[before.node] is self._loops[node]:
            counts = dict(zip(names, before.counts, strict=True))
        if node in counts:
            counts[node] = min(counts[node], self._limits[node]) + 1
        return Stand(node, tuple(counts.values()), queued_s)

    def _target(self, stand: Stand, leap: Leap) -> Stand | None:
        """The node that a leap leads to, None if it leads out of the flow."""
        if leap.target not in self.flow.nodes:
            return None
        return self._entered(leap.target, leap.queued_s, stand)

    def _leaps(self, stand: Stand) -> list[Leap]:
        return self._passing.leaps(stand.node, self._known(stand), stand.queued_s)

    def _solve(self, start: Stand | None) -> None:
        """Depth-first without recursion; a stand that is open when it is met again is a circle."""
        if start is None or start in self._ends:
            return
        leaps = {start: self._leaps(start)}
        path = [(start, iter(leaps[start]))]
        circles: dict[tuple[Stand, Stand], tuple[str, ...]] = {}
        while path:
            stand, left = path[-1]
            leap = next(left, None)
            if leap is None:
                path.pop()
                self._settle(stand, leaps.pop(stand), circles)
                continue
            target = self._target(stand, leap)
            if target in leaps:
                circles[stand, target] = self._circle([each for each, _left in path], target)
            elif target is not None and target not in self._ends:
                leaps[target] = self._leaps(target)
                path.append((target, iter(leaps[target])))

    def _circle(self, path: list[Stand], met: Stand) -> tuple[str, ...]:
        around = path[path.index(met) :]
        return tuple(self._label(stand.node) for stand in (*around, met))

    def _settle(
        self,
        stand: Stand,
        leaps: list[Leap],
        circles: Mapping[tuple[Stand, Stand], tuple[str, ...]],
    ) -> None:
        found: dict[End, Reach] = {}
        for leap in leaps:
            target = self._target(stand, leap)
            circle = circles.get((stand, target)) if target is not None else None
            if circle is None:
                self._merge(found, stand, leap)
            else:
                names = (self._label(stand.node), *leap.inside)
                self._take(found, End(OVER), Reach(math.inf, names, None, circle))
        self._ends[stand] = found

    def _merge(self, found: dict[End, Reach], stand: Stand, leap: Leap) -> None:
        names = (self._label(stand.node), *leap.inside)
        for end, rest in self._after(stand, leap).items():
            whole = Reach(leap.seconds + rest.seconds, names, rest, leap.circle)
            self._take(found, end, whole)

    def _after(self, stand: Stand, leap: Leap) -> Ends:
        """What comes after a leap."""
        target = self._target(stand, leap)
        if target is not None:
            return self._ends[target]
        if leap.target == ERROR and self.flow.name == self._clock.question.bundle.root.name:
            return {End(OVER): self._clock.after_error()}
        leaves = leap.target == ERROR or leap.target.startswith(EXIT_PREFIX)
        if leap.target == OVER or leaves:
            return {End(leap.target, leap.queued_s if leaves else 0.0): Reach(0.0)}
        return {}

    def _take(self, found: dict[End, Reach], end: End, reach: Reach) -> None:
        known = found.get(end)
        if known is None or reach.seconds > known.seconds:
            found[end] = reach

    def _label(self, node: str) -> str:
        is_root = self.flow.name == self._clock.question.bundle.root.name
        return node if is_root else f"{self.flow.name}.{node}"
