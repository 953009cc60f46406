"""What all readers of a survey file share: the findings, the languages, texts in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from ivr.domain.problem import Problem, Severity
from ivr.domain.scalars import nearest
from ivr.flow.expressions import infer
from ivr.flow.fields import Condition
from ivr.flow.load.findings import Findings, inside, meant
from ivr.flow.load.names import check_name
from ivr.flow.load.shapes import shape
from ivr.flow.prompts import TemplateError, parse_template
from ivr.flow.reader_tree import Map, Text
from ivr.flow.types import BOOL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.domain.problem import Position
    from ivr.flow.expressions import Expression, Names
    from ivr.flow.reader_tree import Node

M = TypeVar("M", bound=BaseModel)
_ANY_NAME: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Around:
    """What a survey may name of the house around it; None = unknown, and then it is not checked.

    names: surveys that this installation asks (`surveys` of the configuration). languages: a text
    in any other is a mistake. flows: names of flows, which no compiled survey may have.
    unwound: queues after whose calls nobody winds up. recordings: (language, prompt) of recorded
    prompts, whose text is not said. calls: whether there is a way to call people for planned
    surveys.
    """

    queues: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    flows: frozenset[str] = frozenset()
    unwound: frozenset[str] = frozenset()
    recordings: frozenset[tuple[str, str]] = frozenset()
    calls: bool | None = None


@dataclass(slots=True)
class Reading:
    """One reading of one file. languages: those it must be written in.

    lost: questions with a mistake that was told; whoever names them is not wrong for that.
    by_agents: agents are asked and not callers.
    """

    around: Around
    findings: Findings
    languages: tuple[str, ...] = ()
    code: str = ""
    lost: set[str] = field(default_factory=set)
    by_agents: bool = False

    def error(self, code: str, at: Position, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.findings.error(code, at, message, hint)

    def warning(self, code: str, at: Position, message: str, hint: str = "") -> None:
        """Note something most likely not meant."""
        self.findings.warning(code, at, message, hint)

    def fields(self, model: type[M], raw: Map, subject: str, **stand_ins: object) -> M | None:
        """The fields of a map; None if one without a stand-in is missing or wrong."""
        return shape(model, raw, subject, self.findings, stand_ins=stand_ins).fields

    def maps(self, node: Node | None, what: str) -> Iterator[tuple[Text, Map]]:
        """The named maps inside a map; what is none is told and left out."""
        if node is None:
            return
        if not isinstance(node, Map):
            self.wrong(node, f"a map of {what} names is wanted here")
            return
        for entry in node.entries:
            if not check_name(entry.key.value, entry.key.at, self.findings, _ANY_NAME):
                continue
            if isinstance(entry.value, Map):
                yield entry.key, entry.value
            else:
                self.wrong(entry.value, f'{what} "{entry.key.value}" wants a map of settings')

    def wrong(self, node: Node, message: str) -> None:
        """F103, unless nothing is written there at all, which the reader has told (F008)."""
        if not isinstance(node, Text) or node.value or node.quoted:
            self.error("F103", node.at, message)

    def texts(self, node: Node | None, subject: str) -> dict[str, Text]:
        """One text for each language; V02 for a language without one."""
        if node is None:
            return {}
        if not isinstance(node, Map):
            self.wrong(node, f"{subject} wants a text for each language, as in {{tr: ..., en: ..}}")
            return {}
        found: dict[str, Text] = {}
        for entry in node.entries:
            if entry.key.value not in self.languages:
                message = f'"{entry.key.value}" is not one of the survey\'s languages'
                self.error("V02", entry.key.at, message, f"write {', '.join(self.languages)}")
            elif isinstance(entry.value, Text):
                found[entry.key.value] = entry.value
                self._check_template(entry.value)
            else:
                self.wrong(entry.value, f"one text is wanted for {entry.key.value}")
        written = node.keys()
        for language in self.languages:
            if language not in written:
                self.error("V02", node.at, f"{subject} has no {language}", "write it there, too")
        return found

    def _check_template(self, text: Text) -> None:
        """F507 for what is no text to be said, F504 for a value: a survey's texts have none."""
        try:
            template = parse_template(text.value)
        except TemplateError as error:
            self.error("F507", inside(text, error.offset), error.message)
            return
        for insert in template.inserts:
            message = f"{{{insert.dotted}}} is a value, and texts of surveys have none"
            self.error("F504", inside(text, insert.offset), message, "write it without")

    def condition(self, raw: Map, key: str, given: object, scope: Names) -> Expression | None:
        """A condition with its names and types checked; the codes are those of flow expressions."""
        node = raw.get(key)
        if not isinstance(given, Condition) or node is None:
            return None
        for problem in infer(given.expression, scope, BOOL).problems:
            at = inside(node, problem.offset)
            found = Problem(problem.code, Severity.ERROR, at, problem.message, problem.hint)
            self.findings.add(found)
        return given.expression

    def check(self, name: str, known: Iterable[str] | None, what: str, at: Position) -> None:
        """V18 for something that the house does not have."""
        names = None if known is None else sorted(known)
        if names is not None and name not in names:
            hint = meant(nearest(name, names)) or f"there is {', '.join(names) or 'none'}"
            self.error("V18", at, f'no {what} "{name}"', hint)


def plain_texts(found: dict[str, Text]) -> dict[str, str]:
    """Language -> text."""
    return {language: text.value for language, text in found.items()}


def place(raw: Map, key: str) -> Position:
    """Where the value under a key stands; the map itself if it is not there."""
    node = raw.get(key)
    return node.at if node is not None else raw.at


def key_place(raw: Map, key: str) -> Position:
    """Where a key stands; the map itself if it is not there."""
    entry = raw.entry(key)
    return entry.key.at if entry is not None else raw.at
