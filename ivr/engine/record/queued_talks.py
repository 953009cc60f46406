"""Talks that are recorded because the queue wants it so: from the moment the agent talks to the
caller to the end of that talk, on hold and while the agent asks somebody, too.

A recording that the flow has begun goes on; it is then kept as the queue says. Who has refused is
not recorded. Source: acd-cti.md 3.2 and 12.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER
from ivr.domain.commands import Dial, HangUp, Join, Part
from ivr.engine.legs import is_there, leg_of, others_in
from ivr.engine.party import Phase
from ivr.engine.record import tapes
from ivr.engine.state import FINAL

if TYPE_CHECKING:
    from ivr.domain.call import Turn
    from ivr.engine.party import Leg, Tape
    from ivr.engine.record.tapes import Work
    from ivr.engine.state import State
    from ivr.flow.world import QueueTaping

MOVES = (Join, Part, HangUp)
"""Commands by which somebody begins or ends to talk."""


def follow(run: Work) -> None:
    """Bring the recording in step with who talks to the caller now."""
    state = run.state
    if state.region == FINAL:
        return
    tape = state.tape
    if tape is not None and tape.talk and not _goes_on(run, tape):
        run.commands.extend(tapes.ended(run, tape))
    found = _talk(run)
    if found is None:
        return
    queue, turn = found
    if state.tape is None or (state.tape.failed and not state.tape.talk):
        run.commands.extend(tapes.begun(run, queue, turn))
    elif not state.tape.talk:
        state.tape = replace(state.tape, queue=queue)


def _goes_on(run: Work, tape: Tape) -> bool:
    """Whether somebody is left of the talk with which this recording ends."""
    taping = _taping(run, tape.queue)
    legs = (leg for leg in run.state.legs if leg.turn == tape.talk and leg.phase is Phase.UP)
    return any(_counts(leg, taping) for leg in legs)


def _talk(run: Work) -> tuple[str, Turn] | None:
    """The queue that has the talk of now recorded, and the turn of its agent."""
    state, caller = run.state, leg_of(run.state, CALLER)
    others = () if caller is None else others_in(state, caller)
    if not others or state.notice.refused or not is_there(state) or not run.view.can_tape:
        return None
    for leg in others:
        queue = queue_of(state, leg)
        taping = _taping(run, queue)
        if taping is not None and _counts(leg, taping):
            return queue, leg.turn
    return None


def _counts(leg: Leg, taping: QueueTaping | None) -> bool:
    """Whether a talk with this leg is one that the queue has recorded: with its agent, or with whom
    he has handed the caller to. None: the queue says nothing any more, and what goes on goes on."""
    return bool(leg.offer) or taping is None or taping.follows


def _taping(run: Work, queue: str) -> QueueTaping | None:
    shape = run.book.world.queue_shapes.get(queue)
    return None if shape is None else shape.taping


def queue_of(state: State, leg: Leg) -> str:
    """The queue whose offer this leg has answered, or stands in for; "" = none."""
    for frame in state.frames if leg.turn else ():
        dials = (one for one in frame.open.values() if isinstance(one, Dial) and one.offer)
        if any(dial.turn == leg.turn for dial in dials):
            return str(frame.data.get("queue", ""))
    return ""
