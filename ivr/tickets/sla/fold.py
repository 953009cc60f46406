"""What each line of a ledger does to its clock.

    pause, resume   a reason more, a reason less; it runs only while there is none
    retarget        keeps what is counted; `recount` counts again from the start, pauses the same
    meet, cancel    the end, with and without a verdict; `reopen` goes on from there
    breach          remembers that the target was missed, once per target

Doubled events change nothing. Source: tickets.md section 9.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.tickets.sla.clock import ClockState, Stretch
from ivr.tickets.sla.ledger import HAND, MERGED, RECOUNT, UNMERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from ivr.tickets.sla.clock import Calendars, Verdict
    from ivr.tickets.sla.ledger import EventKind, LedgerEvent


def fold(events: Iterable[LedgerEvent], calendars: Calendars) -> ClockState | None:
    """The clock that a ledger describes; None for an empty one."""
    state: ClockState | None = None
    for event in events:
        state = apply(state, event, calendars)
    return state


def apply(state: ClockState | None, event: LedgerEvent, calendars: Calendars) -> ClockState:
    """The clock after one more event; the same object if the event changes nothing.

    An event before the last one counts as happening with it. Raises ValueError for a ledger that
    does not begin with `start`, or a start without target or calendar.
    """
    if state is None:
        return _due(_start(event), calendars)
    if event.at < state.at:
        event = replace(event, at=state.at)
    changed = _STEPS[event.kind](state, event, calendars)
    if changed is state:
        return state
    counted = changed.counted(event.at, calendars)
    return _due(replace(changed, at=event.at, counted_s=counted), calendars)


def _start(event: LedgerEvent) -> ClockState:
    if event.kind != "start" or event.target_s is None or event.calendar is None:
        raise ValueError(f"a ledger starts with a target and a calendar, not with {event.kind}")
    return ClockState(
        started_at=event.at,
        at=event.at,
        calendar=event.calendar,
        base_s=event.target_s,
        policy=event.data.get("policy", ""),
        promised_s=event.target_s,
        stretches=(Stretch(event.at, None, event.calendar),),
    )


def _again(state: ClockState, _event: LedgerEvent, _calendars: Calendars) -> ClockState:
    return state


def _pause(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    if event.reason in state.reasons:
        return state
    reasons = tuple(sorted((*state.reasons, event.reason)))
    if not state.running:
        return replace(state, reasons=reasons)
    return _stop(replace(state, reasons=reasons, paused_since=event.at), event.at, calendars)


def _resume(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    if event.reason not in state.reasons:
        return state
    left = tuple(reason for reason in state.reasons if reason != event.reason)
    freed = replace(state, reasons=left)
    return _go(_unpause(freed, event.at, calendars), event.at) if freed.running else freed


def _retarget(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    if not state.open:
        return state
    changed = _promised(_aimed(state, event), event)
    calendar = event.calendar or state.calendar
    if event.data.get("mode") == RECOUNT:
        return _recounted(replace(changed, calendar=calendar), calendars)
    if calendar != state.calendar:
        changed = _stop(changed, event.at, calendars)
        changed = replace(changed, calendar=calendar)
        changed = _go(changed, event.at) if state.running else changed
    return state if changed == state else changed


def _promised(state: ClockState, event: LedgerEvent) -> ClockState:
    policy = event.data.get("policy")
    if policy is None:
        return state
    seconds = state.promised_s if event.target_s is None else event.target_s
    return replace(state, policy=policy, promised_s=seconds)


def _aimed(state: ClockState, event: LedgerEvent) -> ClockState:
    """With the target of a retarget: a new one, or one more or less that merging brought."""
    caps = dict(state.caps)
    if event.reason == UNMERGED:
        caps.pop(event.data.get("from", ""), None)
        return replace(state, caps=tuple(caps.items()))
    if event.target_s is None:
        return state
    if event.reason == MERGED:
        caps[event.data.get("from", "")] = event.target_s
        return replace(state, caps=tuple(sorted(caps.items())))
    return replace(state, base_s=event.target_s, caps=() if event.reason == HAND else state.caps)


def _recounted(state: ClockState, calendars: Calendars) -> ClockState:
    """Every stretch counted again in the calendar of now; pauses stay where they were."""
    again = (replace(each, calendar=state.calendar) for each in state.stretches)
    return replace(state, stretches=tuple(_measured(each, calendars) for each in again))


def _meet(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    if not state.open:
        return state
    met = state.counted(event.at, calendars) <= state.target_s
    return _end(state, event, calendars, "met" if met else "breached_closed")


def _cancel(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    return _end(state, event, calendars, "cancelled") if state.open else state


def _end(
    state: ClockState, event: LedgerEvent, calendars: Calendars, verdict: Verdict
) -> ClockState:
    ended = _stop(_unpause(state, event.at, calendars), event.at, calendars)
    return replace(ended, finished_at=event.at, verdict=verdict, end_reason=event.reason)


def _reopen(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    if state.finished_at is None:
        return state
    idle = calendars[state.calendar].elapsed(state.finished_at, event.at)
    opened = replace(state, finished_at=None, verdict="", end_reason="", idle_s=state.idle_s + idle)
    if opened.reasons:
        return replace(opened, paused_since=event.at)
    return _go(opened, event.at)


def _breach(state: ClockState, event: LedgerEvent, calendars: Calendars) -> ClockState:
    used_up = state.counted(event.at, calendars) >= state.target_s
    if not (state.running and used_up) or state.breached_at:
        return state
    others = tuple(each for each in state.breaches if each[0] != state.target_s)
    return replace(state, breaches=(*others, (state.target_s, event.at)))


def _warn(state: ClockState, event: LedgerEvent, _calendars: Calendars) -> ClockState:
    level = event.data.get("level", "")
    return state if level in state.warned else replace(state, warned=(*state.warned, level))


def _stop(state: ClockState, at: datetime, calendars: Calendars) -> ClockState:
    """The running stretch ended at a moment; one without any length is forgotten."""
    if not state.stretches or state.stretches[-1].until is not None:
        return state
    *before, last = state.stretches
    ended = () if last.since == at else (_measured(replace(last, until=at), calendars),)
    return replace(state, stretches=(*before, *ended))


def _go(state: ClockState, at: datetime) -> ClockState:
    """Counting from a moment on; right after a stretch in the same calendar, that one goes on."""
    before, since = state.stretches, at
    if before and before[-1].until == at and before[-1].calendar == state.calendar:
        since, before = before[-1].since, before[:-1]
    return replace(state, stretches=(*before, Stretch(since, None, state.calendar)))


def _measured(stretch: Stretch, calendars: Calendars) -> Stretch:
    if stretch.until is None:
        return stretch
    counted = calendars[stretch.calendar].elapsed(stretch.since, stretch.until)
    return replace(stretch, counted_s=counted)


def _unpause(state: ClockState, at: datetime, calendars: Calendars) -> ClockState:
    if state.paused_since is None:
        return state
    paused = calendars[state.calendar].elapsed(state.paused_since, at)
    return replace(state, paused_since=None, paused_s=state.paused_s + paused)


def _due(state: ClockState, calendars: Calendars) -> ClockState:
    """With its due time: that of a breach, else where the target is or will be used up."""
    if not state.running:
        return replace(state, due_at=None)
    due = state.breached_at
    left = state.target_s
    for each in state.stretches if due is None else ():
        if each.until is None or each.counted_s > left:
            due = calendars[each.calendar].add(each.since, left)
            break
        left -= each.counted_s
    return replace(state, due_at=due)


_STEPS: Mapping[EventKind, Callable[[ClockState, LedgerEvent, Calendars], ClockState]] = {
    "start": _again,
    "pause": _pause,
    "resume": _resume,
    "retarget": _retarget,
    "meet": _meet,
    "reopen": _reopen,
    "breach": _breach,
    "cancel": _cancel,
    "warn": _warn,
}
