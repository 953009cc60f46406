"""Reads nodes: each step is a map whose first key is its verb (flow-language.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from ivr.domain.scalars import nearest
from ivr.flow.fields import Exit, Fields
from ivr.flow.load.findings import Findings, lone, meant
from ivr.flow.load.listening import listening_of
from ivr.flow.load.names import check_name
from ivr.flow.load.shapes import Complaint, names_of, shape
from ivr.flow.model import EXIT_PREFIX, NEXT, Listening, Node, Step
from ivr.flow.reader_tree import Entry, List, Map, Text
from ivr.flow.reader_tree import Node as Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from ivr.flow.spec import VerbSpec

MOST_NODES = 500
MOST_STEPS = 100


@dataclass(slots=True)
class StepReader:
    """Reads the steps of one flow. nodes: the names that targets may mean."""

    specs: Mapping[str, VerbSpec]
    nodes: tuple[str, ...]
    listen: Listening
    findings: Findings
    _ids: dict[str, int] = field(default_factory=dict)

    def node(self, entry: Entry) -> Node:
        """One node; steps that cannot be read are noted and left out."""
        name, written = entry.key.value, entry.value
        check_name(name, entry.key.at, self.findings)
        if not isinstance(written, List):
            message = f'node "{name}" wants a list of steps; begin each with "- "'
            self.findings.error("F103", written.at, message)
            return Node(name, (), entry.key.at)
        if not written.items:
            self.findings.error("F103", written.at, f'node "{name}" has no steps')
        if len(written.items) > MOST_STEPS:
            message = f'node "{name}" has {len(written.items)} steps, at most {MOST_STEPS}'
            self.findings.error("F005", entry.key.at, message)
        items = enumerate(written.items[:MOST_STEPS])
        steps = (self.step(item, name, index) for index, item in items)
        return Node(name, tuple(step for step in steps if step is not None), entry.key.at)

    def step(self, written: Written, node: str, index: int) -> Step | None:
        """One step, None if it cannot be used at all."""
        raw = lone(written) if isinstance(written, Text) else written
        spec = self._spec(raw, written)
        if spec is None or not isinstance(raw, Map):
            return None
        unknown = _unknown(spec, self.nodes)
        shaped = shape(spec.fields, raw, spec.name, self.findings, unknown=unknown)
        if shaped.fields is None:
            return None
        step = self._made(spec, shaped.fields, raw, node, index)
        for exit_name in step.exits.unwritten:
            if exit_name not in shaped.excused and not _takes_any(spec):
                message = f'{spec.name} must say where "{exit_name}" leads'
                self.findings.error("F107", raw.at, message)
        return step

    def _made(self, spec: VerbSpec, fields: Fields, raw: Map, node: str, index: int) -> Step:
        return Step(
            id=self._id(node, raw),
            verb=spec.name,
            fields=fields,
            exits=spec.exits(fields),
            at=raw.at,
            node=node,
            index=index,
            listening=listening_of(fields, self.listen) if spec.listens else None,  # type: ignore[arg-type]
            raw=raw,
        )

    def _spec(self, raw: Written, written: Written) -> VerbSpec | None:
        """The verb of a step; None when it has none or two (F104)."""
        if not isinstance(raw, Map) or not raw.entries:
            message = 'a step begins with its verb, as in "- say: welcome"'
            self.findings.error("F104", raw.at, message)
            return None
        verb = raw.entries[0].key.value
        spec = self.specs.get(verb)
        if spec is None or (isinstance(written, Text) and verb != "hangup"):
            self._no_verb(raw, verb, is_known=spec is not None)
            return None
        known = (*names_of(spec.fields),)
        others = [key for key in raw.keys()[1:] if key in self.specs and key not in known]
        if others:
            message = f"a step has one verb; found {' and '.join((verb, *others))}"
            self.findings.error("F104", raw.at, message)
            return None
        return spec

    def _no_verb(self, raw: Map, first: str, *, is_known: bool) -> None:
        later = [key for key in raw.keys() if key in self.specs]  # noqa: SIM118 - no dict
        if is_known:
            message, hint = f'{first} needs a value; write "{first}: ..."', ""
        elif later:
            message, hint = f'the verb comes first in a step; move "{later[0]}" up', ""
        else:
            message, hint = f'no verb "{first}"', meant(nearest(first, self.specs))
        self.findings.error("F104", raw.at, message, hint)

    def _id(self, node: str, raw: Map) -> str:
        first = raw.entries[0]
        name = f"{node}#{first.key.value}:{_main(first.value)}"
        count = self._ids[name] = self._ids.get(name, 0) + 1
        return name if count == 1 else f"{name}~{count}"


def _takes_any(spec: VerbSpec) -> bool:
    """Whether the exits depend on another flow: then all of them are checked with it."""
    return spec.fields.model_config.get("extra") == "allow"


def _main(value: Written) -> str:
    while isinstance(value, List) and value.items:
        value = value.items[0]
    return value.value if isinstance(value, Text) else ""


def _unknown(spec: VerbSpec, nodes: tuple[str, ...]) -> Any:  # noqa: ANN401 - shapes.Unknown
    """What to say of a key that the verb does not have: it is meant as a way out (F108), or not."""

    def complain(entry: Entry) -> Complaint | None:
        value = entry.value.value if isinstance(entry.value, Text) else ""
        leads = value in nodes or value == NEXT or value.startswith(EXIT_PREFIX)
        known = exit_fields(spec.fields)
        if not leads or nearest(entry.key.value, known) is not None:
            return None
        has = f"its exits are {_listed(known)}" if known else "it has none"
        return "F108", f'{spec.name} has no exit "{entry.key.value}"; {has}', ""

    return complain


def _listed(names: tuple[str, ...]) -> str:
    ordered = sorted(names)
    return f"{', '.join(ordered[:-1])} and {ordered[-1]}" if len(ordered) > 1 else ordered[0]


def exit_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a verb that say where an exit leads, its main value left out."""
    return tuple(
        name
        for name, info in model.model_fields.items()
        if {Exit, type(None)} <= {*get_args(info.annotation)}
    )
