"""What happens when something fails or somebody leaves: no caller is dropped in silence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, NO_TURN, Cause, EndedBy
from ivr.domain.commands import BookCallback, Close, HangUp, LeaveQueue, Part, Play, StartTimer
from ivr.domain.errors import FlowStuckError
from ivr.domain.filing import OpenTicket
from ivr.domain.queue import WaitEnd
from ivr.domain.recording import EndRecording, FinishMessage, TakeMessage
from ivr.domain.values import Sealed
from ivr.engine import apology, control, walk
from ivr.engine.ending import close_interaction
from ivr.engine.legs import close_hold, is_there, leg_of
from ivr.engine.party import OWN_CALL
from ivr.engine.record.messages import MESSAGE_NAME, PATIENCE
from ivr.engine.state import FINAL
from ivr.engine.verb import Leave, Stay
from ivr.flow.expressions import EvaluationError
from ivr.flow.prompts import RenderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.engine.run import Run
    from ivr.engine.verb import Move

GONE = "caller_gone"
"""What a verb remembers if the caller has gone meanwhile."""
_WRITTEN = (OpenTicket, BookCallback)
"""What is being written down, and stands also if the caller does not hear of it any more."""
PATIENCE_S = 3600.0
"""A guard only: trunks look for what they have recorded, and tell what they have found, or that it
is lost."""


def step_begun() -> Move | None:
    """No move yet: the step we stand at begins."""
    return None


def go_on(run: Run, decide: Callable[[], Move | None] = step_begun) -> None:
    """Decide and walk on; a fault on the way leads to `rescue.error`, a goodbye to the end."""
    try:
        over = walk.drive(run, decide())
    except EvaluationError as error:
        fault(run, error.code, str(error))
    except walk.NoWayOnError as error:
        fault(run, "E207", str(error))
    except FlowStuckError as error:
        fault(run, "E204", str(error))
    except RenderError as error:
        fault(run, "E206", str(error))
    else:
        if over:
            _over(run)


def fault(run: Run, code: str, reason: str) -> None:
    """A run-time error: to `rescue.error` once, then the built-in apology and the end.

    In the final region, or when even the apology cannot be played, the end comes at once. Of a
    sub-flow that is walked while a step waits only that is over: the caller keeps his place.
    """
    state = run.state
    run.note("error", code=code, reason=reason, flow=state.top.flow, node=state.top.node)
    state.steps = 0
    if state.region == FINAL:
        finish(run)
    elif state.beneath >= 0:
        go_on(run, partial(walk.broken_off, run))
    elif state.failed or not is_there(state):
        hang_up(run, Cause.FAILED)
    else:
        _rescued(run)


def _rescued(run: Run) -> None:
    state = run.state
    target = run.root().rescue.error
    control.all_leave(run, Cause.FAILED)
    if state.wait is not None:
        run.send(LeaveQueue(ticket=state.wait.ticket, end=WaitEnd.SYSTEM_LOST))
    caller = leg_of(state, CALLER)
    if caller is not None and caller.bridge:
        run.send(Part())
    walk.unwind(run, 0)
    if state.rescued or not target:
        state.failed = True
        state.top.node = apology.NODE
        run.open("sound", Play(prompts=(apology.prompt(state.language),)))
        return
    state.rescued = True
    walk.enter(run, target)
    go_on(run)


def hang_up(run: Run, cause: Cause = Cause.NORMAL) -> None:
    """Our side ends the call; a message that is being taken is kept as far as it has come."""
    if open_message(run) is None and _still_asked(run) is None:
        run.close_all()
    run.commands.append(HangUp(cause=cause))
    caller_gone(run, cause, EndedBy.HANGUP)


def caller_gone(run: Run, cause: Cause, by: EndedBy) -> None:
    """The caller's leg is over: close everything and walk the final region."""
    state = run.state
    state.region, state.cause, state.ended_by = FINAL, cause, by
    state.prompts, state.ahead, state.steps = (), None, 0
    run.send(EndRecording())
    caller = leg_of(state, CALLER)
    if caller is not None:
        close_hold(state, caller)
    control.all_leave(run, Cause.CALLER_LEFT)
    if not leaves_something(run):
        final_region(run)


def open_message(run: Run) -> TakeMessage | None:
    """The message that is being taken."""
    opened = run.state.top.open.get(MESSAGE_NAME)
    return opened if isinstance(opened, TakeMessage) else None


def left_waiting(run: Run) -> bool:
    """Whether the caller went while something of his was under way: the flow learns of it first."""
    return bool(run.state.top.data.get(GONE))


def leaves_something(run: Run) -> bool:
    """Note that the caller has gone; whether something of his is under way."""
    message, asked = open_message(run), _still_asked(run)
    written = any(isinstance(one, _WRITTEN) for one in run.state.top.open.values())
    if message is None and not written and asked is None:
        return False
    run.close(*run.state.frames[:-1])
    run.state.top.data = {**run.state.top.data, GONE: True}
    if asked is not None:
        run.stay(asked)
    if message is not None:
        run.send(FinishMessage(turn=message.turn))
        run.open(PATIENCE, StartTimer(due=run.view.after(PATIENCE_S)))
    return True


def _still_asked(run: Run) -> Stay | None:
    """What the step wants to know before the end; nothing if not even that can be said."""
    top = run.state.top
    if not top.open or top.node in (apology.NODE, OWN_CALL):
        return None
    step = run.step()
    gone = run.verb(step).gone
    try:
        return None if gone is None else gone(step, run.view)
    except EvaluationError as error:
        run.note("error", code=error.code, reason=str(error), flow=top.flow, node=top.node)
        return None


def told_of_it(run: Run, decide: Callable[[], Move]) -> None:
    """What a caller who has gone has left behind is known from now on; a message may yet lead to a
    ticket, which is waited for too. A fault ends only that."""
    try:
        move = decide()
    except (EvaluationError, RenderError) as error:
        code = error.code if isinstance(error, EvaluationError) else "E206"
        top = run.state.top
        run.note("error", code=code, reason=str(error), flow=top.flow, node=top.node)
        final_region(run)
        return
    if isinstance(move, Stay):
        run.stay(move)
        return
    if isinstance(move, Leave):
        run.send(*move.do)
        run.state.top.variables.update({str(name): value for name, value in move.sets.items()})
        run.state.outcome = move.outcome or run.state.outcome
    final_region(run)


def final_region(run: Run) -> None:
    """Walk what the flow does once the caller has gone; without that, the end."""
    walk.unwind(run, 0)
    target = run.root().rescue.hangup
    if not target:
        finish(run)
        return
    walk.enter(run, target)
    go_on(run)


def _over(run: Run) -> None:
    if run.state.region == FINAL:
        finish(run)
    else:
        hang_up(run)


def finish(run: Run) -> None:
    """The end of the record: one outcome, and no secret left in memory."""
    state = run.state
    run.close_all()
    if state.limit != NO_TURN:
        run.commands.append(Close(turn=state.limit))
        state.limit = NO_TURN
    run.commands.append(close_interaction(state, run.at))
    state.ended = True
    for frame in state.frames:
        frame.data = {}
        for name, value in frame.variables.items():
            if isinstance(value, Sealed):
                frame.variables[name] = None
