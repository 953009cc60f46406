"""Collects what is wrong while files are loaded, and knows where in a value it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.reader_tree import Entry, List, Map, Node, Text

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(slots=True)
class Findings:
    """The problems found so far, each once."""

    problems: dict[Problem, None] = field(default_factory=dict)
    _excused: dict[Position, frozenset[str]] = field(default_factory=dict)

    def add(self, *problems: Problem) -> None:
        """Note problems as they are."""
        self.problems.update(dict.fromkeys(problems))

    def error(self, code: str, at: Position, message: str, hint: str = "") -> None:
        """Note a mistake that stops a publish."""
        self.add(Problem(code, Severity.ERROR, at, message, hint))

    def warning(self, code: str, at: Position, message: str, hint: str = "") -> None:
        """Note something that is most likely not meant."""
        self.add(Problem(code, Severity.WARNING, at, message, hint))

    def excuse(self, at: Position, names: frozenset[str]) -> None:
        """Nobody need complain that these entries of the map at this place are not there."""
        self._excused[at] = names

    def excused(self, at: Position) -> frozenset[str]:
        """The entries of the map at this place that are not to be complained of again."""
        return self._excused.get(at, frozenset())

    def files_with_errors(self) -> frozenset[str]:
        """The files in which something stops a publish."""
        wrong = (one for one in self.problems if one.severity is Severity.ERROR)
        return frozenset(one.at.file for one in wrong)


def meant(near: str | None) -> str:
    """The remedy when a name was mistyped; nothing without a near name."""
    return f'did you mean "{near}"?' if near else ""


def find(root: Node, path: Sequence[str | int]) -> Node:
    """The value at a path, or its nearest parent.

    In a map of one entry in a list (a branch of `when`) the index 0 is its key and 1 its value.
    """
    node, above = root, root
    for part in path:
        inner = _child(node, part, is_item=isinstance(above, List))
        if inner is None:
            return node
        node, above = inner, node
    return node


def _child(node: Node, part: str | int, *, is_item: bool) -> Node | None:
    if isinstance(node, List):
        return node.items[part] if isinstance(part, int) and part < len(node.items) else None
    if not isinstance(node, Map):
        return None
    if is_item and isinstance(part, int) and len(node.entries) == 1:
        return node.entries[0].key if part == 0 else node.entries[0].value
    return node.get(str(part))


def inside(node: Node, offset: int) -> Position:
    """The place of a character of a written value, counted from its first (quotes not counted).

    In a text over several lines, and in one with escapes before it, the start is named instead.
    """
    if offset and isinstance(node, Map) and node.entries:
        node = node.entries[0].key
    if not isinstance(node, Text) or node.at.line != node.end.line:
        return node.at
    width = node.end.column - node.at.column - (2 if node.quoted else 0)
    if width != len(node.value):
        return node.at
    return Position(node.at.file, node.at.line, node.at.column + offset + node.quoted)


def as_map(node: Node | None) -> Map | None:
    """The node if it is a map."""
    return node if isinstance(node, Map) else None


def lone(text: Text) -> Map:
    """`- hangup` as the map `- {hangup: }`, so that every step is one."""
    return Map((Entry(text, Text("", text.end, text.end)),), text.at, text.end)
