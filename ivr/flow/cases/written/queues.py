"""Reads `given queues`: who is there, when somebody answers, what a waiting caller may be told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.domain import scalars
from ivr.domain.queue import WAYS, way_to
from ivr.flow.cases.model import QueueGiven
from ivr.flow.cases.written.tree import Reading, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.flow.reader_tree import Entry
    from ivr.flow.world import World

_CALLED = {"flow": "flow of an overflow", "callback": "queue", "number": "place"}
FLAGS = ("full", "timeout", "nobody")
_FIELDS = ("agents", "answers", "talks", *FLAGS, "position", "estimate", "rejects", "overflow")


def read_queue(entry: Entry, reading: Reading, world: World) -> tuple[QueueGiven, int]:
    """What is said of one queue, and how many agents are there for the flow to read."""
    subject = f"given queues.{entry.key.value}"
    found = reading.entries(entry.value, _FIELDS, subject)

    def number(name: str) -> int | None:
        if name not in found:
            return None
        return reading.parsed(found[name].value, whole_number, f"{subject}.{name}", 0)

    flags = [name for name in FLAGS if _flag(found.get(name), reading, f"{subject}.{name}")]
    agents = number("agents")
    given = QueueGiven(
        answers_s=_seconds(found.get("answers"), reading, f"{subject}.answers"),
        talks_s=_seconds(found.get("talks"), reading, f"{subject}.talks"),
        refuses=next(iter(flags), "nobody" if agents == 0 else ""),
        rejects=number("rejects") or 0,
        position=number("position"),
        estimate_s=_seconds(found.get("estimate"), reading, f"{subject}.estimate"),
        ways=_ways(found.get("overflow"), reading, f"{subject}.overflow", world),
    )
    return given, agents or 0


def _ways(entry: Entry | None, reading: Reading, subject: str, world: World) -> tuple[str, ...]:
    """Where callers are sent at once, as in {flow: message, exit: full}: the best way first."""
    known = {
        "exit": FLAGS,
        "queue": world.queues,
        "flow": tuple(name for shape in world.queue_shapes.values() for name in shape.flows),
        "callback": world.queues,
        "number": tuple(world.places),
    }
    found = []
    for kind, one in reading.entries(entry.value if entry else None, WAYS, subject).items():
        text = reading.text(one.value, f"{subject}.{kind}")
        if text is not None and reading.name(text, known[kind], _CALLED.get(kind, kind)):
            found.append(way_to(kind, text.value))
    return tuple(found)


def facts_of(name: str, given: QueueGiven, agents: int) -> Mapping[str, Value]:
    """The figures of a queue as the flow reads them."""
    there = 0 if given.refuses == "nobody" else agents
    facts: dict[str, Value] = {
        f"queues.{name}.open": there > 0,
        f"queues.{name}.agents": Decimal(there),
    }
    if given.position is not None:
        facts[f"queues.{name}.waiting"] = Decimal(max(given.position - 1, 0))
    if given.estimate is not None:
        facts[f"queues.{name}.estimate"] = given.estimate
    return facts


def fate_of(given: QueueGiven) -> str:
    """What the test says becomes of a caller there, in one word; "" = nothing."""
    plays = given.answers_s is not None or given.talks_s is not None or given.rejects > 0
    return given.refuses or ("answers" if plays else "")


def _flag(entry: Entry | None, reading: Reading, subject: str) -> bool:
    return reading.parsed(entry.value if entry else None, scalars.read_bool, subject, False)


def _seconds(entry: Entry | None, reading: Reading, subject: str) -> float | None:
    return reading.parsed(entry.value if entry else None, _read_seconds, subject, None)


def _read_seconds(text: str) -> float:
    return scalars.read_duration(text).total_seconds()
