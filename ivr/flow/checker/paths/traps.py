"""Finds nodes from which nobody gets out, to a person, voicemail, callback or goodbye."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checker.paths.endless import endless_nodes
from ivr.flow.checker.tell import error
from ivr.flow.model import ERROR, EXIT_PREFIX
from ivr.flow.proof.circles import components
from ivr.flow.proof.ways import (
    always_in_force,
    always_targets,
    always_works,
    flows_of,
    is_open_ended,
    live_roots,
    reached,
    running,
    sub_flow_of,
    targets_of,
    wait_flows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle, Flow, Node
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World


def check_traps(bundle: Bundle, specs: Mapping[str, VerbSpec], _world: World) -> Iterator[Problem]:
    """F602, once for nodes that lead to each other and nowhere else. Not of flows that play while a
    caller waits in a queue: the queue ends them. A loop told of as F603 is not told of again."""
    waiting = wait_flows(bundle)
    for flow in flows_of(bundle).values():
        if flow.name in waiting:
            continue
        free = _Exits(flow, bundle, specs).free()
        endless = endless_nodes(bundle, flow, specs)
        for part in _dead_ends(flow, free):
            if endless.keys().isdisjoint(part):
                first = next(name for name in flow.nodes if name in part)
                told = f'trap: from "{first}" no way leads to a person, voicemail, callback'
                yield error("F602", flow.nodes[first].at, f"{told} or goodbye")


def _dead_ends(flow: Flow, free: Mapping[str, None]) -> Iterator[tuple[str, ...]]:
    """Of the nodes not free those parts that lead nowhere else."""
    live = reached(flow, live_roots(flow))
    caught = [name for name in flow.nodes if name in live and name not in free]
    ahead = {
        name: [one for one in targets_of(flow.nodes[name]) if one in caught] for name in caught
    }
    for part in components(ahead):
        if all(one in part for name in part for one in ahead[name]):
            yield part


class _Exits:
    """Which nodes of a flow lead out of it, or to a human step."""

    def __init__(self, flow: Flow, bundle: Bundle, specs: Mapping[str, VerbSpec]) -> None:
        self._flow = flow
        self._flows = flows_of(bundle)
        self._specs = specs
        owners = always_in_force(bundle)[flow.name]
        self._unwinds = any(owner is not flow and always_targets(owner) for owner in owners)

    def free(self) -> Mapping[str, None]:
        """The nodes from which some way leads out."""
        nodes = self._flow.nodes
        into: dict[str, list[str]] = {name: [] for name in nodes}
        for name, node in nodes.items():
            for target in self._targets(node):
                into.get(target, []).append(name)
        found: dict[str, None] = {}
        work = [name for name, node in nodes.items() if self._leads_out(node)]
        while work:
            name = work.pop()
            if name not in found:
                found[name] = None
                work.extend(into[name])
        return found

    def _hears_always(self, node: Node) -> bool:
        return any(always_works(step, self._specs) for step in running(node))

    def _targets(self, node: Node) -> tuple[str, ...]:
        always = always_targets(self._flow) if self._hears_always(node) else ()
        return (*targets_of(node), *always)

    def _leads_out(self, node: Node) -> bool:
        """A human step, an exit, `rescue.error`; an open end has a message of its own (F110)."""
        if is_open_ended(node) or (self._unwinds and self._hears_always(node)):
            return True
        if any(one == ERROR or one.startswith(EXIT_PREFIX) for one in targets_of(node)):
            return True
        steps = running(node)
        inner = (self._flows.get(sub_flow_of(step)) for step in steps)
        return any(self._specs[step.verb].human for step in steps) or any(
            self._has_human(flow) for flow in inner if flow is not None
        )

    def _has_human(self, flow: Flow) -> bool:
        steps = (step for node in flow.nodes.values() for step in node.steps)
        return any(self._specs[step.verb].human for step in steps)
