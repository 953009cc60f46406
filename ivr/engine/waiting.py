"""The caller's wait in a queue as the call's record knows it: when it began and how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, Segment
from ivr.domain.changed import changed
from ivr.domain.commands import Enqueue, HoldPlace
from ivr.domain.events import OfferSettled, QueueRefused
from ivr.domain.outbound import CallbackBooked
from ivr.domain.queue import HELD_S, WaitEnd, read_way, way_to
from ivr.engine.party import QUEUE, Phase, Wait, how_ended, read_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.commands import AddToPop
    from ivr.domain.events import Answer
    from ivr.domain.queue import Ticket
    from ivr.engine.state import Frame, State
    from ivr.flow.model import Step

LEFT_BEHIND = (WaitEnd.FULL, WaitEnd.TIMEOUT, WaitEnd.NOBODY)
"""Ends of a wait by which a call counts as overflowed, wherever it goes on."""
FINAL = "final"


def begun(state: State, command: Enqueue) -> None:
    """A wait begins; the same ticket once more (after a restart) is the same wait."""
    state.outcome = ""
    if state.wait is None or state.wait.ticket != command.ticket:
        state.wait = Wait(command.ticket, command.queue, state.last_at)


def told(state: State, command: AddToPop) -> None:
    """The wait is shown with what the caller has told meanwhile, also after a restart."""
    for frame in state.frames:
        for name, opened in frame.open.items():
            if isinstance(opened, Enqueue) and opened.ticket == command.ticket:
                frame.open[name] = changed(opened, pop={**opened.pop, **command.values})


def hold(
    state: State, at: datetime, step_at: Callable[[str, str, str, int], Step]
) -> tuple[HoldPlace, ...]:
    """What the queue is to be told when steps begin or end that must not be broken.

    at: now, aware UTC. step_at: the step of a version, flow, node and number.

    Remembered in the frame of the step that waits, as `held_until`, and in its `Enqueue`, so that
    it is told anew with the wait after a restart.
    """
    for index, frame in enumerate(state.frames):
        for name, opened in frame.open.items():
            if isinstance(opened, Enqueue):
                until = _held_until(state, index, at, step_at)
                return _told(frame, name, opened, until)
    return ()


def _held_until(
    state: State, index: int, at: datetime, step_at: Callable[[str, str, str, int], Step]
) -> datetime | None:
    """index: the frame that waits in the queue. Further such steps do not make it later."""
    above = state.frames[index + 1 :]
    steps = (step_at(state.flow_hash, one.flow, one.node, one.step) for one in above)
    if not any(step.fields.unbroken for step in steps):
        return None
    known = state.frames[index].data.get("held_until")
    return known if isinstance(known, datetime) else at + timedelta(seconds=HELD_S)


def _told(
    frame: Frame, name: str, opened: Enqueue, until: datetime | None
) -> tuple[HoldPlace, ...]:
    if opened.held_until == frame.data.get("held_until") == until:
        return ()
    frame.data["held_until"] = until
    frame.open[name] = changed(opened, held_until=until)
    return (HoldPlace(ticket=opened.ticket, until=until),)


def over(state: State, ticket: Ticket, end: WaitEnd, target: str = "") -> None:
    """The wait of this ticket is over: a segment, exactly one. target: the way it went on by."""
    wait = state.wait
    if wait is not None and wait.ticket == ticket:
        detail = how_ended(wait.queue, end, target)
        state.segments.append(Segment(QUEUE, wait.since, state.last_at, detail))
        state.wait = None


def given_up(state: State, ticket: Ticket) -> None:
    """The turn of a wait is closed, and nobody has said why: the caller has left, or we failed."""
    gone = state.region == FINAL and state.cause is not Cause.SYSTEM_LOST
    over(state, ticket, WaitEnd.ABANDONED if gone else WaitEnd.SYSTEM_LOST)


def answered(state: State, event: Answer) -> None:
    """What an answer means for the wait: an agent has won the call, the queue lets it go, or the
    caller is called back."""
    if isinstance(event, CallbackBooked) and event.done:
        state.callback_at = event.due
    if isinstance(event, QueueRefused) and state.wait is not None:
        over(state, state.wait.ticket, event.end, _target(event))
    elif isinstance(event, OfferSettled) and event.won:
        dials = any(leg.id == CALLER and leg.phase is Phase.PLANNED for leg in state.legs)
        state.legs = tuple(
            replace(leg, won=True, dials=dials) if leg.offer == event.offer else leg
            for leg in state.legs
        )
        if state.wait is not None:
            over(state, state.wait.ticket, WaitEnd.ANSWERED)


def _target(event: QueueRefused) -> str:
    """Where a wait that overflows goes on first."""
    if event.end is not WaitEnd.OVERFLOW:
        return ""
    if event.ways:
        return event.ways[0]
    return way_to("queue", event.target) if event.target else ""


def ends(state: State) -> tuple[tuple[str, str], ...]:
    """How each wait so far has ended, in order, and where those that overflowed went on."""
    waits = (read_end(one.detail) for one in state.segments if one.kind == QUEUE)
    return tuple((end, target) for _queue, end, target in waits)


def is_left_behind(end: str, target: str) -> bool:
    """Whether somebody who was let go like this had no agent, nor another queue to get one in."""
    went_on = read_way(target)[0] in ("", "queue")
    return end in LEFT_BEHIND or (end == WaitEnd.OVERFLOW and not went_on)
