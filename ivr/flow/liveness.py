"""Which secrets a step may still read, so that each is dropped as soon as nobody needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.flow.fields import Condition, Valued
from ivr.flow.model import NEXT, Flow, Node, Step

if TYPE_CHECKING:
    from ivr.flow.expressions import Expression

Names: TypeAlias = frozenset[str]
_NOTHING: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The sealed variables of a flow. spent: node -> for each step the names it no longer needs."""

    spent: Mapping[str, tuple[tuple[str, ...], ...]]

    def spent_at(self, node: str, step: int) -> tuple[str, ...]:
        """The names to drop before this step; after the last step of a node every one."""
        rows = self.spent.get(node, ())
        return rows[min(step, len(rows) - 1)] if rows else ()


def secrets_of(flow: Flow) -> Secrets:
    """What may be dropped where in a flow. A flow without sealed variables has an empty table."""
    declared = {**flow.inputs, **flow.variables}
    sealed = sorted(name for name, variable in declared.items() if variable.type.sealed)
    if not sealed:
        return Secrets({})
    live = _live(flow)
    return Secrets({node: _spent(sealed, rows) for node, rows in live.items()})


def expressions_of(value: Any) -> list[Expression]:  # noqa: ANN401 - walks whatever a model holds
    """Every expression inside a step's fields, in no particular order."""
    if isinstance(value, Valued):
        return [] if value.expression is None else [value.expression]
    if isinstance(value, Condition):
        return [value.expression]
    return [found for item in _inside(value) for found in expressions_of(item)]


def _inside(value: Any) -> Iterable[Any]:  # noqa: ANN401 - walks whatever a model holds
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, (list, tuple)):
        return value
    return [getattr(value, name) for name in getattr(type(value), "model_fields", ())]


def _spent(sealed: list[str], rows: list[Names]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name for name in sealed if name not in live) for live in rows)


def _live(flow: Flow) -> dict[str, list[Names]]:
    """Node -> names that may be read from each of its steps on, and nothing after the last."""
    live = {name: [_NOTHING] * (len(node.steps) + 1) for name, node in flow.nodes.items()}
    changed = True
    while changed:
        changed = False
        anywhere = _NOTHING.union(*(live[node][0] for node in _from_anywhere(flow)))
        for name, node in flow.nodes.items():
            rows = _rows(node, live, anywhere)
            changed = changed or rows != live[name]
            live[name] = rows
    return live


def _rows(node: Node, live: Mapping[str, list[Names]], anywhere: Names) -> list[Names]:
    rows = [_NOTHING]
    for step in reversed(node.steps):
        after = rows[0]
        targets = [str(target) for target in step.exits.targets.values()]
        ways = [live[target][0] for target in targets if target in live]
        onward = _NOTHING.union(*ways, after if NEXT in targets else _NOTHING)
        needed = (onward - _written(step)) | _read(step) | anywhere
        rows.insert(0, needed if step.only is None else needed | after)
    return rows


def _from_anywhere(flow: Flow) -> list[str]:
    """Nodes that any step may drop to: of always-keys and of `rescue`."""
    always = [key.go for key in (flow.always or {}).values()]
    return [name for name in (*always, flow.rescue.error, flow.rescue.hangup) if name in flow.nodes]


def _written(step: Step) -> Names:
    """An `ask` writes its variable on every way out, so the old value is not needed before it."""
    return frozenset({str(getattr(step.fields, "into", ""))}) if step.verb == "ask" else _NOTHING


def _read(step: Step) -> Names:
    """What a step reads. `check` and `confirm` of an `ask` read the new value, not the old one."""
    return (_named(step.fields) - _written(step)) | _named(step.only)


def _named(value: Any) -> Names:  # noqa: ANN401 - walks whatever a model holds
    return frozenset(path[0] for found in expressions_of(value) for path in found.reads)
