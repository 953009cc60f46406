"""Reading the standard names of the flow language: `call hours queues heard now today`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.engine.party import OUTSIDE, TALK

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from ivr.domain.values import Value
    from ivr.engine.flows import Flows
    from ivr.engine.state import Frame, Heard, State

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of one call, seen from the innermost frame: what expressions are evaluated in.

    entry: variables seen with a value they do not have yet (`check`, `confirm`). just: a listen
    that has just failed and is not yet in the state, so that the next prompt can speak of it. news:
    what a waiting caller is told of the queue: `name position estimate`.
    """

    state: State
    book: Flows
    now: datetime
    entry: Mapping[str, Value] = field(default_factory=dict)
    just: Heard | None = None
    news: Mapping[str, Value] = field(default_factory=dict)

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
        return self.variable(path)

    def variable(self, path: Path) -> Value:
        """A variable of the innermost frame, or a field of it."""
        name = path[0]
        value = self.entry[name] if name in self.entry else self.frame.variables.get(name)
        for part in path[1:]:
            if not isinstance(value, Mapping):
                return None
            value = value.get(part)
        return value


def _call(view: Moment, path: Path) -> Value:
    return _CALL[path[1]](view.state)


def _heard(view: Moment, path: Path) -> Value:
    return _HEARD[path[1]](view.just or view.state.heard)


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


def _queue(view: Moment, path: Path) -> Value:
    """What is known of the queue in which the caller waits, unless the flow has such a variable."""
    if "queue" in view.frame.variables:
        return view.variable(path)
    return view.news.get(path[1])


def _callback(view: Moment, _path: Path) -> Value:
    """When the caller is called back; missing while nothing is promised."""
    return view.state.callback_at


def _now(view: Moment, _path: Path) -> Value:
    return view.now


def _today(view: Moment, _path: Path) -> Value:
    return view.now.astimezone(view.zone).date()


_EMPTY_QUEUE: Mapping[str, Value] = {
    "open": False,
    "waiting": Decimal(0),
    "agents": Decimal(0),
}
_CALL: Mapping[str, Callable[[State], Value]] = {
    "id": lambda state: state.call,
    "ani": lambda state: state.ani,
    "dnis": lambda state: state.dnis,
    "channel": lambda state: state.channel,
    "trunk": lambda state: state.trunk,
    "language": lambda state: state.language,
    "started": lambda state: state.started_at,
    "talked": lambda state: any(part.kind in {OUTSIDE, TALK} for part in state.segments),
    "test": lambda state: state.test,
}
_HEARD: Mapping[str, Callable[[Heard], Value]] = {
    "by": lambda heard: heard.by,
    "reason": lambda heard: heard.reason,
    "tries": lambda heard: Decimal(heard.tries),
    "words": lambda heard: heard.words or None,
}
_STANDARD: Mapping[str, Callable[[Moment, Path], Value]] = {
    "call": _call,
    "heard": _heard,
    "hours": _hours,
    "queues": _queues,
    "queue": _queue,
    "callback": _callback,
    "now": _now,
    "today": _today,
}
