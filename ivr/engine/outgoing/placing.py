"""Calls that we begin: leg 1 is rung up first, and the flow starts when somebody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, Cause, EndedBy, Outcome
from ivr.domain.commands import HangUp, PlaceCall
from ivr.engine import control, rescue, walk
from ivr.engine.legs import leg_of
from ivr.engine.outgoing import dialling
from ivr.engine.party import Leg, Phase, Purpose
from ivr.engine.run import Run
from ivr.engine.state import FINAL, State

if TYPE_CHECKING:
    from ivr.domain.events import Answer, LegAnswered
    from ivr.domain.outbound import CallPlaced
    from ivr.engine.book import Book


def begin(event: CallPlaced, book: Book) -> Run:
    """Ring up whom the call is for; the flow waits at its start. With the agent first, the flow
    begins at once: nobody but the agent is there until he has the call."""
    flow = book.flow(event.flow_hash, event.flow)
    state = State(
        call=event.call,
        flow_hash=event.flow_hash,
        dnis=event.dnis,
        started_at=event.at,
        ani=event.ani,
        trunk=event.trunk,
        channel=event.channel,
        test=event.test,
        language=event.language or flow.languages[0],
        facts=dict(event.facts),
        last_at=event.at,
        legs=(Leg(CALLER, Phase.PLANNED, Purpose.CALLER, since=event.at),),
        placed=event.placed,
    )
    state.frames.append(walk.frame_of(flow, str(flow.start)))
    run = Run(state, book, event.at)
    if event.placed.agent:
        dialling.begin(run, event.placed)
    elif event.placed.agent_first:
        walk.enter(run, str(flow.start))
        rescue.go_on(run)
    else:
        run.send(
            PlaceCall(
                number=event.ani,
                caller_id=event.dnis,
                ring_s=event.ring_s,
                no_machine=bool(event.placed.survey),
            )
        )
    return run


def is_ringing(state: State) -> bool:
    """Whether whom we call has not answered yet."""
    leg = leg_of(state, CALLER)
    return leg is not None and leg.phase in (Phase.DIALLING, Phase.RINGING)


def is_planned(state: State) -> bool:
    """Whether whom the call is for has not even been rung up."""
    leg = leg_of(state, CALLER)
    return leg is not None and leg.phase is Phase.PLANNED


def answered(run: Run, event: LegAnswered) -> tuple[Answer, ...]:
    """Somebody is there: the flow begins, or the agent's wait for him is over."""
    derived = control.leg_answered(run, event)
    if not derived:
        walk.enter(run, run.flow().start)
        rescue.go_on(run)
    return derived


def failed(run: Run, cause: Cause, by: EndedBy = EndedBy.LOST) -> None:
    """Nobody is reached: the call is over before anybody could talk."""
    state = run.state
    control.all_leave(run, cause)
    state.region, state.cause, state.ended_by = FINAL, cause, by
    state.outcome = "" if cause is Cause.SYSTEM_LOST else Outcome.FAILED
    rescue.finish(run)


def withdrawn(run: Run) -> None:
    """The call is not needed any more."""
    if is_ringing(run.state):
        run.commands.append(HangUp(cause=Cause.CANCELLED))
        failed(run, Cause.CANCELLED, EndedBy.HANGUP)
    elif run.state.region == FINAL:
        run.note("ignored", reason="ended")
    else:
        rescue.hang_up(run, Cause.CANCELLED)
