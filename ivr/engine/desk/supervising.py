"""Supervisors on the line: they listen to an agent, whisper to him, barge in, or take over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, NO_LEG, Cause, Mode
from ivr.domain.commands import Announce, Dial, HangUp, Join, SetMode, StartTimer
from ivr.engine import apology
from ivr.engine.desk.seating import MOST_LEGS, RING_S, ignored, let_talk, ring_up, with_caller
from ivr.engine.legs import change, leg_of, others_in, party_left
from ivr.engine.party import NO_DIAL, Leg, Purpose
from ivr.engine.record.queued_talks import queue_of

if TYPE_CHECKING:
    from ivr.domain.call import LegId, Prompt, Turn
    from ivr.domain.events import Answer as Derived
    from ivr.domain.events import MonitorAsked, MonitorEndAsked, TakeOverAsked
    from ivr.engine.run import Run

_MODES = (Mode.LISTEN, Mode.WHISPER, Mode.TALK)


def monitor_of(run: Run, agent: LegId, who: str) -> Leg | None:
    """This supervisor's leg at this agent."""
    for leg in run.state.legs:
        if leg.purpose is Purpose.MONITOR and leg.partner == agent and leg.detail == who:
            return leg
    return None


def monitor_asked(run: Run, event: MonitorAsked) -> tuple[Derived, ...]:
    """Ring the supervisor up; whoever is there already only changes what he does."""
    agent = leg_of(run.state, event.leg)
    if agent is None or agent.id == CALLER or not agent.bridge or event.mode not in _MODES:
        return ignored(run)
    there = monitor_of(run, agent.id, event.who)
    if there is not None:
        _does(run, there, agent, event.mode)
        return ()
    if len(others_in(run.state, agent)) + 2 > MOST_LEGS:
        return ignored(run)
    dial = Dial(leg=agent.id, other=run.state.next_leg, address=event.address, ring_s=RING_S)
    new = ring_up(run, dial, Purpose.MONITOR, agent.id)
    change(run.state, replace(new, detail=event.who, wish=event.mode))
    return ()


def _does(run: Run, monitor: Leg, agent: Leg, mode: Mode) -> None:
    """Another mode; who barges in is somebody to talk to, even when the agent goes."""
    turn = agent.turn if mode is Mode.TALK and monitor.bridge else NO_DIAL
    change(run.state, replace(monitor, wish=mode, turn=turn))
    if monitor.bridge:
        run.send(SetMode(leg=monitor.id, mode=mode, to=_to(agent, mode)))


def _to(agent: Leg, mode: Mode) -> LegId:
    return agent.id if mode is Mode.WHISPER else NO_LEG


def sit_in(run: Run, monitor: Leg) -> None:
    """The supervisor has answered: he sits down where the agent talks, once that is told there."""
    agent = leg_of(run.state, monitor.partner)
    if agent is None or not agent.bridge:
        run.send(HangUp(leg=monitor.id, cause=Cause.CANCELLED))
        return
    notice = _notice(run, agent)
    if notice is None:
        _sit_down(run, monitor, agent)
        return
    for leg in (agent, *others_in(run.state, agent)):
        if leg.purpose is not Purpose.MONITOR:
            run.send(Announce(leg=leg.id, prompts=(notice,)))
    _wait(run, monitor, notice.seconds)


def _notice(run: Run, agent: Leg) -> Prompt | None:
    """What the queue of this agent's talk has everybody told; None = nothing."""
    shape = run.book.world.queue_shapes.get(queue_of(run.state, agent))
    if shape is None or not shape.monitored:
        return None
    if run.view.has_prompt(shape.monitored):
        return run.view.prompts((shape.monitored,), barge_in=False)[0]
    return apology.monitored(run.state.language)


def _wait(run: Run, monitor: Leg, seconds: float) -> None:
    turn = run.new_turn()
    change(run.state, replace(monitor, told_of=turn))
    run.commands.append(StartTimer(turn=turn, due=run.view.after(seconds)))


def is_told(run: Run, turn: Turn) -> bool:
    """The time of a timer has come. Whether it was that of such words: then he sits down."""
    monitor = next((leg for leg in run.state.legs if turn and leg.told_of == turn), None)
    if monitor is None:
        return False
    agent = leg_of(run.state, monitor.partner)
    if agent is None or not agent.bridge:
        run.send(HangUp(leg=monitor.id, cause=Cause.CANCELLED))
    else:
        _sit_down(run, monitor, agent)
    return True


def recovered(run: Run) -> None:
    """After a restart nobody knows how much of the words was heard: they are said again."""
    for leg in run.state.legs:
        if leg.told_of:
            sit_in(run, leg)


def _sit_down(run: Run, monitor: Leg, agent: Leg) -> None:
    mode = monitor.wish
    turn = agent.turn if mode is Mode.TALK else NO_DIAL
    change(run.state, replace(monitor, turn=turn, told_of=NO_DIAL))
    to = _to(agent, mode)
    run.send(Join(leg=monitor.id, bridge=agent.bridge, mode=mode, to=to))


def agent_gone(run: Run, agent: Leg) -> None:
    """Who only heard this agent leaves with him."""
    for leg in run.state.legs:
        if leg.purpose is Purpose.MONITOR and leg.partner == agent.id and not leg.turn:
            run.send(HangUp(leg=leg.id))


def end_asked(run: Run, event: MonitorEndAsked) -> tuple[Derived, ...]:
    """The supervisor leaves."""
    monitor = monitor_of(run, event.leg, event.who)
    if monitor is None:
        return ignored(run)
    run.send(HangUp(leg=monitor.id))
    return party_left(run.state, monitor, Cause.NORMAL)


def take_over_asked(run: Run, event: TakeOverAsked) -> tuple[Derived, ...]:
    """The supervisor talks to the caller from now on, the agent leaves."""
    agent, monitor = with_caller(run, event.leg), monitor_of(run, event.leg, event.who)
    if agent is None or monitor is None or monitor.bridge != agent.bridge:
        return ignored(run)
    taken = replace(
        monitor,
        purpose=Purpose.VERB,
        partner=NO_LEG,
        turn=agent.turn,
        agent=AgentId(event.who),
        joined_at=run.at,
    )
    change(run.state, taken)
    run.send(SetMode(leg=monitor.id, mode=Mode.TALK), HangUp(leg=agent.id))
    agent_gone(run, agent)
    let_talk(run, CALLER)
    return ()
