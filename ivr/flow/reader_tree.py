"""The tree a strict YAML file becomes: texts, maps and lists that know their place in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.domain.problem import Position

_KEY_MARK = "[key]"


@dataclass(frozen=True, slots=True)
class Text:
    """One written value; whether it is a number or a time is for its field to say.

    `end` is the place just after the last character. `quoted` is false only for plain text:
    `"x"`, `'x'`, `|` and `>` are all quoted. A missing value is plain and empty.
    """

    value: str
    at: Position
    end: Position
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a map."""

    key: Text
    value: Node


@dataclass(frozen=True, slots=True)
class Map:
    """Entries under keys, in the order written; no key stands twice."""

    entries: tuple[Entry, ...]
    at: Position
    end: Position
    _by_key: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {entry.key.value: entry for entry in self.entries}
        object.__setattr__(self, "_by_key", found)

    def get(self, key: str) -> Node | None:
        """The value under a key, or None."""
        entry = self._by_key.get(key)
        return entry.value if entry else None

    def entry(self, key: str) -> Entry | None:
        """Key and value together, for a message that must point at the key, or None."""
        return self._by_key.get(key)

    def keys(self) -> tuple[str, ...]:
        """Every key, in the order written."""
        return tuple(entry.key.value for entry in self.entries)


@dataclass(frozen=True, slots=True)
class List:
    """Items one after another."""

    items: tuple[Node, ...]
    at: Position
    end: Position


Node: TypeAlias = Text | Map | List


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. `root` is None when it holds nothing but comments.

    `comments` gives for a line the comment at its end, with the `#`, and `columns` where it starts.
    """

    root: Node | None
    comments: Mapping[int, str] = field(default_factory=dict)
    columns: Mapping[int, int] = field(default_factory=dict)


def locate(root: Node, path: Sequence[str | int], *, key: bool = False) -> Position:
    """Where a value stands, or with `key` its key; if it does not exist, its nearest parent.

    `path` is the `loc` of a pydantic error: keys and list indexes, union tags like `<queue>`
    (skipped), and a closing `[key]` (the key itself is wrong).
    """
    node, place = root, root.at
    for part in path:
        if part == _KEY_MARK:
            return place if isinstance(node, List) else _key_place(root, path, node)
        if _is_tag(node, part):
            continue
        step = _step(node, part)
        if step is None:
            return node.at
        node, place = step
    return place if key else node.at


def plain(node: Node) -> dict[str, object] | list[object] | str:
    """The tree as dict, list and str, for a schema to check; every value is still text."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, List):
        return [plain(item) for item in node.items]
    return {entry.key.value: plain(entry.value) for entry in node.entries}


def _key_place(root: Node, path: Sequence[str | int], node: Node) -> Position:
    before = path[: path.index(_KEY_MARK)]
    return locate(root, before, key=True) if before else node.at


def _is_tag(node: Node, part: str | int) -> bool:
    if not isinstance(part, str) or not (part.startswith("<") and part.endswith(">")):
        return False
    return not (isinstance(node, Map) and node.get(part) is not None)


def _step(node: Node, part: str | int) -> tuple[Node, Position] | None:
    """One step down: the child and the place of its key (of the item itself in a list)."""
    if isinstance(node, Map):
        entry = node.entry(str(part))
        return (entry.value, entry.key.at) if entry else None
    if isinstance(node, List) and isinstance(part, int) and -1 < part < len(node.items):
        item = node.items[part]
        return item, item.at
    return None
