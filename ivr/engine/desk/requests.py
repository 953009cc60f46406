"""What agents ask for at their desks: mute, ask somebody, give the caller away.

The leg of each request is the agent's. Hold is the same as that of a phone, see `control`. Each
request that the queues must know of tells them; one that does not fit is ignored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, BridgeId, Cause, LegId, Mode, Turn
from ivr.domain.commands import Dial, HangUp, Join, Part, SetMode
from ivr.domain.events import PartyGaveBack
from ivr.engine.desk import supervising
from ivr.engine.desk.seating import (
    MOST_LEGS,
    RING_S,
    ignored,
    keeps_no_account,
    let_talk,
    ring_up,
    sit_with_caller,
    talkers_with,
    with_caller,
)
from ivr.engine.legs import change, connected, leg_of, others_in
from ivr.engine.party import NO_BRIDGE, OWN_CALL, Leg, Phase, Purpose

if TYPE_CHECKING:
    from ivr.domain.events import Answer as Derived
    from ivr.domain.events import (
        ConsultCancelAsked,
        ConsultCompleteAsked,
        DeskConsultAsked,
        DeskTransferAsked,
        MergeAsked,
        MuteAsked,
        SwapAsked,
    )
    from ivr.engine.run import Run


def mute_asked(run: Run, event: MuteAsked) -> tuple[Derived, ...]:
    """The agent is heard no longer, or again."""
    leg = leg_of(run.state, event.leg)
    before, after = (Mode.TALK, Mode.MUTE) if event.muted else (Mode.MUTE, Mode.TALK)
    if leg is None or leg.id == CALLER or not leg.bridge or leg.mode is not before:
        return ignored(run)
    run.send(SetMode(leg=leg.id, mode=after))
    return ()


# asking somebody


def asked_by(run: Run, agent: Leg) -> Leg | None:
    """Whom this agent asks, or rings up to ask."""
    legs = run.state.legs
    found = (one for one in legs if one.purpose is Purpose.ASKED and one.partner == agent.id)
    return next(found, None)


def consult_asked(run: Run, event: DeskConsultAsked) -> tuple[Derived, ...]:
    """The caller is held, the agent steps out and somebody is rung up; one at a time."""
    agent = with_caller(run, event.leg)
    if agent is None or not agent.turn or asked_by(run, agent) is not None:
        return ignored(run)
    if len(others_in(run.state, agent)) + 2 > MOST_LEGS:
        return ignored(run)
    _hold_caller(run, agent)
    change(run.state, replace(_now(run, agent), holds=False))
    run.send(Part(leg=agent.id))
    number = run.state.next_leg
    dial = Dial(leg=agent.id, other=number, address=event.address, ring_s=RING_S)
    asked = ring_up(run, dial, Purpose.ASKED, agent.id)
    detail = event.label or event.address
    change(run.state, replace(asked, detail=detail, inside=event.inside))
    run.report(agent, "consult_start")
    return ()


def _hold_caller(run: Run, agent: Leg) -> None:
    """A caller with nobody else to talk to hears the hold sound; in a conference all talk on."""
    caller = leg_of(run.state, CALLER)
    alone = caller is not None and [one.id for one in talkers_with(run, caller)] == [agent.id]
    if caller is not None and alone and caller.mode is Mode.TALK:
        run.send(SetMode(mode=Mode.HELD))


def _now(run: Run, leg: Leg) -> Leg:
    """The leg as it is by now."""
    return leg_of(run.state, leg.id) or leg


def put_through(run: Run, asked: Leg) -> None:
    """Whom an agent asks is there: the two talk in a bridge of their own."""
    agent = leg_of(run.state, asked.partner)
    if agent is None:
        run.send(HangUp(leg=asked.id, cause=Cause.CANCELLED))
    else:
        run.send(*connected(run.state.next_bridge, agent.id, asked.id))


def asked_gone(run: Run, gone: Leg) -> None:
    """Nobody is there to be asked: the agent is back with the caller at once."""
    agent = leg_of(run.state, gone.partner)
    if agent is not None:
        _back(run, agent)


def _back(run: Run, agent: Leg) -> None:
    run.report(agent, "consult_cancel")
    _rejoin(run, agent)
    let_talk(run, CALLER)


def _rejoin(run: Run, agent: Leg) -> None:
    """The agent sits with the caller again, if he does not yet."""
    bridge = _callers_bridge(run)
    if bridge and _now(run, agent).bridge != bridge:
        run.send(Join(leg=agent.id, bridge=bridge))


def _callers_bridge(run: Run) -> BridgeId:
    caller = leg_of(run.state, CALLER)
    return NO_BRIDGE if caller is None else caller.bridge


def _pair(run: Run, number: LegId) -> tuple[Leg, Leg] | None:
    """An agent and whom he asks, if that one has answered."""
    agent = leg_of(run.state, number)
    asked = None if agent is None else asked_by(run, agent)
    if agent is None or asked is None or asked.phase is not Phase.UP:
        return None
    return agent, asked


def cancel_asked(run: Run, event: ConsultCancelAsked) -> tuple[Derived, ...]:
    """Back to the caller, whether somebody has answered or not."""
    agent = leg_of(run.state, event.leg)
    asked = None if agent is None else asked_by(run, agent)
    if agent is None or asked is None:
        return ignored(run)
    run.send(HangUp(leg=asked.id, cause=Cause.CANCELLED))
    _back(run, agent)
    return ()


def complete_asked(run: Run, event: ConsultCompleteAsked) -> tuple[Derived, ...]:
    """The agent leaves, whom he has asked keeps the caller."""
    pair = _pair(run, event.leg)
    if pair is None:
        return ignored(run)
    complete(run, *pair)
    return ()


def complete(run: Run, agent: Leg, asked: Leg) -> None:
    """Whom an agent has asked takes his place with the caller."""
    run.report(agent, "consult_complete")
    keeps_no_account(run, agent)
    sit_with_caller(run, asked.id, agent.turn)
    run.send(HangUp(leg=agent.id))
    supervising.agent_gone(run, agent)
    let_talk(run, CALLER)


def merge_asked(run: Run, event: MergeAsked) -> tuple[Derived, ...]:
    """All three talk together."""
    pair, caller = _pair(run, event.leg), leg_of(run.state, CALLER)
    if pair is None or caller is None:
        return ignored(run)
    agent, asked = pair
    _rejoin(run, agent)
    sit_with_caller(run, asked.id, agent.turn)
    run.report(agent, "merge")
    let_talk(run, CALLER)
    return ()


def swap_asked(run: Run, event: SwapAsked) -> tuple[Derived, ...]:
    """The agent goes to the other of the two; who is left hears the hold sound."""
    pair = _pair(run, event.leg)
    if pair is None:
        return ignored(run)
    agent, asked = pair
    if agent.bridge == asked.bridge:
        run.send(SetMode(leg=asked.id, mode=Mode.HELD))
        _rejoin(run, agent)
        let_talk(run, CALLER)
    else:
        _hold_caller(run, agent)
        run.send(Join(leg=agent.id, bridge=asked.bridge))
        let_talk(run, asked.id)
    return ()


# giving the caller away


def is_queued(run: Run, leg: Leg) -> bool:
    """Whether this leg is there because of an offer, so that its caller can wait again."""
    if run.state.top.node == OWN_CALL:
        return False
    dials = (one for one in run.state.waiting() if isinstance(one, Dial))
    return any(dial.turn == leg.turn and dial.offer for dial in dials)


def transfer_asked(run: Run, event: DeskTransferAsked) -> tuple[Derived, ...]:
    """The agent leaves at once; the caller waits in a queue, or for whom is rung up."""
    agent = with_caller(run, event.leg)
    fits = agent is not None and is_queued(run, agent) and asked_by(run, agent) is None
    if agent is None or not fits or not (event.address or event.queue):
        return ignored(run)
    others = [one for one in talkers_with(run, agent) if one.id != CALLER]
    if event.queue:
        return ignored(run) if others else _to_queue(run, agent, event.queue)
    _hold_caller(run, agent)
    turn = agent.turn
    _go(run, agent)
    dial = Dial(other=run.state.next_leg, address=event.address, ring_s=RING_S)
    new = ring_up(run, dial, Purpose.HANDED)
    detail = event.label or event.address
    change(run.state, replace(new, turn=turn, detail=detail, inside=event.inside))
    return ()


def _to_queue(run: Run, agent: Leg, queue: str) -> tuple[Derived, ...]:
    turn = Turn(agent.turn)
    _go(run, agent)
    return (PartyGaveBack(turn=turn, leg=CALLER, queue=queue),)


def _go(run: Run, agent: Leg) -> None:
    """The agent leaves the call."""
    holds = _now(run, agent).holds
    run.send(HangUp(leg=agent.id))
    supervising.agent_gone(run, agent)
    if holds and len(run.state.legs) > 2:
        let_talk(run, CALLER)
