"""The names that expressions and prompts of a flow may use, and what is known at a place of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.flow.types import STANDARD, Path, Type, field_type, standard_type

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ivr.flow.model import Flow, Variable

Facts: TypeAlias = frozenset[Path] | None
"""The paths that are sure to have a value; None = no call ever gets here, so nothing is amiss."""

NO_FACTS: frozenset[Path] = frozenset()
CALLBACK_AT: Path = ("callback", "at")
ONLY_WHERE: Mapping[str, str] = {
    "queue": "is there only in prompts of queue",
    "callback": "is there only in prompts of callback and after it",
}
"""Standard names that are not everywhere."""
BY_NAME = frozenset({"hours", "queues"})
"""Standard names with the name of something under `uses` in the middle."""


class FlowNames:
    """The names of one flow with their types. Look-ups are remembered."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.variables: Mapping[str, Variable] = {
            **flow.inputs,
            **flow.outputs,
            **flow.variables,
        }
        self.must_be_set = frozenset(
            name for name, known in self.variables.items() if _must_be_set(flow, name, known)
        )
        self._types: dict[Path, Type | None] = {}

    def type_of(self, path: Path) -> Type | None:
        """The declared type of a path, None if there is no such name."""
        if path not in self._types:
            self._types[path] = self._type_of(path)
        return self._types[path]

    def _type_of(self, path: Path) -> Type | None:
        variable = self.variables.get(path[0])
        if variable is None:
            return standard_type(path)
        return field_type(variable.type, path[1:])

    def dotted(self) -> tuple[str, ...]:
        """All names, for suggestions: variables first, then standard ones."""
        standard = [".".join(path) for path in STANDARD if "*" not in path]
        used = [
            f"{kind}.{name}.{path[2]}"
            for kind in sorted(BY_NAME)
            for name in self.flow.uses.get(kind, ())
            for path in STANDARD
            if path[0] == kind
        ]
        return (*self.variables, *standard, *used)

    def at(self, facts: Facts, *, queueing: bool = False) -> Here:
        """The names as seen from a place with these facts. queueing: in a prompt of `queue`."""
        return Here(self, facts, queueing)


def _must_be_set(flow: Flow, name: str, variable: Variable) -> bool:
    """Whether reading it before writing it is a mistake (F304)."""
    is_given = name in flow.inputs and name not in flow.variables
    return not (is_given or variable.type.optional or variable.default is not None)


@dataclass(frozen=True, slots=True)
class Here:
    """The scope of expressions at one place of a flow."""

    all: FlowNames
    facts: Facts
    queueing: bool = False

    def type_of(self, path: Path) -> Type | None:
        """The declared type of a path, None if there is no such name at this place."""
        if path[0] == "queue" and not self.queueing and "queue" not in self.all.variables:
            return None
        if path == CALLBACK_AT and not self.known(path):
            return None
        return self.all.type_of(path)

    def known(self, path: Path) -> bool:
        """Whether it is sure to have a value."""
        return self.facts is None or path in self.facts

    def names(self) -> Collection[str]:
        """All names, for suggestions."""
        return self.all.dotted()

    def now_nodes(self) -> Collection[str]:
        """The nodes of the flow."""
        return tuple(self.all.flow.nodes)

    def unset(self, path: Path) -> bool:
        """Whether it is a variable that may not have been set yet (F304)."""
        return path[0] in self.all.must_be_set and not self.known(path[:1])
