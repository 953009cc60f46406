"""Reads `*.test.yaml` files: calls with their defaults merged in, random callers, the exit bar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem
from ivr.flow.cases.model import KEEPS, SIMULATOR, Case, CaseFile, CoverBar, FuzzPlan
from ivr.flow.cases.written.given import read_given
from ivr.flow.cases.written.names import Names, ZoneOf, own_zone
from ivr.flow.cases.written.talk import read_talk
from ivr.flow.cases.written.tree import Reading, merged, whole_number, without
from ivr.flow.cases.written.wishes import read_wishes
from ivr.flow.reader import read
from ivr.flow.reader_tree import Map, Node, Text
from ivr.flow.types import PHONE, parse_literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.model import Bundle
    from ivr.flow.world import World

START = datetime(2026, 11, 23, 10, 30)  # noqa: DTZ001 - the zone is the flow's
"""When a call begins unless the test says: a Monday."""
ANI = "+905321112233"
DNIS = "+908502220000"
WITHHELD = "none"
_TOP = ("flow", "defaults", "calls", "fuzz", "cover")
_CALL = ("name", "at", "ani", "dnis", "channel", "language", "given", "talk", "expect", "each")
_DEFAULTS = tuple(name for name in _CALL if name not in {"name", "each"})
_FUZZ = ("callers", "seed", "keep", "languages")
_PERCENT = re.compile(r"(100|[1-9]?[0-9])%")


def read_cases(
    files: Mapping[str, bytes],
    bundles: Mapping[str, Bundle],
    world: World,
    zone_of: ZoneOf | None = None,
) -> tuple[tuple[CaseFile, ...], tuple[Problem, ...]]:
    """The test files that can be run, and everything wrong in any of them, sorted by place.

    files: path -> bytes. bundles: by the name of the flow under test. zone_of: finds a time zone
    by name; without it only UTC and the zone of `world` are known. A file with a mistake is left
    out. Raises nothing for what stands in a file.
    """
    found: list[CaseFile] = []
    problems: list[Problem] = []
    for path in sorted(files):
        case_file, wrong = _read_file(path, files[path], bundles, world, zone_of)
        problems += wrong
        if case_file is not None and not wrong:
            found.append(case_file)
    return tuple(found), tuple(sorted(problems, key=lambda one: (one.at, one.code)))


def _read_file(
    path: str,
    data: bytes,
    bundles: Mapping[str, Bundle],
    world: World,
    zone_of: ZoneOf | None,
) -> tuple[CaseFile | None, list[Problem]]:
    document, problems = read(path, data, empty_ok=_never)
    root = document.root if document else None
    reading = Reading(dict.fromkeys(problems))
    if root is None:
        if not problems:
            reading.error("T102", Position(path), 'a test file needs "flow"')
        return None, list(reading.problems)
    top = {name: entry.value for name, entry in reading.entries(root, _TOP, "a test file").items()}
    bundle = _bundle(root, top.get("flow"), bundles, reading)
    if bundle is None:
        return None, list(reading.problems)
    names = Names(bundle, world, zone_of or own_zone(world))
    case_file = _CaseReader(path, root, names, reading).read(top)
    return case_file, list(reading.problems)


def _never(_key: str) -> bool:
    return False


def _bundle(
    root: Node, node: Node | None, bundles: Mapping[str, Bundle], reading: Reading
) -> Bundle | None:
    if node is None:
        reading.error("T102", root.at, 'a test file needs "flow"')
        return None
    text = reading.text(node, "flow")
    if text is None or not reading.name(text, bundles, "flow"):
        return None
    return bundles[text.value]


@dataclass(slots=True)
class _CaseReader:
    """Reads one file whose flow is known."""

    file: str
    root: Node
    names: Names
    reading: Reading
    seen: dict[str, Position] = field(default_factory=dict)

    def read(self, top: Mapping[str, Node]) -> CaseFile:
        """Everything in the file."""
        defaults = self._defaults(top.get("defaults"))
        calls = self.reading.items(top.get("calls"), "calls")
        cases = [case for node in calls for case in self._calls(node, defaults)]
        template = self._case(defaults or _nothing(self.root), "fuzz", self.root.at)
        fuzz, cover = top.get("fuzz"), top.get("cover")
        return CaseFile(
            file=self.file,
            flow=self.names.flow.name,
            cases=tuple(cases),
            template=template,
            fuzz=None if fuzz is None else self._fuzz(fuzz),
            cover=None if cover is None else self._cover(cover),
        )

    def _defaults(self, node: Node | None) -> Map | None:
        self.reading.entries(node, _DEFAULTS, "defaults")
        return node if isinstance(node, Map) else None

    def _calls(self, node: Node, defaults: Map | None) -> list[Case]:
        """One call, or one for each part of `each`."""
        found = self.reading.entries(node, _CALL, "call")
        if not isinstance(node, Map):
            return []
        if "name" not in found:
            self.reading.error("T102", node.at, 'call needs "name"')
        name = self._name(found["name"].value) if "name" in found else ""
        call = merged(without(node, "name", "each"), defaults)
        if "each" not in found:
            return [self._case(call, name, node.at)]
        parts = self.reading.items(found["each"].value, "each")
        numbered = enumerate(parts, start=1)
        return [self._part(part, call, f"{name} [{count}]") for count, part in numbered]

    def _part(self, node: Node, call: Map, name: str) -> Case:
        found = self.reading.entries(node, ("name", *_DEFAULTS), "each")
        if "name" in found:
            name = self._name(found["name"].value)
        over = without(node, "name") if isinstance(node, Map) else _nothing(node)
        return self._case(merged(over, call), name, node.at)

    def _name(self, node: Node) -> str:
        text = self.reading.text(node, "name")
        if text is None:
            return ""
        first = self.seen.setdefault(text.value, text.at)
        if first != text.at:
            message = f'name "{text.value}" is here twice, first in line {first.line}'
            self.reading.error("T103", text.at, message)
        return text.value

    def _case(self, call: Map, name: str, at: Position) -> Case:
        reading, names = self.reading, self.names
        return Case(
            name=name,
            at=at,
            flow=names.flow.name,
            started=reading.parsed(call.get("at"), names.moment, "at", self._start()),
            ani=reading.parsed(call.get("ani"), _ani, "ani", _ani(ANI)),
            dnis=reading.parsed(call.get("dnis"), _phone, "dnis", self._dnis()),
            channel=reading.parsed(call.get("channel"), _word, "channel", SIMULATOR),
            language=self._language(call.get("language")),
            given=read_given(call.get("given"), names, reading),
            talk=read_talk(call.get("talk"), names, reading),
            expect=read_wishes(call.get("expect"), names, reading),
        )

    def _start(self) -> datetime:
        return START.replace(tzinfo=self.names.world.zone).astimezone(UTC)

    def _dnis(self) -> str:
        """The first number that leads to the flow."""
        numbers = self.names.world.numbers
        return next((n for n, flow in numbers.items() if flow == self.names.flow.name), DNIS)

    def _language(self, node: Node | None) -> str:
        text = self.reading.text(node, "language")
        if text is None or not self.reading.name(text, self.names.flow.languages, "language"):
            return ""
        return text.value

    def _fuzz(self, node: Node) -> FuzzPlan:
        found = self.reading.entries(node, _FUZZ, "fuzz")
        values = {name: entry.value for name, entry in found.items()}
        keep = self.reading.texts(values.get("keep"), "keep")
        languages = self.reading.texts(values.get("languages"), "languages")
        return FuzzPlan(
            callers=self.reading.parsed(values.get("callers"), whole_number, "callers", 100),
            seed=self.reading.parsed(values.get("seed"), whole_number, "seed", 1),
            keep=self._known(keep, KEEPS, "keep") or KEEPS,
            languages=self._known(languages, self.names.flow.languages, "language"),
            at=node.at,
        )

    def _known(self, texts: tuple[Text, ...], known: tuple[str, ...], kind: str) -> tuple[str, ...]:
        return tuple(text.value for text in texts if self.reading.name(text, known, kind))

    def _cover(self, node: Node) -> CoverBar:
        found = self.reading.entries(node, ("exits", "skip"), "cover")
        values = {name: entry.value for name, entry in found.items()}
        skip = self.reading.texts(values.get("skip"), "skip")
        percent = self.reading.parsed(values.get("exits"), _percent, "exits", 0)
        return CoverBar(percent, self._known(skip, self.names.exits, "exit"), node.at)


def _nothing(node: Node) -> Map:
    return Map((), node.at, node.at)


def _word(text: str) -> str:
    if not text.isidentifier():
        raise ValueError(f'"{text}" is not the name of a channel')
    return text


def _phone(text: str) -> str:
    return str(parse_literal(text, PHONE))


def _ani(text: str) -> str | None:
    return None if text == WITHHELD else _phone(text)


def _percent(text: str) -> int:
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not a percentage; write 60%')
    return int(found[1])
