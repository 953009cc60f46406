"""What all readers of the catalogue's files share: the findings, names, labels in each language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from ivr.domain.scalars import nearest
from ivr.flow.load.findings import Findings, meant
from ivr.flow.load.heads import is_language
from ivr.flow.load.names import check_name
from ivr.flow.load.shapes import shape
from ivr.flow.reader_tree import List, Map, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ivr.domain.problem import Position
    from ivr.flow.reader_tree import Node

M = TypeVar("M", bound=BaseModel)
_ANY_NAME: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the catalogue may name of the house around it.

    teams: those that serve queues. calendars: the `hours` of the configuration. prompts: prompt ->
    its languages, of the shared prompts; None = unknown, and then they are not checked.
    """

    languages: tuple[str, ...] = ("tr", "en")
    currency: str = "TRY"
    teams: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    prompts: Mapping[str, frozenset[str]] | None = None


@dataclass(slots=True)
class Reading:
    """One reading of the whole catalogue. places: where each thing stands, for later complaints."""

    around: Surroundings
    findings: Findings
    places: dict[str, Position] = field(default_factory=dict)

    def shaped(self, model: type[M], raw: Map, subject: str) -> M | None:
        """The fields of a map; None if one that must be there is missing or wrong."""
        return shape(model, raw, subject, self.findings).fields

    def settled(self, model: type[M], raw: Map, subject: str, **stand_ins: object) -> M:
        """The fields of a map, whatever is wrong with it.

        stand_ins: what to go on with where a field that must be there is missing or wrong.
        """
        found = shape(model, raw, subject, self.findings, stand_ins=stand_ins).fields
        return found or model.model_validate(stand_ins)

    def wrong(self, node: Node, message: str) -> None:
        """F103, unless nothing is written there at all, which the reader has told (F008)."""
        if not isinstance(node, Text) or node.value or node.quoted:
            self.findings.error("F103", node.at, message)

    def entries(self, node: Node | None, what: str, *, dotted: str = "") -> Iterator[NamedMap]:
        """The named maps inside a map; names that are none are told and left out."""
        for key, value in self.pairs(node, what):
            if not isinstance(value, Map):
                self.wrong(value, f'{what} "{key.value}" wants a map of settings')
                continue
            path = f"{dotted}.{key.value}" if dotted else key.value
            self.places[f"{what} {path}"] = key.at
            yield NamedMap(key.value, path, key.at, value)

    def pairs(self, node: Node | None, what: str) -> Iterator[tuple[Text, Node]]:
        """Name and value of each entry of a map whose name is one."""
        if node is None:
            return
        if not isinstance(node, Map):
            self.wrong(node, f"a map of {what} names is wanted here")
            return
        for entry in node.entries:
            if check_name(entry.key.value, entry.key.at, self.findings, _ANY_NAME):
                yield entry.key, entry.value

    def labels(self, raw: Map, key: str, subject: str) -> dict[str, str]:
        """The text for people in each language of the house; nothing if the key is not there."""
        node = raw.get(key)
        return {} if node is None else self.texts(node, f"{subject}: {key}")

    def texts(self, node: Node, subject: str) -> dict[str, str]:
        """One text for each language of the house."""
        return {name: text.value for name, text in self.written(node, subject).items()}

    def written(self, node: Node, subject: str) -> dict[str, Text]:
        """The same, each with its place. F922 for a language without one."""
        if not isinstance(node, Map):
            message = f"{subject} wants a text for each language, as in {{tr: ..., en: ...}}"
            self.wrong(node, message)
            return {}
        sound = [each for each in node.entries if self._is_text(each.key, each.value)]
        found = {e.key.value: e.value for e in sound if isinstance(e.value, Text)}
        missing = [each for each in self.around.languages if each not in found]
        if len(sound) == len(node.entries):
            for language in missing:
                self.findings.error("F922", node.at, f"{subject} has no {language}")
        return found

    def _is_text(self, key: Text, value: Node) -> bool:
        if not is_language(key.value):
            message = f'"{key.value}" is not a language; write it as tr or en'
            self.findings.error("F103", key.at, message)
            return False
        if not isinstance(value, Text):
            self.wrong(value, f"one text is wanted for {key.value}")
            return False
        return True

    def check(self, name: str, names: Iterable[str], what: str, at: Position) -> bool:
        """Whether something of this name is there (F920)."""
        known = sorted(names)
        if name in known:
            return True
        near = nearest(name, known)
        listed = f"there is {', '.join(known)}" if len(known) <= _SHOWN else ""
        hint = meant(near) or (listed if known else "the house has none")
        self.findings.error("F920", at, f'no {what} "{name}"', hint)
        return False

    def once(self, seen: dict[str, Position], name: str, what: str, at: Position) -> None:
        """F921 for a name that stands somewhere already; it must be new among `seen`."""
        if name in seen:
            first = seen[name]
            message = f'{what} "{name}" is there already, in line {first.line}'
            self.findings.error("F921", at, message)
        seen.setdefault(name, at)


_SHOWN = 8


@dataclass(frozen=True, slots=True)
class NamedMap:
    """A named map. path: with the names above it. at: of the name."""

    name: str
    path: str
    at: Position
    raw: Map

    def place(self, key: str) -> Position:
        """Where the value under a key stands; the map itself if it is not there."""
        node = self.raw.get(key)
        return node.at if node is not None else self.raw.at

    def places(self, key: str, index: int) -> Position:
        """Where an item of a list under a key stands."""
        node = self.raw.get(key)
        return node.items[index].at if isinstance(node, List) else self.place(key)
