"""The legs of a call: who rings, who talks with whom, and when nobody is left to talk to.

The caller's leg is leg 1. Verbs dial, join and part by commands, and `record` keeps the list in
step with them. Two answers are derived for the verb that waits: `PartyAnswered` when somebody to
talk to is there, `PartyLeft` when nobody came or nobody is left. What the phones ask for themselves
(hold, a second line, a transfer) stands in `control.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, NO_LEG, BridgeId, Cause, LegId, Mode, Segment, Turn
from ivr.domain.commands import (
    Command,
    Dial,
    Enqueue,
    HangUp,
    Join,
    LeaveQueue,
    Part,
    PlaceCall,
    ReportAgent,
    SetMode,
)
from ivr.domain.events import PartyAnswered, PartyLeft
from ivr.engine import waiting
from ivr.engine.party import DIAL, HOLD, NO_BRIDGE, OUTSIDE, RING, TALK, Leg, Phase, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.engine.state import State


def leg_of(state: State, leg: LegId) -> Leg | None:
    """The leg of this number, if it is there."""
    return next((one for one in state.legs if one.id == leg), None)


def others_in(state: State, leg: Leg) -> tuple[Leg, ...]:
    """Who else is in the leg's bridge."""
    if not leg.bridge:
        return ()
    return tuple(one for one in state.legs if one.bridge == leg.bridge and one.id != leg.id)


def change(state: State, leg: Leg) -> None:
    """Put the new version of a leg in its place."""
    state.legs = tuple(leg if one.id == leg.id else one for one in state.legs)


def record(state: State, command: Command) -> None:
    """Keep the legs in step with a command that goes out."""
    if isinstance(command, Dial):
        dialled(state, command, Purpose.VERB)
        state.outcome = ""
    elif isinstance(command, PlaceCall):
        _rung_up(state, command)
    elif isinstance(command, ReportAgent):
        _reported(state, command)
    elif isinstance(command, Enqueue):
        waiting.begun(state, command)
    elif isinstance(command, LeaveQueue):
        waiting.over(state, command.ticket, command.end)
    elif isinstance(command, HangUp):
        drop(state, command.leg)
    elif isinstance(command, (Join, SetMode, Part)):
        _moved(state, command)


def dialled(state: State, command: Dial, purpose: Purpose, partner: LegId = NO_LEG) -> None:
    """A new leg begins to ring somebody up."""
    leg = Leg(
        command.other,
        Phase.DIALLING,
        purpose,
        command.agent or command.place or command.address,
        command.turn,
        partner,
        agent=command.agent,
        offer=command.offer,
        since=state.last_at,
    )
    state.legs = (*state.legs, leg)
    state.next_leg = max(state.next_leg, LegId(command.other + 1))


def is_there(state: State) -> bool:
    """Whether the caller, or whom we have called, is on the line."""
    leg = leg_of(state, CALLER)
    return leg is not None and leg.phase is Phase.UP


def _rung_up(state: State, command: PlaceCall) -> None:
    leg = leg_of(state, CALLER)
    if leg is not None:
        change(state, replace(leg, phase=Phase.DIALLING, turn=command.turn, since=state.last_at))


def _reported(state: State, command: ReportAgent) -> None:
    leg = leg_of(state, command.leg)
    if leg is not None and command.what == "dial_answered":
        change(state, replace(leg, dials=False))


def _moved(state: State, command: Join | SetMode | Part) -> None:
    leg = leg_of(state, command.leg)
    if leg is None:
        return
    if isinstance(command, SetMode):
        _in_mode(state, leg, command.mode, command.to)
        return
    _close_talk(state, leg)
    bridge = command.bridge if isinstance(command, Join) else NO_BRIDGE
    mode = command.mode if isinstance(command, Join) else Mode.TALK
    to = command.to if isinstance(command, Join) else NO_LEG
    moved = replace(leg, bridge=bridge, holds=False, joined_at=state.last_at)
    _in_mode(state, moved, mode, to)
    state.next_bridge = max(state.next_bridge, BridgeId(bridge + 1))


def _in_mode(state: State, leg: Leg, mode: Mode, to: LegId) -> None:
    """A leg does something else in its bridge; the time on hold is noted when it is over."""
    held_at = leg.held_at
    if mode is not Mode.HELD:
        close_hold(state, leg)
        held_at = None
    elif held_at is None:
        held_at = state.last_at
    change(state, replace(leg, mode=mode, to=to, held_at=held_at))


def close_hold(state: State, leg: Leg) -> None:
    """The caller's time on hold is a segment."""
    if leg.id == CALLER and leg.held_at is not None:
        agents = [one.agent for one in state.legs if one.won]
        detail = agents[0] if agents else ""
        state.segments.append(Segment(HOLD, leg.held_at, state.last_at, detail))


def drop(state: State, leg: LegId) -> Leg | None:
    """Take a leg out of the list; returns it as it was."""
    gone = leg_of(state, leg)
    if gone is not None:
        _close_talk(state, gone)
        rung(state, gone)
        state.legs = tuple(one for one in state.legs if one.id != leg)
    return gone


def _close_talk(state: State, leg: Leg) -> None:
    """The caller's talk with somebody is a segment, written when that somebody goes."""
    if leg.id == CALLER or not leg.bridge or leg.joined_at is None or _only_listens(leg):
        return
    caller = leg_of(state, CALLER)
    if caller is not None and caller.bridge == leg.bridge:
        kind = TALK if leg.agent or leg.inside else OUTSIDE
        state.segments.append(Segment(kind, leg.joined_at, state.last_at, leg.detail))


def _only_listens(leg: Leg) -> bool:
    return leg.purpose is Purpose.MONITOR


def rung(state: State, leg: Leg) -> None:
    """The ringing of an agent is a segment, written when he answers or it ends."""
    if leg.offer and leg.since is not None and leg.phase is not Phase.UP:
        state.segments.append(Segment(RING, leg.since, state.last_at, leg.detail))


def came(state: State, leg: Leg) -> None:
    """A phone was answered: its ringing is over."""
    rung(state, leg)
    if leg.id == CALLER:
        state.segments.append(Segment(DIAL, leg.since or state.last_at, state.last_at))


def turn_closed(state: State, turn: Turn) -> None:
    """A turn is closed: the leg that it dialled is given up, unless somebody talks on it."""
    for leg in state.legs:
        if leg.turn == turn and not leg.bridge and leg.id != CALLER:
            drop(state, leg.id)


def connected(bridge: BridgeId, *legs: LegId) -> tuple[Join, ...]:
    """The commands that let these legs talk with one another."""
    return tuple(Join(leg=leg, bridge=bridge) for leg in legs)


def party_answered(leg: Leg) -> tuple[PartyAnswered, ...]:
    """What the verb that dialled this leg is told."""
    return (PartyAnswered(turn=leg.turn, leg=CALLER),) if leg.turn else ()


def party_left(state: State, gone: Leg, cause: Cause) -> tuple[PartyLeft, ...]:
    """What the verb is told when a leg has gone: nothing while somebody else can be talked to."""
    if not gone.turn or any(leg.turn == gone.turn for leg in state.legs):
        return ()
    return (PartyLeft(turn=gone.turn, leg=CALLER, cause=cause),)


def parties(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """Everybody but the caller."""
    return tuple(leg for leg in legs if leg.id != CALLER)
