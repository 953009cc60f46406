"""Reads `given`: what lookups find, whether places are open, what becomes of a caller elsewhere.

What later verbs need (`payments surveys`) is read and checked in full. As long as a verb is not
built, a fate that the engine cannot play yet is kept, and fails the test when the call meets it
(see `play`); so does what is said of a queue on a channel that rings nobody up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.domain import scalars
from ivr.domain.values import Money, Value
from ivr.flow.cases.model import Given, Lookup, QueueGiven
from ivr.flow.cases.written import queues
from ivr.flow.cases.written.tree import KINDS, Reading
from ivr.flow.reader_tree import Entry, List, Map, Node
from ivr.flow.types import Type, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.cases.written.names import Names
    from ivr.flow.world import SourceShape

Facts = dict[str, Value]
Fates = dict[tuple[str, str], str]
TOOK_S = 0.2
FAILURES = ("timeout", "error", "shape")
_CONTROL = ("gives", "took", "fails", "missing")
_PLACES = ("busy", "noanswer", "failed", "answers")
_PAYMENTS = ("paid", "declined", "failed")
_SURVEYS = ("invited", "not")
_TICKETS = ("opened", "failed")


@dataclass(slots=True)
class _Found:
    """What is said beside lookups."""

    facts: Facts = field(default_factory=dict)
    fates: Fates = field(default_factory=dict)
    queues: dict[str, QueueGiven] = field(default_factory=dict)


def read_given(node: Node | None, names: Names, reading: Reading) -> Given:
    """The whole of `given`."""
    lookups: dict[str, tuple[Lookup, ...]] = {}
    world = _Found()
    for entry in reading.all_entries(node, "given"):
        name = entry.key.value
        if name in KINDS:
            _READERS[name](entry.value, names, reading, world)
        elif name in names.world.sources:
            source = names.world.sources[name]
            lookups[name] = _lookups(entry.value, source, names, reading)
        else:
            near = nearest(name, (*KINDS, *names.world.sources))
            reading.error("T101", entry.key.at, f'no source "{name}"', near)
    return Given(lookups, world.facts, world.fates, world.queues)


def made_up(wanted: Type, name: str, language: str) -> Value:
    """A value for a field that a test does not give: always the same, of the right type."""
    if wanted.optional:
        return None
    if wanted.is_record:
        return {inner: made_up(kind, inner, language) for inner, kind in wanted.fields.items()}
    if wanted.name == "money":
        return Money(Decimal(100), wanted.currency)
    if wanted.name == "language":
        return language
    return name if wanted.name == "text" else _MADE_UP.get(wanted.name)


_MADE_UP: Mapping[str, Value] = {
    "digits": "1234567",
    "number": Decimal(7),
    "bool": False,
    "date": date(2026, 11, 20),
    "time": time(9, 30),
    "datetime": datetime.fromisoformat("2026-11-20T09:30:00+00:00"),
    "duration": timedelta(minutes=5),
    "phone": "+905551112200",
    "list": (),
}


def made_up_record(source: SourceShape, language: str) -> dict[str, Value]:
    """A whole record of a source."""
    return {name: made_up(kind, name, language) for name, kind in source.gives.items()}


def _lookups(node: Node, source: SourceShape, names: Names, reading: Reading) -> tuple[Lookup, ...]:
    nodes = node.items if isinstance(node, List) else (node,)
    if not nodes:
        reading.error("T103", node.at, f"given {source.name} is empty")
    return tuple(_lookup(one, source, names, reading) for one in nodes)


def _lookup(node: Node, source: SourceShape, names: Names, reading: Reading) -> Lookup:
    """A record, or what to do instead; a field of the source wins over a word of ours."""
    subject = f"given {source.name}"
    if not isinstance(node, Map):
        reading.error("T103", node.at, f"{subject} wants a map of name: value")
        return Lookup()
    ours = node.get("gives") is not None or not any(key in source.gives for key in node.keys())  # noqa: SIM118 - no dict
    if not (ours and node.entries):
        return Lookup("found", _record(node, source, names, reading))
    known = (*_CONTROL, *source.gives) if node.get(_CONTROL[0]) is None else _CONTROL
    found = reading.entries(node, known, subject)
    took_s = _seconds(found.get("took"), reading, f"{subject}.took", TOOK_S)
    if "fails" in found:
        reason = reading.choice(found["fails"].value, FAILURES, f"{subject}.fails", "error")
        return Lookup("failed", {}, took_s, reason)
    if _flag(found.get("missing"), reading, f"{subject}.missing"):
        return _missing(found["missing"], source, took_s, reading)
    gives = found["gives"].value if "gives" in found else None
    return Lookup("found", _record(gives, source, names, reading), took_s)


def _missing(entry: Entry, source: SourceShape, took_s: float, reading: Reading) -> Lookup:
    if not source.not_found:
        message = f"given {source.name}: this source never says that something is missing"
        reading.error("T103", entry.key.at, message)
    return Lookup("missing", {}, took_s)


def _record(
    node: Node | None, source: SourceShape, names: Names, reading: Reading
) -> dict[str, Value]:
    subject = f"given {source.name}"
    record = made_up_record(source, names.flow.languages[0])
    for name, entry in reading.entries(node, source.gives, subject).items():
        kind = source.gives[name].present
        if not (source.gives[name].optional and _is_none(entry.value)):
            record[name] = reading.parsed(
                entry.value,
                lambda text, kind=kind: names.literal(text, kind),  # type: ignore[misc]
                f"{subject}.{name}",
                record[name],
            )
    return record


def _is_none(node: Node) -> bool:
    return getattr(node, "value", "") == "none"


def _seconds(entry: Entry | None, reading: Reading, subject: str, default: float) -> float:
    node = entry.value if entry else None
    return reading.parsed(node, seconds, subject, default)


def seconds(text: str) -> float:
    """A duration in seconds."""
    return scalars.read_duration(text).total_seconds()


def _flag(entry: Entry | None, reading: Reading, subject: str) -> bool:
    return reading.parsed(entry.value if entry else None, scalars.read_bool, subject, False)


def _hours(node: Node, names: Names, reading: Reading, world: _Found) -> None:
    for entry in reading.all_entries(node, "given hours"):
        if not reading.name(entry.key, names.world.calendars, "hours"):
            continue
        name, subject = entry.key.value, f"given hours.{entry.key.value}"
        if not isinstance(entry.value, Map):
            word = reading.choice(entry.value, ("real", "open", "closed"), subject, "real")
            if word != "real":
                world.facts[f"hours.{name}.open"] = word == "open"
            continue
        found = reading.entries(entry.value, ("open", "next_open", "closes_at"), subject)
        if "open" in found:
            world.facts[f"hours.{name}.open"] = _flag(found["open"], reading, f"{subject}.open")
        for when in ("next_open", "closes_at"):
            if when in found:
                moment = reading.parsed(found[when].value, names.moment, f"{subject}.{when}", None)
                world.facts[f"hours.{name}.{when}"] = moment


def _switch(node: Node, names: Names, reading: Reading, world: _Found) -> None:
    world.facts.update(read_switches(node, names, reading))


def read_switches(node: Node, names: Names, reading: Reading) -> dict[str, Value]:
    """`{emergency: true}` as facts."""
    found: dict[str, Value] = {}
    for entry in reading.all_entries(node, "switch"):
        if reading.name(entry.key, names.switches, "switch"):
            name = f"switch.{entry.key.value}"
            found[name] = _flag(entry, reading, name)
    return found


def _queues(node: Node, names: Names, reading: Reading, world: _Found) -> None:
    """Figures of queues are facts of the flow; what becomes of the caller there is his fate."""
    for entry in reading.all_entries(node, "given queues"):
        if not reading.name(entry.key, names.world.queues, "queue"):
            continue
        name = entry.key.value
        given, agents = queues.read_queue(entry, reading, names.world)
        world.queues[name] = given
        world.facts.update(queues.facts_of(name, given, agents))
        fate = queues.fate_of(given)
        if fate:
            world.fates["queue", name] = fate


def _fate_reader(
    kind: str, verb: str, words: tuple[str, ...], known: Callable[[Names], tuple[str, ...]]
) -> Callable[[Node, Names, Reading, _Found], None]:
    def read(node: Node, names: Names, reading: Reading, world: _Found) -> None:
        for entry in reading.all_entries(node, f"given {kind}"):
            if reading.name(entry.key, known(names), kind.removesuffix("s")):
                name = entry.key.value
                word = reading.choice(entry.value, words, f"given {kind}.{name}", words[-1])
                world.fates[verb, name] = word

    return read


def _tickets(node: Node, _names: Names, reading: Reading, world: _Found) -> None:
    word = reading.choice(node, _TICKETS, "given tickets", _TICKETS[0])
    world.fates["ticket", ""] = word


_READERS: Mapping[str, Callable[[Node, Names, Reading, _Found], None]] = {
    "hours": _hours,
    "queues": _queues,
    "switch": _switch,
    "places": _fate_reader("places", "transfer", _PLACES, lambda n: tuple(n.world.places)),
    "payments": _fate_reader("payments", "pay", _PAYMENTS, lambda n: n.world.payments),
    "surveys": _fate_reader("surveys", "survey", _SURVEYS, lambda n: n.world.surveys),
    "tickets": _tickets,
}
