"""Which names an expression may use, of which type, and which are known to be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.flow.types import STANDARD, Path, Type, field_type, nearest, standard_type

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Scope(Protocol):
    """The names at one place of a flow (or of a rule, a survey ...)."""

    def type_of(self, path: Path) -> Type | None:
        """The declared type of a path, `?` included; None if there is no such name."""
        ...

    def known(self, path: Path) -> bool:
        """Whether a path whose type is `?` is sure to have a value at this place."""
        ...

    def names(self) -> Collection[str]:
        """All names as dotted text, for suggestions."""
        ...

    def now_nodes(self) -> Collection[str]:
        """The nodes that `visits('node')` may name."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """A plain scope: named types, facts and nodes as given.

    types: by dotted name (`customer`, `interaction.queue`); fields of records are found by
    themselves. standard: whether `call.*`, `hours.*`, `now` and the rest are there too.
    """

    types: Mapping[str, Type] = field(default_factory=dict)
    facts: frozenset[Path] = frozenset()
    nodes: Collection[str] = ()
    standard: bool = True

    def type_of(self, path: Path) -> Type | None:
        """The type of the longest given name the path begins with, then field by field."""
        for length in range(len(path), 0, -1):
            root = self.types.get(".".join(path[:length]))
            if root is not None:
                return field_type(root, path[length:])
        return standard_type(path) if self.standard else None

    def known(self, path: Path) -> bool:
        """Whether it is among the facts."""
        return path in self.facts

    def names(self) -> Collection[str]:
        """All names, standard ones last."""
        standard = [".".join(path) for path in STANDARD] if self.standard else []
        return (*self.types, *standard)

    def now_nodes(self) -> Collection[str]:
        """The nodes as given."""
        return self.nodes


def missing_prefix(path: Path, scope: Scope, facts: frozenset[Path]) -> Path:
    """The first part of the path that may be missing here; `()` if none may."""
    for length in range(1, len(path) + 1):
        part = path[:length]
        kind = scope.type_of(part)
        if kind is not None and kind.optional and part not in facts and not scope.known(part):
            return part
    return ()


def prefixes(path: Path) -> frozenset[Path]:
    """The path and every record on the way to it."""
    return frozenset(path[:length] for length in range(1, len(path) + 1))


def no_such_name(path: Path, scope: Scope) -> tuple[str, str]:
    """A sentence about a name that does not exist, and the remedy if there is a near one."""
    below = _below(scope.names(), path)
    if below:
        return f"{'.'.join(path)} is no value by itself", f"write {'.'.join(path)}.{below[0]}"
    for length in range(len(path) - 1, 0, -1):
        kind = scope.type_of(path[:length])
        names = _below(scope.names(), path[:length]) if kind is None else tuple(kind.fields)
        if kind is not None or names:
            sentence = f'{".".join(path[:length])} has no "{path[length]}"'
            return sentence, _did_you_mean(path[length], names)
    roots = {name.partition(".")[0] for name in scope.names()}
    return f'no variable "{path[0]}"', _did_you_mean(path[0], roots)


def _did_you_mean(word: str, names: Collection[str]) -> str:
    near = nearest(word, names)
    return f'did you mean "{near}"?' if near else ""


def _below(names: Collection[str], start: Path) -> tuple[str, ...]:
    whole = [tuple(name.split(".")) for name in names]
    return tuple(part[len(start)] for part in whole if _begins(part, start))


def _begins(whole: Path, start: Path) -> bool:
    if len(whole) <= len(start):
        return False
    return all(one in {other, "*"} for one, other in zip(whole, start, strict=False))
