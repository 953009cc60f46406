"""Reads one flow file into a flow: its top, its variables, its nodes, and no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.load.heads import (
    Head,
    always_of,
    promises_of,
    rescue_of,
    resume_of,
    uses_of,
)
from ivr.flow.load.steps import MOST_NODES, StepReader
from ivr.flow.load.variables import Types, read_variables
from ivr.flow.model import Flow, Node, Variable
from ivr.flow.reader_tree import Map
from ivr.flow.types import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.flow.load.findings import Findings
    from ivr.flow.spec import VerbSpec


def outputs_of(
    head: Head, types: Types, seen: dict[str, Position], findings: Findings
) -> dict[str, Variable]:
    """The outputs of a sub-flow, read first: other flows name them as a record."""
    return read_variables(head.raw, "outputs", types, seen, findings)


def record_of(name: str, outputs: Mapping[str, Variable]) -> Type:
    """What `run` writes into a variable: a record called like the flow, of its outputs."""
    return Type(name, fields={output: variable.type for output, variable in outputs.items()})


def read_flow(
    head: Head,
    outputs: Mapping[str, Variable],
    types: Types,
    seen: dict[str, Position],
    specs: Mapping[str, VerbSpec],
    findings: Findings,
) -> Flow:
    """The flow, with all that could be read of it; prompts come later."""
    inputs = read_variables(head.raw, "inputs", types, seen, findings)
    variables = read_variables(head.raw, "vars", types, seen, findings)
    nodes = _nodes(head, specs, findings)
    fields = head.fields
    return Flow(
        name=head.name,
        file=head.raw.at.file,
        languages=fields.languages,
        start=fields.start,
        nodes=nodes,
        uses=uses_of(fields),
        variables=variables,
        inputs=inputs,
        outputs=outputs,
        exits=fields.exits,
        is_sub_flow=bool(inputs or outputs or fields.exits),
        listen=head.listen,
        always=always_of(head),
        rescue=rescue_of(fields),
        promises=promises_of(fields),
        resume=resume_of(head, findings),
        raw=head.raw,
    )


def _nodes(head: Head, specs: Mapping[str, VerbSpec], findings: Findings) -> dict[str, Node]:
    written = head.raw.get("nodes")
    if not isinstance(written, Map):
        return {}
    if len(written.entries) > MOST_NODES:
        message = f"{len(written.entries)} nodes, at most {MOST_NODES}"
        findings.error("F005", written.at, message)
    entries = written.entries[:MOST_NODES]
    names = tuple(entry.key.value for entry in entries)
    reader = StepReader(specs, names, head.listen, findings)
    nodes = (reader.node(entry) for entry in entries)
    return {node.name: node for node in nodes}
