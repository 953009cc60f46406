"""Which sealed variables a node may still read, so that a secret is dropped as soon as it can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ivr.flow.fields import Condition, Valued
from ivr.flow.model import EXIT_PREFIX, Flow, Step


def expressions_of(value: Any) -> list[Any]:  # noqa: ANN401 - walks whatever a model holds
    """Every expression inside a step's fields, in no particular order."""
    if isinstance(value, Valued):
        return [] if value.expression is None else [value.expression]
    if isinstance(value, Condition):
        return [value.expression]
    if isinstance(value, Mapping):
        return [found for item in value.values() for found in expressions_of(item)]
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in expressions_of(item)]
    inner = getattr(type(value), "model_fields", None)
    if inner is None:
        return []
    return [found for name in inner for found in expressions_of(getattr(value, name))]


def _reads(step: Step) -> frozenset[str]:
    return frozenset(path[0] for found in expressions_of(step.fields) for path in found.reads)


@lru_cache(maxsize=512)
def _live(key: _ByIdentity) -> Mapping[str, frozenset[str]]:
    flow = key.flow
    live = {
        name: frozenset().union(*(_reads(step) for step in node.steps))
        for name, node in flow.nodes.items()
    }
    changed = True
    while changed:
        changed = False
        for name, node in flow.nodes.items():
            after = [live[target] for target in _targets(flow, node.steps)]
            grown = live[name].union(*after)
            if grown != live[name]:
                live[name], changed = grown, True
    return live


def _targets(flow: Flow, steps: tuple[Step, ...]) -> list[str]:
    """Nodes reached from these steps. Always-keys and rescue drop to other nodes, so they count."""
    always = [key.go for key in (flow.always or {}).values() if key.go]
    rescue = [flow.rescue.error, flow.rescue.hangup]
    written = [target for step in steps for target in step.exits.targets.values()]
    known = [t for t in (*written, *always, *rescue) if not t.startswith(EXIT_PREFIX)]
    return [target for target in known if target in flow.nodes]


class _ByIdentity:
    """A cache key for a flow: the same object, not an equal one (hashing a whole flow is slow)."""

    __slots__ = ("flow",)

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.flow is self.flow

    def __hash__(self) -> int:
        return hash(self.flow.name)


def live_sealed(flow: Flow) -> Mapping[str, frozenset[str]]:
    """Node -> names that it or a node reachable from it may read."""
    return _live(_ByIdentity(flow))
