"""Checks that secrets come in only by secret questions, and that what must never leave cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.problem import Position
from ivr.flow.checker.parts import key_place, value_place
from ivr.flow.checker.tell import error
from ivr.flow.fields import Condition, Valued
from ivr.flow.load.findings import find, meant
from ivr.flow.types import SEALABLE, UNKNOWN, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.domain.problem import Problem
    from ivr.flow.checker.parts import Part
    from ivr.flow.checker.study import Study
    from ivr.flow.model import Bundle, Flow, Step, Variable


def check_secrets(study: Study) -> Iterator[Problem]:
    """F701, F702 of `confirm` and F704."""
    hidden = _promised(study.bundle, study.flow)
    yield from _never_leaves(study)
    for point in study.graph.points:
        yield from _entries(study, point.step)
        for part in point.parts:
            yield from _shown(part, hidden)


def _entries(study: Study, step: Step) -> Iterator[Problem]:
    """A secret question fills a sealed variable, a plain one a plain variable (F701)."""
    fields: Any = step.fields
    if step.verb == "ask":
        variable = study.names.variables.get(fields.into)
        if variable is not None and variable.type != UNKNOWN:
            yield from _asked(step, variable)
    elif step.verb == "menu" and fields.entry is not None:
        variable = study.names.variables.get(fields.entry.into)
        if variable is not None and variable.type.sealed:
            at = key_place(step, "entry", "into")
            message = f'an entry in a menu is not secret, but "{variable.name}" is sealed'
            yield error("F701", at, message, "ask for it with secret: true")


def _asked(step: Step, variable: Variable) -> Iterator[Problem]:
    fields: Any = step.fields
    name, kind = variable.name, variable.type
    at = key_place(step, "into")
    if fields.secret and not kind.sealed:
        base = kind.name if kind.name in SEALABLE else "digits"
        message = f'secret entry into "{name}", which is not sealed'
        yield error("F701", at, message, f"declare {name}: sealed {base}?")
    if kind.sealed and not fields.secret:
        message = f'entry into "{name}", which is sealed, is not secret'
        yield error("F701", at, message, "write secret: true")
    if kind.sealed and fields.confirm is not None:
        message = f'sealed "{name}" would be read back by confirm'
        yield error("F702", value_place(step, "confirm"), message)


def _never_leaves(study: Study) -> Iterator[Problem]:
    """Each name must be a sealed variable (F704)."""
    for index, name in enumerate(study.flow.promises.never_leaves):
        owner, variable = _owned(study.bundle, study.flow, name)
        at = _promise_place(study.flow, index)
        if owner is None:
            flow = name.partition(".")[0]
            near = nearest(flow, study.bundle.flows)
            yield error(
                "F704",
                at,
                f'never_leaves names the flow "{flow}", which is not run here',
                meant(near),
            )
        elif variable not in _variables(owner):
            near = nearest(variable, _variables(owner))
            full = near and name.removesuffix(variable) + near
            yield error("F204", at, f'no variable "{name}"', meant(full))
        elif not _variables(owner)[variable].type.sealed:
            yield error("F704", at, f'never_leaves names "{name}", which is not sealed')


def _promise_place(flow: Flow, index: int) -> Position:
    if flow.raw is None:
        return Position(flow.file)
    return find(flow.raw, ("promises", "never_leaves", index)).at


def _owned(bundle: Bundle, flow: Flow, name: str) -> tuple[Flow | None, str]:
    """The flow that a name of `never_leaves` belongs to, and the variable in it."""
    first, dot, rest = name.partition(".")
    return (bundle.flows.get(first), rest) if dot else (flow, name)


def _variables(flow: Flow) -> dict[str, Variable]:
    return {**flow.inputs, **flow.outputs, **flow.variables}


def _promised(bundle: Bundle, flow: Flow) -> frozenset[str]:
    """The variables of this flow that some flow of the bundle promised to keep in."""
    flows = {**bundle.flows, bundle.root.name: bundle.root}
    owned = [
        _owned(bundle, each, name) for each in flows.values() for name in each.promises.never_leaves
    ]
    return frozenset(name for owner, name in owned if owner is not None and owner is flow)


def _shown(part: Part, hidden: frozenset[str]) -> Iterator[Problem]:
    """`mask` shows the last digits, so what never leaves may not go through it (F704)."""
    if not isinstance(part.value, (Valued, Condition)) or part.value.expression is None:
        return
    skipped = 1 if isinstance(part.value, Valued) else 0
    for function, paths in part.value.expression.arguments:
        names = [path[0] for path in paths if path[0] in hidden]
        if function == "mask" and names:
            message = f'never_leaves names "{names[0]}", but mask() shows its end here'
            yield error("F704", part.at(skipped), message)
