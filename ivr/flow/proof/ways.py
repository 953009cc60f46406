"""The ways out of steps and nodes as written: who leads where, and what never runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.flow.load.leaves import flows_run_by
from ivr.flow.model import EXIT_PREFIX, NEXT, Bundle, Flow, Node, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.flow.spec import VerbSpec

SKIPPED = "skipped"
"""The way past a step whose `only` is false."""


class Way(NamedTuple):
    """One way out of a step: the exit's name and its target as written."""

    exit: str
    target: str


def ways_of(step: Step) -> tuple[Way, ...]:
    """Every way out, in the order written; the way past it last."""
    found = tuple(Way(name, str(target)) for name, target in step.exits.targets.items())
    return found if step.only is None else (*found, Way(SKIPPED, NEXT))


def leads_on(step: Step) -> bool:
    """Whether nothing after this step can ever run."""
    goes_on = NEXT in step.exits.targets.values() or step.only is not None
    return step.exits.ends and not goes_on


def running(node: Node) -> tuple[Step, ...]:
    """The steps that can run: up to the first that always leads on."""
    for count, step in enumerate(node.steps, start=1):
        if leads_on(step):
            return node.steps[:count]
    return node.steps


def is_open_ended(node: Node) -> bool:
    """Whether a caller may come past the last step."""
    return not node.steps or not leads_on(running(node)[-1])


def targets_of(node: Node) -> tuple[str, ...]:
    """Every target of a node beside `next`, also those of steps that never run, each once."""
    written = (way.target for step in node.steps for way in ways_of(step))
    return tuple(dict.fromkeys(target for target in written if target != NEXT))


def sub_flow_of(step: Step) -> str:
    """The name of the flow that a `run` walks; "" for other verbs."""
    if step.verb != "run":
        return ""
    fields: Any = step.fields
    return str(fields.run.name)


def exit_name(target: str) -> str:
    """`exit.failed` as the name of the exit of the `run` that it takes: `failed`; `next` = done."""
    name = target.removeprefix(EXIT_PREFIX)
    return NEXT if name == "done" else name


def flows_of(bundle: Bundle) -> Mapping[str, Flow]:
    """Every flow of a bundle by name, the root first."""
    return {bundle.root.name: bundle.root, **bundle.flows}


def wait_flows(bundle: Bundle) -> frozenset[str]:
    """The flows that callers walk while they wait in a queue."""
    steps = (step for flow in flows_of(bundle).values() for step in steps_of(flow))
    waits = (getattr(step.fields, "wait", None) for step in steps if step.verb == "queue")
    named = (getattr(wait, "flow", None) for wait in waits)
    return frozenset(str(one.name) for one in named if one is not None)


def steps_of(flow: Flow) -> Iterable[Step]:
    """Every step of a flow that can run, in the order written."""
    return (step for node in flow.nodes.values() for step in running(node))


def always_targets(flow: Flow) -> tuple[str, ...]:
    """The nodes that the flow's own always-keys lead to."""
    return tuple(key.go for key in (flow.always or {}).values() if key.go)


def reached(flow: Flow, roots: Iterable[str]) -> Mapping[str, None]:
    """Every node that some way from these nodes leads to, the roots too."""
    seen: dict[str, None] = {}
    work = [root for root in roots if root in flow.nodes]
    while work:
        name = work.pop()
        if name not in seen:
            seen[name] = None
            work.extend(target for target in targets_of(flow.nodes[name]) if target in flow.nodes)
    return seen


def live_roots(flow: Flow) -> tuple[str, ...]:
    """Where a caller who is there may come in: all but `rescue.hangup`."""
    rescue = flow.rescue
    return (flow.start, rescue.error, rescue.emergency, *always_targets(flow))


def always_in_force(bundle: Bundle) -> Mapping[str, tuple[Flow, ...]]:
    """For each flow the flows whose always-keys may be valid in it: its own, else its callers'."""
    flows = flows_of(bundle)
    owners: dict[str, dict[str, Flow]] = {name: {} for name in flows}
    work = [(bundle.root, bundle.root)]
    while work:
        flow, outer = work.pop()
        owner = outer if flow.always is None else flow
        if owner.name in owners[flow.name]:
            continue
        owners[flow.name][owner.name] = owner
        inner = (name for name, _step in flows_run_by(flow) if name in flows)
        work.extend((flows[name], owner) for name in inner)
    return {name: tuple(found.values()) for name, found in owners.items()}


def always_works(step: Step, specs: Mapping[str, VerbSpec]) -> bool:
    """Whether always-keys are taken in this step."""
    return specs[step.verb].listens and bool(getattr(step.fields, "always", False))
