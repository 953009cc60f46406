"""Checks that what a flow names is there: nodes, variables, and what it uses from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.problem import Position
from ivr.domain.scalars import nearest
from ivr.flow.fields import Reference, Target, VarName
from ivr.flow.load.findings import Findings, find, meant
from ivr.flow.load.leaves import key_place, leaves, place, prompts_of, reads_of, steps_of
from ivr.flow.model import DONE, ERROR, EXIT_PREFIX, FAILED, NEXT, Flow, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

ONE: Mapping[str, str] = {
    "hours": "hours",
    "queues": "queue",
    "sources": "source",
    "flows": "flow",
    "places": "place",
    "surveys": "survey",
    "payments": "payment",
}
"""What one of each kind of `uses` is called."""
OUTCOMES = ("self_served", "callback")
"""Outcomes that every flow may set; config adds its own."""


_VARIABLES = frozenset({"vars", "inputs", "outputs"})


@dataclass(frozen=True, slots=True)
class Outside:
    """What a flow may name that is not in its own file.

    flows: the names of all flow files, also of those that could not be read. prompts_read: whether
    each file of prompts could be; if not, nobody can say which prompts there are.
    """

    world: World
    flows: tuple[str, ...]
    prompts: tuple[str, ...]
    prompts_read: bool = True

    def names(self, kind: str) -> tuple[str, ...]:
        """What there is of a kind."""
        world = self.world
        known: Mapping[str, Iterable[str]] = {
            "hours": world.calendars,
            "queues": world.queues,
            "sources": world.sources,
            "flows": self.flows,
            "places": world.places,
            "surveys": world.surveys,
            "payments": world.payments,
        }
        return tuple(known[kind])


def check_references(
    flow: Flow, outside: Outside, specs: Mapping[str, VerbSpec], findings: Findings
) -> None:
    """Note every name of a flow that leads nowhere."""
    check = _Check(flow, outside, findings)
    check.uses()
    check.tops()
    check.prompts()
    for step in steps_of(flow):
        check.targets(step)
        check.writes(step, specs[step.verb])
        check.references(step)
        check.outcome(step)


class _Check:
    """The checks of one flow."""

    def __init__(self, flow: Flow, outside: Outside, findings: Findings) -> None:
        self._flow = flow
        self._outside = outside
        self._findings = findings
        excused = findings.excused(flow.raw.at) if flow.raw is not None else frozenset()
        self._excused: frozenset[str] = excused
        self._declared = {**flow.inputs, **flow.outputs, **flow.variables}

    def uses(self) -> None:
        """F203: each name under `uses` is in the configuration, or a flow."""
        for kind, names in self._flow.uses.items():
            known = self._outside.names(kind)
            for number, name in enumerate(names):
                if name in known:
                    continue
                at = self._at("uses", kind, number)
                near = meant(nearest(name, known))
                home = "a file of this folder" if kind == "flows" else "in config.yaml"
                self._findings.error("F203", at, f'{ONE[kind]} "{name}" is not {home}', near)

    def _at(self, *path: str | int) -> Position:
        raw = self._flow.raw
        return Position(self._flow.file) if raw is None else find(raw, path).at

    def tops(self) -> None:
        """F201: where the top of the file leads."""
        flow = self._flow
        if "start" not in self._excused:
            self._node(flow.start, "start")
        for name in ("error", "hangup", "emergency"):
            target = getattr(flow.rescue, name)
            if target:
                self._node(target, "rescue", name)
        for key, always in (flow.always or {}).items():
            if always.go:
                self._node(always.go, "always", key, "go")

    def _node(self, name: str, *path: str | int) -> None:
        if name not in self._flow.nodes and "nodes" not in self._excused:
            self._no_node(name, self._at(*path))

    def _no_node(self, name: str, at: Position) -> None:
        near = meant(nearest(name, self._flow.nodes))
        self._findings.error("F201", at, f'no node "{name}"', near)

    def prompts(self) -> None:
        """F501: each prompt that is named is written."""
        known = self._outside.prompts
        for name, at in prompts_of(self._flow):
            if name not in known and self._outside.prompts_read:
                near = meant(nearest(name, known))
                self._findings.error("F501", at, f'no prompt "{name}"', near)

    def targets(self, step: Step) -> None:
        """F201: each exit of a step leads to a node, the next step, or out of the sub-flow."""
        for target, at in _targets(step):
            if target in (NEXT, ERROR) or target in self._flow.nodes:
                continue
            if target.startswith(EXIT_PREFIX):
                self._exit(target, at)
            else:
                self._no_node(target, at)

    def _exit(self, target: str, at: Position) -> None:
        if not self._flow.is_sub_flow:
            message = f"{target} leads out of a sub-flow, and {self._flow.name} is none"
            self._findings.error("F201", at, message)
            return
        known = (DONE, FAILED, *(f"{EXIT_PREFIX}{name}" for name in self._flow.exits))
        if target not in known and "exits" not in self._excused:
            near = meant(nearest(target, known))
            message = f'{self._flow.name} has no exit "{target}"'
            self._findings.error("F201", at, message, near)

    def writes(self, step: Step, spec: VerbSpec) -> None:
        """F204: each variable that a step writes is declared."""
        for name, at in _written(step, spec):
            if name not in self._declared and not self._excused & _VARIABLES:
                near = meant(nearest(name, self._declared))
                self._findings.error("F204", at, f'no variable "{name}"', near)

    def references(self, step: Step) -> None:
        """F202: what a step or an expression takes from outside stands under `uses`."""
        for path, leaf in leaves(step.fields):
            if isinstance(leaf, Reference):
                self._used(leaf.kind, leaf.name, place(step, path))
        for read, at in reads_of(step):
            if read[0] in ("hours", "queues") and len(read) > 1:
                self._used(read[0], read[1], at)

    def _used(self, kind: str, name: str, at: Position) -> None:
        listed = self._flow.uses.get(kind, ())
        if name not in listed and "uses" not in self._excused and not self._told(kind, name):
            near = meant(nearest(name, listed))
            self._findings.error("F202", at, f'{ONE[kind]} "{name}" is not under uses', near)

    def _told(self, kind: str, name: str) -> bool:
        """Whether it was said under `uses` that this name is mistyped there."""
        known = self._outside.names(kind)
        wrong = [one for one in self._flow.uses.get(kind, ()) if one not in known]
        return name in known and nearest(name, wrong) is not None

    def outcome(self, step: Step) -> None:
        """F203: an outcome is one of ours or one of the configuration."""
        name = getattr(step.fields, "outcome", None)
        known = (*OUTCOMES, *self._outside.world.outcomes)
        if isinstance(name, str) and name not in known:
            near = meant(nearest(name, known))
            at = place(step, ("outcome",))
            self._findings.error("F203", at, f'outcome "{name}" is not in config.yaml', near)


def _targets(step: Step) -> Iterator[tuple[str, Position]]:
    """Each target and where it is written; those that are keys of a map (split) last."""
    seen: list[str] = []
    for path, leaf in leaves(step.fields):
        if isinstance(leaf, Target):
            seen.append(leaf)
            yield leaf, place(step, path)
    for target in step.exits.targets.values():
        if target not in seen:
            yield target, key_place(step, step.verb, target)


def _written(step: Step, spec: VerbSpec) -> Iterator[tuple[str, Position]]:
    """Each variable that a step writes, and where it is named; those of `set` are keys."""
    seen: list[str] = []
    for path, leaf in leaves(step.fields):
        if isinstance(leaf, VarName):
            seen.append(leaf)
            yield leaf, place(step, path)
    writes = spec.writes(step.fields)
    both = (*writes.sets.values(), *writes.clears.values())
    for name in dict.fromkeys(name for names in both for name in names):
        if name not in seen:
            yield name, key_place(step, step.verb, name)
