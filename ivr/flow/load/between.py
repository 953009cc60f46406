"""Checks what flows hand to each other and to sources, and that no flow runs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.scalars import nearest
from ivr.flow.fields import Reference
from ivr.flow.load.findings import Findings, meant
from ivr.flow.load.leaves import (
    flows_run_by,
    flows_sent_to,
    key_place,
    leaves,
    place,
    steps_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.model import Flow, Step
    from ivr.flow.world import World

DEEPEST = 8
"""Flows inside each other, the root counted."""
_OWN = ("run", "with", "into", "only", "unbroken")
INPUTS: Mapping[str, str] = {"position": "number?", "estimate": "duration?"}
"""What such a flow may take, and the type it is given in: what the queue says of the caller."""
VERBS = frozenset(
    "say menu ask fetch set when split run go sms ticket callback outcome".split()  # noqa: SIM905
)
"""What callers may do without leaving their place (acd-cti.md 7.3)."""
_OF_WAIT = ("music", "every", "say", "first", "flow")


def check_inputs(flow: Flow, flows: Mapping[str, Flow], world: World, findings: Findings) -> None:
    """F209: each `with` has what its flow, source or place needs, and nothing else."""
    for step in steps_of(flow):
        for path, leaf in leaves(step.fields):
            if not isinstance(leaf, Reference) or path != (step.verb,):
                continue
            needs = _needs(leaf, flows, world)
            is_told = leaf.kind == "flows" and _is_excused(flows.get(leaf.name), "inputs", findings)
            if needs is not None and not is_told:
                _check_with(step, leaf.name, needs, findings)


def _needs(leaf: Reference, flows: Mapping[str, Flow], world: World) -> dict[str, bool] | None:
    """Input -> whether it must be given; None if nothing is known about it."""
    if leaf.kind == "flows" and leaf.name in flows:
        inputs = flows[leaf.name].inputs
        return {name: variable.default is None for name, variable in inputs.items()}
    if leaf.kind == "sources" and leaf.name in world.sources:
        takes = world.sources[leaf.name].takes
    elif leaf.kind == "places" and leaf.name in world.places:
        takes = world.place_takes.get(leaf.name, {})
    else:
        return None
    return {name: not kind.optional for name, kind in takes.items()}


def _check_with(step: Step, name: str, needs: Mapping[str, bool], findings: Findings) -> None:
    if "with" in findings.excused(step.at):
        return
    given = getattr(step.fields, "with_", {})
    guessed: list[str | None] = []
    for given_name in given:
        if given_name not in needs:
            near = nearest(given_name, needs)
            guessed.append(near)
            at = key_place(step, "with", given_name)
            findings.error("F209", at, f'{name} has no input "{given_name}"', meant(near))
    for wanted, must in needs.items():
        if must and wanted not in given and wanted not in guessed:
            message = f'{name} needs the input "{wanted}"'
            findings.error("F209", place(step, (step.verb,)), message)


def check_exits(flow: Flow, flows: Mapping[str, Flow], findings: Findings) -> None:
    """F107, F108: `run` says where each exit of the sub-flow leads, and names no other."""
    for step in steps_of(flow):
        extra = step.fields.__pydantic_extra__
        name = getattr(getattr(step.fields, "run", None), "name", "")
        if extra is None or name not in flows or _is_excused(flows[name], "exits", findings):
            continue
        known = ("failed", *(one for one in flows[name].exits if one not in {"done", "failed"}))
        written = {*extra, *_own_exits(step), *findings.excused(step.at)}
        written |= {*_unknown_exits(step, name, known, findings)}
        for exit_name in known:
            if exit_name not in written:
                message = f'run must say where "{exit_name}" leads'
                findings.error("F107", step.at, message)


def _own_exits(step: Step) -> tuple[str, ...]:
    return () if "failed" in step.exits.unwritten else ("failed",)


def _is_excused(flow: Flow | None, field: str, findings: Findings) -> bool:
    """Whether a field of that flow is wrong, which was told there."""
    raw = None if flow is None else flow.raw
    return raw is not None and field in findings.excused(raw.at)


def check_not_found(flow: Flow, world: World, findings: Findings) -> None:
    """F107, F108: `fetch` has the exit `missing` exactly where its source can say "not found"."""
    for step in steps_of(flow):
        name = getattr(getattr(step.fields, "fetch", None), "name", "")
        source = world.sources.get(name)
        if source is None:
            continue
        if not source.not_found and "missing" in step.exits.targets:
            at = key_place(step, "missing")
            message = f'{name} has no exit "missing": it never says that there is no such record'
            findings.error("F108", at, message)
        written = {*step.exits.targets, *findings.excused(step.at)}
        if source.not_found and "missing" not in written:
            findings.error("F107", step.at, 'fetch must say where "missing" leads')


def _unknown_exits(
    step: Step, name: str, known: tuple[str, ...], findings: Findings
) -> Iterator[str]:
    """Notes each exit that the sub-flow does not have; gives the ones probably meant."""
    for exit_name in step.fields.__pydantic_extra__ or {}:
        if exit_name in known:
            continue
        at = key_place(step, exit_name)
        near = nearest(exit_name, (*known, *_OWN))
        if near in _OWN:
            message = f'run has no field "{exit_name}"'
            findings.error("F101", at, message, meant(near))
            continue
        has = f"its exits are {', '.join(sorted(known))}" if not near else meant(near)
        findings.error("F108", at, f'{name} has no exit "{exit_name}"', has)
        yield near or ""


def check_waits(flow: Flow, flows: Mapping[str, Flow], findings: Findings) -> None:
    """F107, F108, F114: what is walked while waiting keeps the place, and leads out as is said."""
    for step in steps_of(flow):
        wait = getattr(step.fields, "wait", None)
        if wait is None:
            continue
        inner = None if wait.flow is None else flows.get(wait.flow.name)
        _check_ways(step, wait.__pydantic_extra__ or {}, inner, findings)
        if inner is None:
            continue
        if wait.say:
            message = f"nothing is said beside a flow; say it in {inner.name}"
            findings.error("F114", key_place(step, "wait", "say"), message)
        _check_inputs(step, inner, findings)
        for other, verb in _beyond(inner, flows):
            message = f"{other} holds {verb}, which would lead out of the queue"
            findings.error("F114", place(step, ("wait", "flow")), message)


def _check_ways(
    step: Step, written: Mapping[str, Any], inner: Flow | None, findings: Findings
) -> None:
    known = () if inner is None else inner.exits
    known = tuple(name for name in known if name not in {"done", "failed"})
    for name in written:
        if name not in known:
            message = f'wait has no field "{name}", nor has its flow such an exit'
            near = meant(nearest(name, (*known, *_OF_WAIT)))
            findings.error("F108", key_place(step, "wait", name), message, near)
    for name in known:
        if name not in written:
            message = f'wait must say where "{name}" leads'
            findings.error("F107", place(step, ("wait", "flow")), message)


def _check_inputs(step: Step, inner: Flow, findings: Findings) -> None:
    for name, variable in inner.inputs.items():
        wanted = INPUTS.get(name)
        if wanted != str(variable.type):
            told = ", ".join(f"{one} ({type_})" for one, type_ in INPUTS.items())
            message = f'{inner.name} is given {told}, not "{name}" ({variable.type})'
            findings.error("F114", place(step, ("wait", "flow")), message)


def _beyond(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[tuple[str, str]]:
    """Flow and verb of what waiting callers may not do, in this flow and in those that it runs."""
    seen, work = {flow.name}, [flow]
    while work:
        here = work.pop()
        found = {step.verb: None for step in steps_of(here) if step.verb not in VERBS}
        yield from ((here.name, verb) for verb in found)
        inside = {name for name, _step in flows_run_by(here)} - seen
        seen |= inside
        work += [flows[name] for name in sorted(inside) if name in flows]


def check_circles(flows: Mapping[str, Flow], world: World, findings: Findings) -> None:
    """F208: no flow runs itself, not even through others, nor because a queue sends callers to it,
    and none lies too deep."""
    runs = {name: _runs(flow, flows, world) for name, flow in flows.items()}
    done: dict[str, int] = {}
    for name in sorted(flows, key=lambda name: (flows[name].is_sub_flow, name)):
        _Walk(runs, done, findings).visit(name, ())


def _runs(flow: Flow, flows: Mapping[str, Flow], world: World) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for name, step in (*flows_run_by(flow), *flows_sent_to(flow, world)):
        if name in flows:
            found.setdefault(name, step)
    return found


class _Walk:
    """One walk down from a flow; flows already left behind are not walked again."""

    def __init__(
        self, runs: Mapping[str, Mapping[str, Step]], done: dict[str, int], findings: Findings
    ) -> None:
        self._runs = runs
        self._done = done
        self._findings = findings

    def visit(self, name: str, path: tuple[str, ...]) -> int:
        """How many flows lie one inside the other from here; circles count for nothing."""
        if name in self._done:
            return self._done[name]
        depth = 1
        for inner, step in self._runs[name].items():
            if inner == name or inner in path:
                self._circle((*path, name), inner, step)
            else:
                depth = max(depth, 1 + self.visit(inner, (*path, name)))
        self._done[name] = depth
        if depth == DEEPEST + 1:
            at = next(iter(self._runs[name].values())).at
            message = f"{depth} flows lie one inside the other, at most {DEEPEST}"
            self._findings.error("F208", at, message)
        return depth

    def _circle(self, path: tuple[str, ...], inner: str, step: Step) -> None:
        circle = ", ".join((*path[path.index(inner) :], inner))
        message = f"flows run each other in a circle: {circle}"
        self._findings.error("F208", step.at, message)


def is_run_by(flow: str, flows: Mapping[str, Flow]) -> bool:
    """Whether another flow runs it."""
    return any(
        name == flow
        for other in flows.values()
        if other.name != flow
        for name, _step in flows_run_by(other)
    )
