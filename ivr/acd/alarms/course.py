"""How an alarm goes on and off: ok, pending, firing, clearing, ok; and no_data, which is not ok.

    ok        the condition does not hold          pending -> firing    it has held for `fire.for`
    clearing  off again, but not long enough       clearing -> firing   and on again: tells nobody
    no_data   3 periods without a value, or of too few waits

An episode begins when the alarm fires and ends when it is ok again; while nothing is known it stays
open. Source: acd-cti.md 13.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.acd.alarms.rule import QueueAlarm

OK, PENDING, FIRING, CLEARING, NO_DATA = "ok", "pending", "firing", "clearing", "no_data"
STATES = (OK, PENDING, FIRING, CLEARING, NO_DATA)
REPEAT = "repeat"
"""A notice that the alarm still fires, beside FIRING and OK."""
BLIND_PERIODS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured. value None = nothing is known. n: of how many waits, None = no share."""

    value: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """How far an alarm has come. Instants are whole nanoseconds.

    since: of its state. fired_at: when the open episode began, None = there is none. told_at: when
    somebody was last told of it. acknowledged_by: who has seen it, "" = nobody. blind: periods
    without data in a row.
    """

    state: str = NO_DATA
    since: int = 0
    fired_at: int | None = None
    told_at: int | None = None
    acknowledged_by: str = ""
    acknowledged_at: int | None = None
    blind: int = BLIND_PERIODS

    def acknowledged(self, by: str, at: int) -> Course:
        """Somebody has seen it: it is not repeated, but it stays on. Only the first one counts."""
        if self.fired_at is None or self.acknowledged_by:
            return self
        return replace(self, acknowledged_by=by, acknowledged_at=at)


def step(rule: QueueAlarm, before: Course, at: int, seen: Reading) -> tuple[Course, str]:
    """One evaluation; returns how it is now, and the notice that is to go out: FIRING, REPEAT, OK
    or "" for none. Instants never go back."""
    after, notice = _moved(rule, before, at, seen)
    if before.state == after.state == FIRING and _is_due(rule, after, at):
        return replace(after, told_at=at), REPEAT
    return after, notice


def _moved(rule: QueueAlarm, before: Course, at: int, seen: Reading) -> tuple[Course, str]:
    if seen.value is None or (seen.n is not None and seen.n < rule.min_n):
        return _blind(before, at), ""
    known = _seeing(before, at)
    if known.state in (OK, PENDING):
        return _rising(rule, known, at, seen.value)
    return _falling(rule, known, at, seen.value)


def _blind(before: Course, at: int) -> Course:
    blind = min(before.blind + 1, BLIND_PERIODS)
    after = replace(before, blind=blind)
    return _in(after, NO_DATA, at) if blind >= BLIND_PERIODS else after


def _seeing(before: Course, at: int) -> Course:
    """Where it goes on when there is data again: an episode that was open still is."""
    known = replace(before, blind=0)
    if known.state != NO_DATA:
        return known
    return _in(known, OK if known.fired_at is None else FIRING, at)


def _in(course: Course, state: str, at: int) -> Course:
    return course if course.state == state else replace(course, state=state, since=at)


def _rising(rule: QueueAlarm, known: Course, at: int, value: float) -> tuple[Course, str]:
    if not rule.fire.holds(value):
        return _in(known, OK, at), ""
    pending = _in(known, PENDING, at)
    if at - pending.since < rule.fire_for_ns:
        return pending, ""
    return replace(_in(pending, FIRING, at), fired_at=at, told_at=at), FIRING


def _falling(rule: QueueAlarm, known: Course, at: int, value: float) -> tuple[Course, str]:
    if not rule.clear.holds(value):
        return _in(known, FIRING, at), ""
    clearing = _in(known, CLEARING, at)
    if at - clearing.since < rule.clear_for_ns:
        return clearing, ""
    return Course(OK, at, blind=0), OK


def _is_due(rule: QueueAlarm, fires: Course, at: int) -> bool:
    if not rule.repeat_ns or fires.acknowledged_by or fires.told_at is None:
        return False
    return at - fires.told_at >= rule.repeat_ns
