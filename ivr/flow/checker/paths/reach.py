"""Finds what never runs, what leads nowhere, and speech for a caller who has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.flow.checker.tell import error
from ivr.flow.proof.ways import (
    flows_of,
    is_open_ended,
    leads_on,
    live_roots,
    reached,
    running,
    sub_flow_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.model import Bundle, Flow, Node
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

LAST = "end it with go, menu, queue, transfer, voicemail, split or hangup"


def check_reach(bundle: Bundle, specs: Mapping[str, VerbSpec], _world: World) -> Iterator[Problem]:
    """F107 (survey), F109, F110, F111 and F601 of every flow of a bundle."""
    for flow in flows_of(bundle).values():
        live = _live(flow)
        yield from _never_run(flow)
        yield from _open_ended(flow, live)
        yield from _unreached(flow, live)
    yield from _spoken_to_nobody(bundle, specs)


def _live(flow: Flow) -> Mapping[str, None]:
    """The nodes in which a caller may be there; of a sub-flow all that it reaches."""
    return reached(flow, live_roots(flow))


def _never_run(flow: Flow) -> Iterator[Problem]:
    for node in flow.nodes.values():
        ran = len(running(node))
        if ran < len(node.steps):
            message = "this step never runs: the one before always leads on"
            yield error("F109", node.steps[ran].at, message)


def _open_ended(flow: Flow, live: Mapping[str, None]) -> Iterator[Problem]:
    """Only the last node of the final region may simply end."""
    final = reached(flow, (flow.rescue.hangup,))
    for node in flow.nodes.values():
        only_final = node.name in final and node.name not in live
        if only_final and not flow.is_sub_flow:
            continue
        if is_open_ended(node):
            yield error("F110", node.at, f'node "{node.name}" does not lead on', LAST)
        yield from _survey_unanswered(node)


def _survey_unanswered(node: Node) -> Iterator[Problem]:
    """Only when the caller has gone may a survey do without `done`."""
    for step in running(node)[:-1]:
        fields: Any = step.fields
        if step.verb == "survey" and fields.done is None:
            yield error("F107", step.at, 'survey must say where "done" leads')


def _unreached(flow: Flow, live: Mapping[str, None]) -> Iterator[Problem]:
    final = reached(flow, (flow.rescue.hangup,))
    for node in flow.nodes.values():
        if node.name not in live and node.name not in final:
            yield error("F601", node.at, f'node "{node.name}" is never reached')


def _spoken_to_nobody(bundle: Bundle, specs: Mapping[str, VerbSpec]) -> Iterator[Problem]:
    """F111: from `rescue.hangup` on, also in the flows it runs; no further than the first."""
    flows = flows_of(bundle)
    work = [(bundle.root.name, bundle.root.rescue.hangup)]
    seen: dict[tuple[str, str], None] = {}
    while work:
        place = work.pop()
        flow, node = flows[place[0]], flows[place[0]].nodes.get(place[1])
        if place in seen or node is None:
            continue
        seen[place] = None
        for step in running(node):
            if not specs[step.verb].final:
                message = f"{step.verb} cannot run here: the caller has hung up"
                yield error("F111", step.at, f"{message} (reached from rescue.hangup)")
                break
            work += [(flow.name, str(target)) for target in step.exits.targets.values()]
            inner = flows.get(sub_flow_of(step))
            if inner is not None:
                work.append((inner.name, inner.start))
            if leads_on(step):
                break
