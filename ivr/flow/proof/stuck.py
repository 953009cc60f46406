"""From which menu or question the worst caller waits longest, wherever valid input led before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ivr.flow.model import ERROR
from ivr.flow.proof.reach import OVER, End, Reach
from ivr.flow.proof.ways import (
    always_targets,
    exit_name,
    flows_of,
    live_roots,
    reached,
    running,
    sub_flow_of,
    wait_flows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.proof.times import Clock, Ends


class Stuck(NamedTuple):
    """The longest wait and where it begins: `node.verb`, in a sub-flow `flow.node.verb`."""

    point: str
    reach: Reach


def longest_stuck(clock: Clock) -> Stuck | None:
    """The longest over all listening steps that callers can come to; None without one."""
    search = _Search(clock)
    found = list(search.each())
    return max(found, key=lambda each: each.reach.seconds, default=None)


def listening_steps(bundle: Bundle, flow: Flow) -> Iterator[Step]:
    """The steps of a flow that run while the caller is there."""
    roots = live_roots(flow) if flow is bundle.root else (flow.start, *always_targets(flow))
    nodes = reached(flow, roots)
    return (step for name in flow.nodes if name in nodes for step in running(flow.nodes[name]))


class _Search:
    """Goes through every flow; what follows after a sub-flow depends on who runs it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bundle = clock.question.bundle
        self._callers = self._find_callers()
        self._after: dict[tuple[str, str], Reach | None] = {}

    def each(self) -> Iterator[Stuck]:
        """The wait from each listening step; those of wait flows end with the queue's own wait."""
        waiting = wait_flows(self._bundle)
        for flow in flows_of(self._bundle).values():
            times = None if flow.name in waiting else self._clock.flow(flow.name)
            for step in listening_steps(self._bundle, flow) if times is not None else ():
                if not self._clock.question.specs[step.verb].listens or times is None:
                    continue
                reach = self._to_the_end(flow.name, times.from_step(step))
                if reach is not None:
                    yield Stuck(self._point(flow, step), reach)

    def _point(self, flow: Flow, step: Step) -> str:
        inside = "" if flow is self._bundle.root else f"{flow.name}."
        return f"{inside}{step.node}.{step.verb}"

    def _find_callers(self) -> Mapping[str, list[tuple[str, Step]]]:
        found: dict[str, list[tuple[str, Step]]] = {name: [] for name in flows_of(self._bundle)}
        for flow in flows_of(self._bundle).values():
            for step in listening_steps(self._bundle, flow):
                if sub_flow_of(step) in found:
                    found[sub_flow_of(step)].append((flow.name, step))
        return found

    def _to_the_end(self, flow: str, ends: Ends) -> Reach | None:
        """The longest of all ends, those of a sub-flow followed through its callers."""
        found: Reach | None = None
        for end, reach in ends.items():
            after = Reach(0.0) if end == End(OVER) else self._after_exit(flow, end.name)
            if after is None:
                continue
            names, circle = (*reach.way(), *after.way()), reach.round() or after.round()
            whole = Reach(reach.seconds + after.seconds, names, None, circle)
            if found is None or whole.seconds > found.seconds:
                found = whole
        return found

    def _after_exit(self, flow: str, name: str) -> Reach | None:
        """The longest way on after a sub-flow took an exit, over all places that run it."""
        if name == ERROR:
            return self._clock.after_error()
        place = (flow, name)
        if place not in self._after:
            self._after[place] = None
            reaches = [self._in_caller(caller, step, name) for caller, step in self._callers[flow]]
            known = [reach for reach in reaches if reach is not None]
            self._after[place] = max(known, key=lambda reach: reach.seconds, default=None)
        return self._after[place]

    def _in_caller(self, caller: str, step: Step, name: str) -> Reach | None:
        times = self._clock.flow(caller)
        if times is None:
            return None
        return self._to_the_end(caller, times.from_step(step, exit_name(name)))
