"""The exits that tests are counted by: each written target, except a bare `go`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.problem import Position
from ivr.flow.model import ERROR, NEXT, Bundle, Flow, Step
from ivr.flow.reader_tree import List, Map, Node, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class ExitPlace:
    """One exit. name: `flow.node.verb.exit`, or `flow.always.key`; the second step of a verb in
    a node is `verb~2`."""

    name: str
    flow: str
    node: str
    exit: str
    at: Position


def exits_of(bundle: Bundle) -> tuple[ExitPlace, ...]:
    """Every written exit of a flow and its sub-flows, in the order written."""
    flows = (bundle.root, *(flow for flow in bundle.flows.values() if flow is not bundle.root))
    return tuple(place for flow in flows for place in (*_of_flow(flow), *_always(flow)))


def exit_name(bundle: Bundle, facts: Mapping[str, object]) -> str:
    """The name of the exit that a note `exit` or `always` tells of."""
    if "key" in facts:
        return f"{facts['flow']}.always.{facts['key']}"
    flow = bundle.flows[str(facts["flow"])]
    step_id = str(facts["step"])
    steps = flow.nodes[step_id.partition("#")[0]].steps
    step = next(step for step in steps if step.id == step_id)
    return f"{step_name(flow, step)}.{facts['exit']}"


def step_name(flow: Flow, step: Step) -> str:
    """`flow.node.verb`, with `~2` for the second step of that verb in the node."""
    steps = flow.nodes[step.node].steps
    alike = [one.index for one in steps if one.verb == step.verb]
    count = alike.index(step.index) + 1
    return f"{flow.name}.{step.node}.{step.verb}" + (f"~{count}" if count > 1 else "")


def _of_flow(flow: Flow) -> Iterator[ExitPlace]:
    for node in flow.nodes.values():
        for step in node.steps:
            name = step_name(flow, step)
            for exit_, target in step.exits.targets.items():
                if step.verb != "go" and _is_written(step, exit_, target):
                    at = _place(step, exit_)
                    yield ExitPlace(f"{name}.{exit_}", flow.name, node.name, exit_, at)


def _always(flow: Flow) -> Iterator[ExitPlace]:
    for key, known in (flow.always or {}).items():
        at = known.at or Position(flow.file)
        yield ExitPlace(f"{flow.name}.always.{key}", flow.name, "always", key, at)


def _is_written(step: Step, exit_: str, target: str) -> bool:
    """An exit with a field of its own counts if that field is there; `next` and defaults do not."""
    if step.raw is not None and step.raw.get(exit_) is not None:
        return True
    own_field = exit_ in type(step.fields).model_fields
    return not own_field and target not in {NEXT, ERROR}


def _place(step: Step, exit_: str) -> Position:
    """Where the exit stands: its own field, a key of the menu or queue, a branch, or the step."""
    if step.raw is None:
        return step.at
    main = step.raw.entries[0].value
    paths = ((exit_,), ("keys", exit_.removeprefix("key ")), (step.verb, exit_))
    for path in paths:
        if _has(step.raw, path):
            return locate(step.raw, path, key=True)
    if isinstance(main, List) and exit_.isdecimal() and int(exit_) <= len(main.items):
        return main.items[int(exit_) - 1].at
    return step.at


def _has(node: Node | None, path: tuple[str, ...]) -> bool:
    for part in path:
        node = node.get(part) if isinstance(node, Map) else None
    return node is not None
