"""Reads `given`: what lookups find, whether places are open, what becomes of a caller elsewhere.

What later verbs need (`queues places payments surveys`) is read and checked in full. As long as
a verb is not built, only figures of queues reach the flow; a fate that the engine cannot play yet
is kept, and fails the test when the call meets it (see `play`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.domain import scalars
from ivr.domain.values import Money, Value
from ivr.flow.cases.model import Given, Lookup
from ivr.flow.cases.written.tree import KINDS, Reading, whole_number
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
_FLAGS = ("full", "timeout", "nobody")
_QUEUE = ("agents", "answers", "talks", *_FLAGS, "position", "estimate", "rejects")


def read_given(node: Node | None, names: Names, reading: Reading) -> Given:
    """The whole of `given`."""
    lookups: dict[str, tuple[Lookup, ...]] = {}
    facts: Facts = {}
    fates: Fates = {}
    for entry in reading.all_entries(node, "given"):
        name = entry.key.value
        if name in KINDS:
            _READERS[name](entry.value, names, reading, facts, fates)
        elif name in names.world.sources:
            source = names.world.sources[name]
            lookups[name] = _lookups(entry.value, source, names, reading)
        else:
            near = nearest(name, (*KINDS, *names.world.sources))
            reading.error("T101", entry.key.at, f'no source "{name}"', near)
    return Given(lookups, facts, fates)


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


def _hours(node: Node, names: Names, reading: Reading, facts: Facts, _fates: Fates) -> None:
    for entry in reading.all_entries(node, "given hours"):
        if not reading.name(entry.key, names.world.calendars, "hours"):
            continue
        name, subject = entry.key.value, f"given hours.{entry.key.value}"
        if not isinstance(entry.value, Map):
            word = reading.choice(entry.value, ("real", "open", "closed"), subject, "real")
            if word != "real":
                facts[f"hours.{name}.open"] = word == "open"
            continue
        found = reading.entries(entry.value, ("open", "next_open", "closes_at"), subject)
        if "open" in found:
            facts[f"hours.{name}.open"] = _flag(found["open"], reading, f"{subject}.open")
        for when in ("next_open", "closes_at"):
            if when in found:
                moment = reading.parsed(found[when].value, names.moment, f"{subject}.{when}", None)
                facts[f"hours.{name}.{when}"] = moment


def _switch(node: Node, names: Names, reading: Reading, facts: Facts, _fates: Fates) -> None:
    facts.update(read_switches(node, names, reading))


def read_switches(node: Node, names: Names, reading: Reading) -> dict[str, Value]:
    """`{emergency: true}` as facts."""
    found: dict[str, Value] = {}
    for entry in reading.all_entries(node, "switch"):
        if reading.name(entry.key, names.switches, "switch"):
            name = f"switch.{entry.key.value}"
            found[name] = _flag(entry, reading, name)
    return found


def _queues(node: Node, names: Names, reading: Reading, facts: Facts, fates: Fates) -> None:
    for entry in reading.all_entries(node, "given queues"):
        if reading.name(entry.key, names.world.queues, "queue"):
            _queue(entry, reading, facts, fates)


def _queue(entry: Entry, reading: Reading, facts: Facts, fates: Fates) -> None:
    name, subject = entry.key.value, f"given queues.{entry.key.value}"
    found = reading.entries(entry.value, _QUEUE, subject)
    numbers = {
        field: reading.parsed(found[field].value, whole_number, f"{subject}.{field}", 0)
        for field in ("agents", "position", "rejects")
        if field in found
    }
    flags = [flag for flag in _FLAGS if _flag(found.get(flag), reading, f"{subject}.{flag}")]
    agents = 0 if "nobody" in flags else numbers.get("agents", 0)
    facts[f"queues.{name}.open"] = agents > 0
    facts[f"queues.{name}.agents"] = Decimal(agents)
    if "position" in numbers:
        facts[f"queues.{name}.waiting"] = Decimal(max(numbers["position"] - 1, 0))
    for field in ("answers", "talks"):
        _seconds(found.get(field), reading, f"{subject}.{field}", 0)
    if "estimate" in found:
        estimate = reading.parsed(
            found["estimate"].value, scalars.read_duration, f"{subject}.estimate", None
        )
        facts[f"queues.{name}.estimate"] = estimate
    played = [field for field in ("answers", "talks", "rejects") if field in found]
    fate = next(iter((*flags, *played)), "")
    if fate:
        fates["queue", name] = fate


def _fate_reader(
    kind: str, verb: str, words: tuple[str, ...], known: Callable[[Names], tuple[str, ...]]
) -> Callable[[Node, Names, Reading, Facts, Fates], None]:
    def read(node: Node, names: Names, reading: Reading, _facts: Facts, fates: Fates) -> None:
        for entry in reading.all_entries(node, f"given {kind}"):
            if reading.name(entry.key, known(names), kind.removesuffix("s")):
                name = entry.key.value
                word = reading.choice(entry.value, words, f"given {kind}.{name}", words[-1])
                fates[verb, name] = word

    return read


_READERS: Mapping[str, Callable[[Node, Names, Reading, Facts, Fates], None]] = {
    "hours": _hours,
    "queues": _queues,
    "switch": _switch,
    "places": _fate_reader("places", "transfer", _PLACES, lambda n: tuple(n.world.places)),
    "payments": _fate_reader("payments", "pay", _PAYMENTS, lambda n: n.world.payments),
    "surveys": _fate_reader("surveys", "survey", _SURVEYS, lambda n: n.world.surveys),
}
