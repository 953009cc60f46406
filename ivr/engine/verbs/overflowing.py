"""How a caller leaves a queue: by an exit of the step, or on by the ways of a wait that overflows.

A queue that overflows names every way that was open: another queue, a flow, a place to ring up, the
offer to be called back, an exit. They are tried one after the other until one leads somewhere, and
after the last one an exit of the step is taken, so that nobody is left in silence (acd-cti.md 3.2).

Turns: `away` (somebody is rung up) and `ringing` (how long at most), `decide` (the offer). Memory:
that of `queueing`, and ways (those still to be tried), hopped (when the last queue was entered),
joined_away (the caller talks to whom we have rung up), instead (the flow that is walked).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ivr.domain.call import CALLER
from ivr.domain.commands import Dial, LeaveQueue, Note, Part, Play, StartTimer, Waiting
from ivr.domain.events import (
    Answer,
    PartyAnswered,
    PartyLeft,
    PromptEnded,
    QueueRefused,
    TimerFired,
)
from ivr.domain.outbound import CallbackSuggested
from ivr.domain.queue import Ticket, WaitEnd, read_way, way_to
from ivr.engine.legs import connected
from ivr.engine.verb import Enter, Goodbye, Leave, Move, Resume, Stay
from ivr.engine.verbs import hearing, promising, queue_place
from ivr.flow.model import NEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import Step

MOST_HOPS = 8
"""Through so many queues one wait may overflow; then it counts as too long."""
AT_THE_DOOR = timedelta(seconds=2)
"""A queue that says no so soon has not let the caller in: the next way counts."""
RING_S, GRACE_S = 20.0, 5.0
"""How long a place is rung up, and how much longer we wait for the trunk to say what came of it."""
RETURNS = ("full", "timeout", "nobody")
"""Exits by which a flow that is walked instead may lead out; `done` is the step's own."""
_EXITS: Mapping[WaitEnd, str] = {WaitEnd.FULL: "full", WaitEnd.NOBODY: "nobody"}
_ON_THE_WAY = ("away", "ringing", "decide", "booked")
_Way: TypeAlias = "Callable[[Step, View, str], Move | None]"
"""What a way leads to; None: nowhere."""


def out(step: Step, view: View, exit_name: str, end: WaitEnd | None = None) -> Stay | Leave:
    """Leave the queue. While it is being settled who gets the call, or whether and when the caller
    is called back, the way out waits."""
    if _is_undecided(view):
        return Stay(keep={"late": exit_name, "late_end": end})
    outcome = "callback" if end is WaitEnd.CALLBACK else ""
    leave = LeaveQueue(ticket=Ticket(str(view.data["ticket"])), end=end or WaitEnd.TIMEOUT)
    first = () if end is None else (leave,)
    if exit_name == "callback" and exit_name not in step.exits.targets:
        bye = Play(prompts=(promising.booked_words(view),))
        return Stay(ask={"bye": bye}, close=tuple(view.open), first=first, back=True)
    return Leave(exit_name, first=first, outcome=outcome)


def refused(step: Step, view: View, event: QueueRefused) -> Move:
    """The queue lets the caller go: on by its ways, or out by an exit."""
    target = (way_to("queue", event.target),) if event.target else ()
    ways = event.ways or target
    if event.end is WaitEnd.OVERFLOW and ways:
        return _on_by(step, view, ways)
    left = _left(view)
    if left and event.end in _EXITS and _at_the_door(view):
        return _on_by(step, view, left)
    return out(step, view, _EXITS.get(event.end, "timeout"))


def late(step: Step, view: View) -> Move | None:
    """The way out that had to wait, if there is one and nothing is to be settled any more."""
    exit_name, end = str(view.data.get("late", "")), view.data.get("late_end")
    if not exit_name or _is_undecided(view):
        return None
    if exit_name == _ONWARD:
        return _on_by(step, view, _left(view))
    return out(step, view, exit_name, end if isinstance(end, WaitEnd) else None)


def _is_undecided(view: View) -> bool:
    settles = any(name.startswith("settle:") for name in view.open)
    return settles or "choose" in view.open or promising.is_chosen(view)


_ONWARD = "onward"
"""Remembered as `late` when ways wait and not an exit."""


def _left(view: View) -> tuple[str, ...]:
    return cast("tuple[str, ...]", view.data.get("ways", ()))


def _at_the_door(view: View) -> bool:
    hopped = view.data.get("hopped")
    return isinstance(hopped, datetime) and view.now - hopped <= AT_THE_DOOR


def _on_by(step: Step, view: View, ways: tuple[str, ...]) -> Move:
    """Take the first way that leads anywhere; the others are remembered."""
    if _is_undecided(view):
        return Stay(keep={"late": _ONWARD, "ways": ways})
    for place, way in enumerate(ways, start=1):
        kind, name = read_way(way)
        move = _WAYS[kind](step, view, name)
        if move is not None:
            return _remembering(move, view, ways[place:])
    return out(step, view, "timeout")


def _remembering(move: Move, view: View, ways: tuple[str, ...]) -> Move:
    kept: dict[str, Value] = {"ways": ways, "late": ""}
    if isinstance(move, Stay):
        close = tuple(name for name in _ON_THE_WAY if name in view.open)
        return replace(move, close=(*move.close, *close), keep={**move.keep, **kept})
    if isinstance(move, Enter):
        return replace(move, keep={**view.data, **kept, **move.keep})
    return move


# another queue


