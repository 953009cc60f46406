"""Looks at the queues every five seconds and knows which of their alarms fire.

Not to be mixed up with deviation alarms of surveys (`ivr/runtime/surveys/alarms.py`).
Source: acd-cti.md 13.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.acd.alarms.course import STATES, Course, Reading, step
from ivr.acd.alarms.figures import Lately, measure
from ivr.acd.settings import SECOND
from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime import metrics
from ivr.runtime.groups.times import from_ns
from ivr.runtime.tasks import survived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.acd.alarms.rule import Bound, QueueAlarm
    from ivr.acd.state import Group
    from ivr.runtime.ports import Clock

EVERY = timedelta(seconds=5)
TOPIC, CHANGED = "alarms", "alarm.changed"
REMOVED = "removed"
"""Told instead of a state when an alarm is no longer configured."""


@dataclass(frozen=True, slots=True)
class Seams:
    """What alarms stand on. rules: those configured now. group, now_ns: the queues and their clock.
    tell: news for pages. forget: a thing of which there is no more news.
    """

    clock: Clock
    rules: Callable[[], Sequence[QueueAlarm]]
    group: Callable[[], Group]
    now_ns: Callable[[], int]
    tell: Callable[[str, str, Mapping[str, Any]], None]
    forget: Callable[[str, str], None]


@dataclass(slots=True)
class Watched:
    """An alarm, how far it has come, and what was measured last."""

    rule: QueueAlarm
    course: Course
    reading: Reading = field(default_factory=Reading)


class QueueAlarms:
    """All alarms of a server. `run` it once."""

    def __init__(self, seams: Seams) -> None:
        self._seams = seams
        self._watched: dict[str, Watched] = {}
        self._told: dict[str, Mapping[str, Any]] = {}
        self._lately = Lately()

    async def run(self) -> None:
        """Evaluate them for ever."""
        clock = self._seams.clock
        while True:
            with survived():
                self.evaluate()
            await clock.sleep_until(clock.now() + EVERY)

    def evaluate(self) -> None:
        """One evaluation of all alarms as they are configured now."""
        group, now = self._seams.group(), self._seams.now_ns()
        self._lately.look(group, now)
        rules = self._seams.rules()
        self._drop(self._watched.keys() - {rule.name for rule in rules})
        for rule in rules:
            watched = self._watched[rule.name] = self._known(rule, now)
            watched.reading = measure(rule, group, self._lately, now)
            watched.course, _notice = step(rule, watched.course, now, watched.reading)
            self._show(watched)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """ALARM of the live messages, as configured."""
        return [row_of(one) for one in self._watched.values()]

    def check_fires(self, name: str) -> Watched:
        """Raises NotFoundError, and IllegalTransitionError for an alarm that is not on."""
        watched = self._watched.get(name)
        if watched is None:
            raise NotFoundError("there is no such alarm")
        if watched.course.fired_at is None:
            raise IllegalTransitionError(f"the alarm {name} does not fire")
        return watched

    def acknowledge(self, name: str, by: str) -> Mapping[str, Any]:
        """Somebody has seen it: it stays on but is not told again. Raises as `check_fires`."""
        watched = self.check_fires(name)
        watched.course = watched.course.acknowledged(by, self._seams.now_ns())
        self._show(watched)
        return row_of(watched)

    def _known(self, rule: QueueAlarm, now: int) -> Watched:
        """An alarm keeps its state as long as what it depends on stays the same."""
        known = self._watched.get(rule.name)
        if known is None or known.rule.condition != rule.condition:
            return Watched(rule, Course(since=now))
        known.rule = rule
        return known

    def _show(self, watched: Watched) -> None:
        row = row_of(watched)
        if self._told.get(row["alarm"]) == row:
            return
        self._told[row["alarm"]] = row
        self._seams.tell(TOPIC, CHANGED, row)
        for state in STATES:
            gauge = metrics.ALARM_STATE.labels(row["alarm"], row["queue"], state)
            gauge.set(state == row["state"])

    def _drop(self, names: set[str]) -> None:
        for name in names:
            row = row_of(self._watched.pop(name))
            self._told.pop(name, None)
            self._seams.tell(TOPIC, CHANGED, {**row, "state": REMOVED})
            self._seams.forget(TOPIC, name)
            for state in STATES:
                metrics.ALARM_STATE.remove(name, row["queue"], state)


def row_of(watched: Watched) -> dict[str, Any]:
    """ALARM: plain JSON. since: of its state; fired_at: of the open episode."""
    rule, course, reading = watched.rule, watched.course, watched.reading
    return {
        "alarm": rule.name,
        "queue": rule.queue,
        "metric": rule.metric,
        "variant": rule.variant,
        "window_s": rule.window_ns // SECOND,
        "min_n": rule.min_n,
        "state": course.state,
        "since": from_ns(course.since).isoformat(),
        "value": None if reading.value is None else round(reading.value, 2),
        "n": reading.n,
        "fire": _side(rule.fire, rule.fire_for_ns),
        "clear": _side(rule.clear, rule.clear_for_ns),
        "fired_at": _moment(course.fired_at),
        "acknowledged_by": course.acknowledged_by,
        "acknowledged_at": _moment(course.acknowledged_at),
    }


def _side(bound: Bound, length_ns: int) -> dict[str, Any]:
    key, other = ("below", "above") if bound.below else ("above", "below")
    return {key: bound.limit, other: None, "for_s": length_ns // SECOND}


def _moment(at: int | None) -> str | None:
    return None if at is None else from_ns(at).isoformat()
