"""Reading the standard names of the flow language: `call hours queues heard now today`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from ivr.domain.values import Value
from ivr.engine.flows import Flows
from ivr.engine.state import Frame, State

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of one call, seen from the innermost frame: what expressions are evaluated in.

    entry: variables seen with a value they do not have yet (`check`, `confirm`).
    """

    state: State
    book: Flows
    now: datetime
    entry: Mapping[str, Value] = field(default_factory=dict)

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.state.frames[-1]

    @property
    def language(self) -> str:
        """The language the caller hears now."""
        return self.state.language

    @property
    def zone(self) -> tzinfo:
        """The zone that dates and times are shown in."""
        return self.book.world.zone

    def visits(self, node: str) -> int:
        """How often this frame entered the node."""
        return self.frame.visits.get(node, 0)

    def read(self, path: Path) -> Value:
        """The value of a dotted path, None if any part of it is missing."""
        reader = _STANDARD.get(path[0])
        if reader is not None:
            return reader(self, path)
        name = path[0]
        value = self.entry[name] if name in self.entry else self.frame.variables.get(name)
        for part in path[1:]:
            if not isinstance(value, Mapping):
                return None
            value = value.get(part)
        return value


def _call(view: Moment, path: Path) -> Value:
    state = view.state
    facts: dict[str, Value] = {
        "id": state.call,
        "ani": state.ani,
        "dnis": state.dnis,
        "channel": state.channel,
        "trunk": state.trunk,
        "language": state.language,
        "started": state.started_at,
        "talked": False,
        "test": state.test,
    }
    return facts.get(path[1])


def _heard(view: Moment, path: Path) -> Value:
    heard = view.state.heard
    facts: dict[str, Value] = {
        "by": heard.by,
        "reason": heard.reason,
        "tries": Decimal(heard.tries),
        "words": heard.words or None,
    }
    return facts.get(path[1])


def _hours(view: Moment, path: Path) -> Value:
    """A fact given for the call (a test, an override) wins over the calendar."""
    name, field = path[1], path[2]
    given = view.state.facts.get(".".join(path))
    if given is not None:
        return given
    calendar = view.book.world.calendars[name]
    switch = view.book.world.switches.get(name, "")
    closed = view.state.facts.get(f"switch.{switch}") is True
    if field == "open":
        return calendar.is_open(view.now, closed_by_switch=closed)
    if field == "next_open":
        return calendar.next_open(view.now)
    return calendar.closes_at(view.now)


def _queues(view: Moment, path: Path) -> Value:
    given = view.state.facts.get(".".join(path))
    return _EMPTY_QUEUE.get(path[2]) if given is None else given


def _now(view: Moment, _path: Path) -> Value:
    return view.now


def _today(view: Moment, _path: Path) -> Value:
    return view.now.astimezone(view.zone).date()


_EMPTY_QUEUE: Mapping[str, Value] = {
    "open": False,
    "waiting": Decimal(0),
    "agents": Decimal(0),
}
_STANDARD: Mapping[str, Callable[[Moment, Path], Value]] = {
    "call": _call,
    "heard": _heard,
    "hours": _hours,
    "queues": _queues,
    "now": _now,
    "today": _today,
}