def _hop(step: Step, view: View, queue: str) -> Move | None:
    """The wait goes on in another queue, at the place that its age gives it there."""
    hops = cast("int", view.data.get("hops", 1))
    if hops >= MOST_HOPS:
        return None
    due = view.open.get("longest")
    longest_s = (due.due - view.now).total_seconds() if isinstance(due, StartTimer) else None
    before = Ticket(str(view.data["ticket"]))
    left_s = None if longest_s is None else max(longest_s, 0.0)
    place = queue_place.enqueue(step, view, queue, before, left_s)
    place = replace(place, held_until=hearing.held_until(view))
    keep: dict[str, Value] = {"ticket": place.ticket, "queue": queue, "hops": hops + 1}
    known = hearing.recording_notice(view, queue)
    if known:
        keep |= hearing.cut(view)
    ask = {"place": place, **_heard_there(step, view, queue, known)}
    return Stay(ask=ask, keep={**keep, "hopped": view.now}, do=hearing.told_by(known))


def _heard_there(
    step: Step, view: View, queue: str, known: tuple[Any, ...]
) -> Mapping[str, Waiting]:
    """What begins with the next wait: what must be said, and whatever has not gone on from before:
    the time that it may take, music, announcements."""
    fields: Any = step.fields
    ask: dict[str, Waiting] = {}
    walks, came_back = view.data.get("walking"), bool(_left(view)) and "place" not in view.open
    if came_back and "longest" not in view.open and fields.longest is not None:
        ask["longest"] = StartTimer(due=view.after(fields.longest))
    silent = not walks and not {"sound", "keys"} & view.open.keys()
    if known or silent:
        ask |= hearing.sounding(step, view, known)
    if "every" not in view.open and not walks:
        ask |= hearing.timer(step, view, first=True, queue=queue)
    return ask


# a flow


def _walk(_step: Step, view: View, name: str) -> Move | None:
    """Walk a flow instead of waiting; one that is not of the call's version leads nowhere."""
    flow = view.flows.get(name)
    if flow is None:
        return None
    inputs = {one: variable.default for one, variable in flow.inputs.items()}
    return Enter(name, inputs, keep={"instead": name})


def returned(step: Step, view: View, exit_name: str) -> Move:
    """The flow is over: on by the next way if it has failed, else out by its exit."""
    if exit_name in RETURNS:
        return Leave(exit_name)
    return Leave("done") if exit_name == NEXT else _on_by(step, view, _left(view))


# a place


def _ring(step: Step, view: View, place: str) -> Move | None:
    """Ring a place up; the caller hears music meanwhile."""
    if not view.can_dial or place not in view.book.world.places:
        return None
    dial = Dial(other=view.state.next_leg, place=place, language=view.language, ring_s=RING_S)
    ask: dict[str, Waiting] = {"away": dial}
    ask["ringing"] = StartTimer(due=view.after(RING_S + GRACE_S))
    ask["sound"] = Play(prompts=(), music=hearing.music_of(step, view))
    close = tuple(name for name in view.open if name not in ask)
    note = Note(what="transfer", facts={"place": place, "kind": "overflow"})
    return Stay(ask=ask, close=close, do=(note,), back=True, keep={"joined_away": False})


def _answered(_step: Step, view: View, event: PartyAnswered) -> Move:
    """Somebody is there: the two talk."""
    party = next(leg.id for leg in view.state.legs if leg.turn == event.turn)
    join = connected(view.state.next_bridge, CALLER, party)
    return Stay(do=join, close=("sound", "ringing"), keep={"joined_away": True})


def _left_away(step: Step, view: View, _event: PartyLeft) -> Move:
    """The talk is over; or nobody came, and the next way counts."""
    if view.data.get("joined_away"):
        return Leave("done", (Part(),), flush=True)
    return _on_by(step, view, _left(view))


def _no_word(step: Step, view: View, _event: TimerFired) -> Move:
    """It rang too long, and the trunk has not said so."""
    return _on_by(step, view, _left(view))


# calling back


def _offer(step: Step, view: View, queue: str) -> Move | None:
    """Offer to call back whoever has left the queue already."""
    if view.data.get("offers") or not promising.can_offer(step, view):
        return None
    return promising.suggest(step, view, queue)


def _undecided(step: Step, view: View, _event: TimerFired) -> Move:
    """Nothing was pressed: whoever waits still waits on, everybody else goes by the next way."""
    if {"booked", "choose"} & view.open.keys():
        return Stay(ask={"decide": StartTimer(due=view.after(promising.DECIDE_S))})
    if "place" in view.open:
        return Stay(do=promising.declined(view))
    return _on_by(step, view, _left(view))


def not_booked(step: Step, view: View) -> Move:
    """Nothing could be promised: as if nothing had been pressed."""
    onward = late(step, view)
    if onward is not None:
        return onward
    waits = not view.data.get("offers") or "decide" in view.open
    return Stay() if waits else _on_by(step, view, _left(view))


def _said(_step: Step, _view: View, _event: PromptEnded) -> Move:
    return Goodbye("callback")


def _suggested(step: Step, view: View, event: CallbackSuggested) -> Move:
    return promising.suggested(step, view, event)


_WAYS: Mapping[str, _Way] = {
    "exit": out,
    "queue": _hop,
    "flow": _walk,
    "number": _ring,
    "callback": _offer,
}
RESUME: Mapping[tuple[str, type[Answer]], Resume] = {
    ("place", QueueRefused): refused,
    ("place", CallbackSuggested): _suggested,
    ("away", PartyAnswered): _answered,
    ("away", PartyLeft): _left_away,
    ("ringing", TimerFired): _no_word,
    ("decide", TimerFired): _undecided,
    ("bye", PromptEnded): _said,
}
