"""Warnings about a flow that loads: what is never read, not built yet, or not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.problem import Position
from ivr.flow.load.leaves import (
    expression_of,
    flows_run_by,
    key_place,
    leaves,
    steps_of,
)
from ivr.flow.model import NEXT, Flow
from ivr.flow.reader_tree import Map, Node, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.flow.load.findings import Findings
    from ivr.flow.spec import VerbSpec

RUN = "run"
"""The verb whose time is that of the flow it runs."""


def check_unbuilt(flow: Flow, specs: Mapping[str, VerbSpec], findings: Findings) -> None:
    """F121: steps that the engine can only pass by, and fields that it leaves out of account."""
    for step in steps_of(flow):
        spec = specs[step.verb]
        for path in spec.later:
            if step.raw is not None and _is_written(step.raw, path):
                at, name = locate(step.raw, path, key=True), ".".join(path)
                message = f"{step.verb}.{name} is not built yet and has no effect"
                findings.warning("F121", at, message)
        if spec.built:
            continue
        goes = f'takes its exit "{spec.instead}"' if spec.instead != NEXT else "goes on"
        message = f"{step.verb} is not built yet: the call {goes}"
        findings.warning("F121", step.at, message)


def _is_written(raw: Node, path: tuple[str, ...]) -> bool:
    node: Node | None = raw
    for name in path:
        node = node.get(name) if isinstance(node, Map) else None
    return node is not None


def check_reads(flow: Flow, findings: Findings) -> None:
    """F207: variables and inputs that no expression and no prompt reads."""
    read = {path[0] for path in _expressions(flow)} | {path[0] for path in _inserts(flow)}
    for what, declared in (("variable", flow.variables), ("input", flow.inputs)):
        for name, variable in declared.items():
            if name not in read:
                at = variable.at or Position(flow.file)
                findings.warning("F207", at, f'{what} "{name}" is never read')


def _expressions(flow: Flow) -> list[tuple[str, ...]]:
    found = [expression_of(leaf) for step in steps_of(flow) for _path, leaf in leaves(step.fields)]
    return [path for expression in found if expression is not None for path in expression.reads]


def _inserts(flow: Flow) -> list[tuple[str, ...]]:
    return [
        insert.path
        for texts in flow.prompts.values()
        for text in texts.values()
        for insert in text.template.inserts
    ]


def check_unbroken(
    flows: Mapping[str, Flow], specs: Mapping[str, VerbSpec], findings: Findings
) -> None:
    """F115: `unbroken` where no caller waits for an agent, or at a step that takes no time."""
    walked = _walked_while_waiting(flows)
    for flow in flows.values():
        for step in steps_of(flow):
            if not step.fields.unbroken:
                continue
            at = key_place(step, "unbroken")
            if flow.name not in walked:
                message = f"no queue has {flow.name} as its wait.flow: unbroken has no effect"
                findings.warning("F115", at, message)
            elif not specs[step.verb].waits and step.verb != RUN:
                message = f"{step.verb} does not wait for the caller: unbroken has no effect"
                findings.warning("F115", at, message)


def _walked_while_waiting(flows: Mapping[str, Flow]) -> frozenset[str]:
    """The flows that queues name as `wait.flow`, and all that are run by these."""
    waits: Iterable[Any] = (
        getattr(step.fields, "wait", None) for flow in flows.values() for step in steps_of(flow)
    )
    work = [str(wait.flow.name) for wait in waits if getattr(wait, "flow", None) is not None]
    seen: set[str] = set()
    while work:
        name = work.pop()
        if name in flows and name not in seen:
            seen.add(name)
            work += [inner for inner, step in flows_run_by(flows[name]) if step.verb == RUN]
    return frozenset(seen)


def check_rescue(flow: Flow, findings: Findings) -> None:
    """F805: a root flow that does not say what happens when something breaks."""
    if flow.is_sub_flow or flow.raw is None or "rescue" in findings.excused(flow.raw.at):
        return
    key = "rescue" if flow.raw.get("rescue") is not None else "flow"
    at = locate(flow.raw, (key,), key=True)
    if not flow.rescue.error:
        message = "no rescue.error: a fault would end the call with the built-in apology"
        findings.warning("F805", at, message)
    if not flow.rescue.emergency:
        message = "no rescue.emergency: the emergency switch would change nothing here"
        findings.warning("F805", at, message)
