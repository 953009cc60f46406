"""Reads the maps of a test file: unknown fields, wrong values, and merging of defaults.

Codes: T101 an unknown name, T102 a field that does not exist or is needed, T103 a wrong value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.reader_tree import Entry, List, Map, Node, Text
from ivr.flow.types import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
GIVEN = "given"
EXPECT = "expect"
KINDS = ("hours", "queues", "places", "payments", "switch", "surveys", "tickets")
"""Entries of `given` that hold names; every other entry is a source."""


@dataclass(slots=True)
class Reading:
    """The problems found while a file is read, each once."""

    problems: dict[Problem, None] = field(default_factory=dict)

    def error(self, code: str, at: Position, message: str, near: str = "") -> None:
        """Note a mistake; near: a name that was probably meant."""
        hint = f'did you mean "{near}"?' if near else ""
        self.problems[Problem(code, Severity.ERROR, at, message, hint)] = None

    def entries(self, node: Node | None, known: Iterable[str], subject: str) -> dict[str, Entry]:
        """The entries of a map whose keys are known; what is no map has none."""
        names = tuple(known)
        found: dict[str, Entry] = {}
        for entry in self.all_entries(node, subject):
            key = entry.key.value
            if key in names:
                found[key] = entry
            else:
                message = f'{subject} has no field "{key}"'
                self.error("T102", entry.key.at, message, nearest(key, names))
        return found

    def all_entries(self, node: Node | None, subject: str) -> tuple[Entry, ...]:
        """All entries of a map."""
        if isinstance(node, Map):
            return node.entries
        if node is not None:
            self.error("T103", node.at, f"{subject} wants a map of name: value")
        return ()

    def items(self, node: Node | None, subject: str) -> tuple[Node, ...]:
        """The items of a list."""
        if isinstance(node, List):
            return node.items
        if node is not None:
            self.error("T103", node.at, f"{subject} wants a list")
        return ()

    def texts(self, node: Node | None, subject: str) -> tuple[Text, ...]:
        """One value, or a list of values."""
        nodes = node.items if isinstance(node, List) else () if node is None else (node,)
        return tuple(
            text for text in (self.text(one, subject) for one in nodes) if text is not None
        )

    def text(self, node: Node | None, subject: str) -> Text | None:
        """One value."""
        if isinstance(node, Text):
            return node
        if node is not None:
            self.error("T103", node.at, f"{subject} wants one value, not a list or a map")
        return None

    def parsed(self, node: Node | None, read: Callable[[str], T], subject: str, default: T) -> T:
        """One value through a reader that raises ValueError; the default if it is not there."""
        text = self.text(node, subject)
        if text is None:
            return default
        try:
            return read(text.value)
        except ValueError as error:
            self.error("T103", text.at, f"{subject}: {error}")
            return default

    def name(self, text: Text, known: Iterable[str], kind: str) -> bool:
        """Whether a name is known; if not, say so."""
        names = tuple(known)
        if text.value in names:
            return True
        near = nearest(text.value, names)
        self.error("T101", text.at, f'no {kind} "{text.value}"', near)
        return False

    def choice(self, node: Node | None, words: Iterable[str], subject: str, default: str) -> str:
        """One of a few words."""
        names = tuple(words)

        def read(text: str) -> str:
            if text not in names:
                raise ValueError(f'"{text}" is none of {", ".join(names)}')
            return text

        return self.parsed(node, read, subject, default)


def merged(over: Map, under: Map | None) -> Map:
    """A call laid over its defaults (README "Settled").

    `given` merges by name, its kinds (`hours queues ...`) once more by name, a source's entry
    replaces the default's whole; `expect` merges by field; every other field replaces.
    """
    return over if under is None else _laid(over, under, _merged_field)


def _merged_field(name: str, over: Node, under: Node) -> Node:
    if not (isinstance(over, Map) and isinstance(under, Map)):
        return over
    if name == EXPECT:
        return _laid(over, under, _replaced)
    return _laid(over, under, _merged_kind) if name == GIVEN else over


def _merged_kind(name: str, over: Node, under: Node) -> Node:
    if name in KINDS and isinstance(over, Map) and isinstance(under, Map):
        return _laid(over, under, _replaced)
    return over


def _replaced(_name: str, over: Node, _under: Node) -> Node:
    return over


def _laid(over: Map, under: Map, join: Callable[[str, Node, Node], Node]) -> Map:
    """Entries of both; those of `over` win, in its order, the others of `under` come first."""
    kept = tuple(entry for entry in under.entries if over.entry(entry.key.value) is None)
    own = tuple(_joined(entry, under, join) for entry in over.entries)
    return Map((*kept, *own), over.at, over.end)


def _joined(entry: Entry, under: Map, join: Callable[[str, Node, Node], Node]) -> Entry:
    other = under.get(entry.key.value)
    if other is None:
        return entry
    return Entry(entry.key, join(entry.key.value, entry.value, other))


def without(node: Map, *names: str) -> Map:
    """The map without some of its entries."""
    kept = tuple(entry for entry in node.entries if entry.key.value not in names)
    return Map(kept, node.at, node.end)


def whole_number(text: str) -> int:
    """Digits only, at most nine."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f'"{text}" is not a whole number')
    return int(text)
