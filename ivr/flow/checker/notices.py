"""Checks that callers are told before they are recorded, by a flow or by a queue (F705)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.flow.checker.graph import AWAY
from ivr.flow.checker.parts import key_place
from ivr.flow.checker.tell import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.world import World

_TELLING = ("notice", "consent", "refuse_key", "refused", "barge_in")
TOO_EARLY = frozenset({"rescue.error", "rescue.hangup"})
"""Ways on which a call may be before or after whatever its flow has said."""


def check_notices(study: Study) -> Iterator[Problem]:
    """F705: a recording that the flow begins, or a queue that it leads to, without a notice; and a
    notice of nothing."""
    untold = _untold(study)
    for point in study.graph.points:
        step = point.step
        fields: Any = step.fields
        if step.verb == "record" and fields.record == "start" and not fields.notice:
            yield warning("F705", step.at, "recording starts without a notice")
        yield from _in_vain(step)
        for queue in recorded_queues(step, study.world) if point.number in untold else ():
            if not _tells_itself(queue, study.flow, study.world):
                message = f"queue {queue} records its talks, and nothing tells callers before"
                yield warning("F705", step.at, message)


def _in_vain(step: Step) -> Iterator[Problem]:
    """Nobody is told or asked where nothing begins."""
    fields: Any = step.fields
    if step.verb != "record" or fields.record == "start" or step.raw is None:
        return
    for name in _TELLING:
        if step.raw.get(name) is not None:
            message = f"record: {fields.record} tells and asks nobody; {name} has no effect"
            yield warning("F705", key_place(step, name), message)


def recorded_queues(step: Step, world: World) -> tuple[str, ...]:
    """The queues with recorded talks in which a step may let callers wait, itself or by overflow,
    in the order in which they come to them."""
    fields: Any = step.fields
    shapes = world.waits_from(str(fields.queue.name)) if step.verb == "queue" else ()
    return tuple(one.name for one in shapes if one.taping is not None)


def _tells_itself(queue: str, flow: Flow, world: World) -> bool:
    taping = world.queue_shapes[queue].taping
    return taping is not None and taping.notice in flow.prompts


def _untold(study: Study) -> set[int]:
    """The steps that some caller gets to without having been told; none in a sub-flow where any
    flow around it tells."""
    others = [one for one in _flows(study.bundle) if one.name != study.flow.name]
    if study.flow.name != study.bundle.root.name and any(map(_has_notice, others)):
        return set()
    starts = study.graph.starts.items()
    work = [number for number, (_facts, label) in starts if label not in TOO_EARLY]
    seen = set(work)
    while work:
        number = work.pop()
        step = study.graph.points[number].step
        edges = study.graph.edges_from.get(number, ())
        if _tells(study, step):
            edges = tuple(edge for edge in edges if edge.tests == ((step.only, False),))
        fresh = {edge.target for edge in edges if edge.target != AWAY} - seen
        seen |= fresh
        work += fresh
    return seen


def _tells(study: Study, step: Step) -> bool:
    """Whether callers know after this step that they are recorded."""
    fields: Any = step.fields
    if step.verb == "run":
        inner = study.bundle.flows.get(str(fields.run.name))
        return inner is not None and _has_notice(inner)
    return _is_notice(step)


def _flows(bundle: Bundle) -> tuple[Flow, ...]:
    return (bundle.root, *bundle.flows.values())


def _has_notice(flow: Flow) -> bool:
    return any(_is_notice(step) for node in flow.nodes.values() for step in node.steps)


def _is_notice(step: Step) -> bool:
    fields: Any = step.fields
    return step.verb == "record" and fields.record == "start" and bool(fields.notice)
