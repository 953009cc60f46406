"""Builds the tree of a strict YAML file from the parser's events and refuses what is not allowed.

An event is judged the moment it comes, so a file that would unfold without end is refused before
anything was unfolded. Only `reader.py` knows the parser; here an event is what `Event` says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.domain.problem import Position
from ivr.flow.reader_faults import TAG, Fault, tell
from ivr.flow.reader_gaps import Gaps
from ivr.flow.reader_text import STAR, bad_escapes
from ivr.flow.reader_tree import Entry, List, Map, Node, Text

if TYPE_CHECKING:
    from ivr.flow.reader_rules import Rules


class Mark(Protocol):
    """A place as the parser tells it, all three counted from 0 in characters."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """One step of the parser: a text, or the begin or end of a map, list or document."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str
    flow_style: bool


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not come yet. `key` waits for its value."""

    kind: type[Map] | type[List]
    at: Position
    flow: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    key: Text | None = None
    key_end: int = 0
    keep: bool = True


class Composer:
    """Takes the events of one file in order. Every method that takes one says whether to go on."""

    def __init__(self, rules: Rules) -> None:
        self.root: Node | None = None
        self.gaps = Gaps(rules.source)
        self._rules = rules
        self._source = rules.source
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def skip(self, event: Event) -> bool:
        """Begin of the file or end of a document: nothing to do."""
        return True

    def document(self, event: Event) -> bool:
        """Begin of a document; a second one ends the reading."""
        self._documents += 1
        return self._rules.document(self._documents, event.start_mark.index)

    def finish(self, event: Event) -> bool:
        """End of the file: its last comments."""
        self.gaps.read(event.end_mark.index, event.end_mark.index)
        return True

    def scalar(self, event: Event) -> bool:
        """A text, quoted or not."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in {"|", ">"}:
            self.gaps.read_block(start, end)
        elif start < end:
            self.gaps.read(start, end)
        if event.style == '"':
            self._rules.problems += bad_escapes(self._source, start, end)
        if event.anchor is not None or event.tag is not None:
            self._rules.properties(start, event.anchor, event.tag)
        value = event.value.replace(STAR, "*")
        at, after = self._places(event)
        self._attach(Text(value, at, after, bool(event.style)), start, end)
        return self._count(start)

    def alias(self, event: Event) -> bool:
        """`*name`, which is always refused."""
        start, end = event.start_mark.index, event.end_mark.index
        self.gaps.read(start, end)
        star = f"*{event.anchor}"
        self._rules.alias(star, start, is_key=self._wants_key())
        at, after = self._places(event)
        self._attach(Text(star, at, after), start, end)
        return self._count(start)

    def open_map(self, event: Event) -> bool:
        """Begin of a map."""
        return self._begin(event, Map)

    def open_list(self, event: Event) -> bool:
        """Begin of a list."""
        return self._begin(event, List)

    def close(self, event: Event) -> bool:
        """End of a map or list: it becomes a node of the one around it."""
        done = self._open.pop()
        children = done.items or [entry.value for entry in done.entries[-1:]]
        # The parser ends a block at the next thing written, which may be many lines below.
        inside = children[-1].end if children else done.at
        end = self._places(event)[1] if done.flow else inside
        if done.kind is Map:
            self._attach(Map(tuple(done.entries), done.at, end), 0, event.end_mark.index)
        else:
            self._attach(List(tuple(done.items), done.at, end), 0, event.end_mark.index)
        return True

    def fault(self, fault: Fault) -> None:
        """A syntax error: no event comes after it."""
        self.gaps.read_broken(fault.index)
        self._rules.problems.append(tell(self._source, fault))

    def fault_in_tag(self) -> None:
        """The parser could not even decode a tag (`!%ED%A0%80`)."""
        index = self._source.text.find("!", self.gaps.read_to)
        self._rules.refuse("F004", max(index, 0), TAG)

    def _begin(self, event: Event, kind: type[Map] | type[List]) -> bool:
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            self._rules.properties(start, event.anchor, event.tag)
        if self._wants_key():
            self._rules.refuse("F004", start, "a key must be text")
        self._open.append(_Open(kind, self._places(event)[0], event.flow_style))
        return self._count(start)

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].kind is Map and self._open[-1].key is None

    def _count(self, index: int) -> bool:
        self._nodes += 1
        return self._rules.size(len(self._open), self._nodes, index)

    def _places(self, event: Event) -> tuple[Position, Position]:
        start, end, file = event.start_mark, event.end_mark, self._source.file
        if start.index == end.index:
            # Where nothing is written the parser may point behind the end of the file.
            place = self._source.at(start.index)
            return place, place
        at = Position(file, start.line + 1, start.column + 1)
        return at, Position(file, end.line + 1, end.column + 1)

    def _attach(self, node: Node, start: int, end: int) -> None:
        """Give a node to the map or list around it; `start == end` when nothing was written."""
        around = self._open[-1] if self._open else None
        if around is None:
            self.root = node if start < end else None
        elif around.kind is List:
            self._attach_item(around, node, start, end)
        elif around.key is None:
            self._attach_key(around, node, start, end)
        else:
            self._attach_value(around, around.key, node, start, end)

    def _attach_item(self, around: _Open, node: Node, start: int, end: int) -> None:
        if start == end:
            self._rules.empty_item(start)
        around.items.append(node)

    def _attach_key(self, around: _Open, node: Node, start: int, end: int) -> None:
        """A key that is a map or list was refused when it began; its entry is left out."""
        key = node if isinstance(node, Text) else Text("", node.at, node.end, quoted=True)
        around.key, around.key_end = key, end
        around.keep = key is node and self._rules.key(key, start, around.lines)
        if around.keep:
            around.lines[key.value] = key.at.line

    def _attach_value(self, around: _Open, key: Text, node: Node, start: int, end: int) -> None:
        if start == end:
            gap = (around.key_end, start)
            self._rules.empty_value(key, gap, flow=around.flow, kept=around.keep)
        if around.keep:
            around.entries.append(Entry(key, node))
        around.key = None
