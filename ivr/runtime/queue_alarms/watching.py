"""Looks at the queues every five seconds and knows which of their alarms fire.

Not to be mixed up with deviation alarms of surveys (`ivr/runtime/surveys/alarms.py`).
Source: acd-cti.md 13.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.acd.alarms.course import STATES, Course, Reading, step
from ivr.acd.alarms.figures import measure
from ivr.acd.callers.lately import Lately
from ivr.acd.settings import SECOND
from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime import metrics
from ivr.runtime.groups.times import from_ns
from ivr.runtime.ports.supervision.queue_alarms import KeptAlarm, Notice
from ivr.runtime.tasks import Bell, every, look_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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
    lately: how their waits ended. tell: news for pages. end: the last of a thing that is no more.
    """

    clock: Clock
    rules: Callable[[], Sequence[QueueAlarm]]
    group: Callable[[], Group]
    now_ns: Callable[[], int]
    tell: Callable[[str, str, Mapping[str, Any]], None]
    end: Callable[[str, str, Mapping[str, Any]], None]
    lately: Lately = field(default_factory=Lately)


@dataclass(slots=True)
class Watched:
    """An alarm, how far it has come, what was measured last, and what people are to be told."""

    rule: QueueAlarm
    course: Course
    reading: Reading = field(default_factory=Reading)
    unsent: list[Notice] = field(default_factory=list)

    def look(self, reading: Reading, now: int) -> None:
        """One evaluation."""
        began = self.course.fired_at
        self.reading = reading
        self.course, kind = step(self.rule, self.course, now, reading)
        if kind:
            fired_at = now if began is None else began
            self.unsent.append(Notice(kind, now, fired_at, reading.value, reading.n))


class QueueAlarms:
    """All alarms of a server. `run` it once. watched: by name. evaluated: at least once. changed:
    rung when something is to be kept or told."""

    def __init__(self, seams: Seams) -> None:
        self._seams = seams
        self.watched: dict[str, Watched] = {}
        self.evaluated = False
        self.changed = Bell()
        self._left: dict[str, KeptAlarm] = {}
        self._told: dict[str, Mapping[str, Any]] = {}

    def begin(self, left: Iterable[KeptAlarm]) -> None:
        """Go on with the alarms that were on when the last run ended."""
        self._left = {one.name: one for one in left}

    async def run(self) -> None:
        """Evaluate them for ever."""
        pause = every(self._seams.clock, EVERY)
        await look_again(self.look, pause, "queue_alarms_not_evaluated")

    async def look(self) -> None:
        """One evaluation."""
        self.evaluate()

    def evaluate(self) -> None:
        """One evaluation of all alarms as they are configured now."""
        group, now, lately = self._seams.group(), self._seams.now_ns(), self._seams.lately
        lately.look(group, now)
        rules = self._seams.rules()
        self._drop(self.watched.keys() - {rule.name for rule in rules})
        for rule in rules:
            watched = self.watched[rule.name] = self._known(rule, now)
            before = watched.course
            watched.look(measure(rule, group, lately, now), now)
            self._show(watched)
            if watched.course != before:
                self.changed.ring()
        if not self.evaluated:
            self.evaluated = True
            self.changed.ring()

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """ALARM of the live messages, as configured."""
        return [row_of(one) for one in self.watched.values()]

    def check_fires(self, name: str) -> Watched:
        """Raises NotFoundError, and IllegalTransitionError for an alarm that is not on."""
        watched = self.watched.get(name)
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
        self.changed.ring()
        return row_of(watched)

    def _known(self, rule: QueueAlarm, now: int) -> Watched:
        """An alarm keeps its state as long as what it depends on stays the same."""
        known = self.watched.get(rule.name) or self._left_on(rule)
        if known is None or known.rule.condition != rule.condition:
            return Watched(rule, Course(since=now))
        known.rule = rule
        return known

    def _left_on(self, rule: QueueAlarm) -> Watched | None:
        """As the last run left it."""
        left = self._left.pop(rule.name, None)
        return None if left is None or left.condition != rule.condition else taken_up(rule, left)

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
            row = row_of(self.watched.pop(name))
            self.changed.ring()
            self._told.pop(name, None)
            self._seams.end(TOPIC, CHANGED, {**row, "state": REMOVED})
            for state in STATES:
                metrics.ALARM_STATE.remove(name, row["queue"], state)


def row_of(watched: Watched) -> dict[str, Any]:
    """ALARM: plain JSON. since: of its state; fired_at: of the open episode."""
    course, reading = watched.course, watched.reading
    return {
        **facts_of(watched.rule),
        "state": course.state,
        "since": from_ns(course.since).isoformat(),
        "value": None if reading.value is None else round(reading.value, 2),
        "n": reading.n,
        "fired_at": _moment(course.fired_at),
        "acknowledged_by": course.acknowledged_by,
        "acknowledged_at": _moment(course.acknowledged_at),
    }


def facts_of(rule: QueueAlarm) -> dict[str, Any]:
    """What an alarm watches, as plain JSON."""
    return {
        "alarm": rule.name,
        "queue": rule.queue,
        "metric": rule.metric,
        "variant": rule.variant,
        "window_s": rule.window_ns // SECOND,
        "min_n": rule.min_n,
        "fire": _side(rule.fire, rule.fire_for_ns),
        "clear": _side(rule.clear, rule.clear_for_ns),
    }


def _side(bound: Bound, length_ns: int) -> dict[str, Any]:
    key, other = ("below", "above") if bound.below else ("above", "below")
    return {key: bound.limit, other: None, "for_s": length_ns // SECOND}


def _moment(at: int | None) -> str | None:
    return None if at is None else from_ns(at).isoformat()


def kept_of(watched: Watched) -> KeptAlarm | None:
    """What a restart must know of it; None = nothing: it is not on, and everybody has been told."""
    course = watched.course
    if course.fired_at is None and not watched.unsent:
        return None
    return KeptAlarm(
        name=watched.rule.name,
        condition=watched.rule.condition,
        state=course.state,
        since=course.since,
        fired_at=course.fired_at,
        told_at=course.told_at,
        acknowledged_by=course.acknowledged_by,
        acknowledged_at=course.acknowledged_at,
        unsent=tuple(watched.unsent),
    )


def taken_up(rule: QueueAlarm, left: KeptAlarm) -> Watched:
    """The same the other way round; what was measured then is not known any more."""
    course = Course(
        *(left.state, left.since, left.fired_at, left.told_at),
        *(left.acknowledged_by, left.acknowledged_at),
        blind=0,
    )
    return Watched(rule, course, unsent=list(left.unsent))
