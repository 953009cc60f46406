"""The call machine: one event in, the new state and the commands out. Total and deterministic."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.domain.call import CALLER, NO_TURN, Cause, EndedBy
from ivr.domain.changed import changed
from ivr.domain.commands import Answer as AnswerCall
from ivr.domain.commands import (
    Collect,
    Command,
    Dial,
    Fetch,
    PlaceCall,
    Play,
    StartTimer,
    Waiting,
)
from ivr.domain.errors import ReplayError
from ivr.domain.events import (
    Answer,
    CallOffered,
    CallRecovered,
    CommandFailed,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    DeskConsultAsked,
    DeskTransferAsked,
    Event,
    FactsChanged,
    Fetched,
    HangUpAsked,
    HoldAsked,
    KeysCollected,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    MergeAsked,
    MonitorAsked,
    MonitorEndAsked,
    MuteAsked,
    ResumeAsked,
    SwapAsked,
    TakeOverAsked,
    TimerFired,
    TransferAsked,
)
from ivr.domain.outbound import CallPlaced, CallWithdrawn
from ivr.domain.recording import FinishMessage, RecordingFailed, RecordingPauseAsked, TakeMessage
from ivr.engine import apology, control, rescue, waiting, walk
from ivr.engine.desk import pausing, supervising
from ivr.engine.desk import requests as desk
from ivr.engine.legs import parties
from ivr.engine.outgoing import dialling, placing
from ivr.engine.party import ALONE, OWN_CALL
from ivr.engine.record import queued_talks, tapes
from ivr.engine.run import Run
from ivr.engine.state import FINAL, LIVE, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.call import Turn
    from ivr.engine.book import Book
    from ivr.engine.verb import Move

Commands = tuple[Command, ...]


def step(state: State | None, event: Event, book: Book) -> tuple[State, Commands]:
    """Move a call on by one event.

    state: None for a new call, whose first event must be CallOffered or CallPlaced of a version in
    the book (else ReplayError). The state given is never changed. An event that does not fit is
    answered by a Note `ignored`.
    """
    if state is None:
        return _begun(event, book)
    run = Run(state.fork(), book, max(event.at, state.last_at))
    run.state.last_at = run.at
    if run.state.ended:
        run.note("ignored", reason="ended")
    elif isinstance(event, Answer):
        _answered(run, event)
    else:
        _HANDLERS.get(type(event), _unexpected)(run, event)
    queued_talks.follow(run)
    held = waiting.hold(run.state, run.at, book.step)
    return run.state, (*run.commands, *held)


def _begun(event: Event, book: Book) -> tuple[State, Commands]:
    if not isinstance(event, (CallOffered, CallPlaced)):
        raise ReplayError(f"a call cannot begin with {type(event).__name__}")
    if event.flow_hash not in book.bundles:
        raise ReplayError(f"flow version {event.flow_hash} is not in the book")
    if isinstance(event, CallOffered):
        return _offered(event, book)
    run = placing.begin(event, book)
    if not run.state.ended:
        _start_limit(run)
    return run.state, tuple(run.commands)


def _offered(event: CallOffered, book: Book) -> tuple[State, Commands]:
    root = book.root(event.flow_hash)
    run = Run(_state_of(event, root.languages[0]), book, event.at)
    run.commands.append(AnswerCall())
    _start_limit(run)
    emergency = run.state.facts.get("switch.emergency") is True and root.rescue.emergency
    node = root.rescue.emergency if emergency else root.start
    run.state.frames.append(walk.frame_of(root, node))
    walk.enter(run, node)
    rescue.go_on(run)
    return run.state, tuple(run.commands)


def _state_of(event: CallOffered, language: str) -> State:
    return State(
        call=event.call,
        flow_hash=event.flow_hash,
        dnis=event.dnis,
        started_at=event.at,
        ani=event.ani,
        trunk=event.trunk,
        channel=event.channel,
        test=event.test,
        language=language,
        facts=dict(event.facts),
        last_at=event.at,
        legs=tuple([changed(leg, way_back=event.way_back) for leg in ALONE]),
    )


def _start_limit(run: Run) -> None:
    """The timer that ends a call that lasts longer than any call should."""
    state = run.state
    state.limit = run.new_turn()
    lasted_s = (run.at - state.started_at).total_seconds()
    due = run.view.after(run.book.limit_s - lasted_s)
    run.commands.append(StartTimer(turn=state.limit, due=due))


def _answered(run: Run, event: Answer) -> None:
    if event.turn == run.state.limit != NO_TURN and isinstance(event, TimerFired):
        _limit_reached(run)
        return
    tape = run.state.tape
    if tape is not None and event.turn == tape.asked != NO_TURN and isinstance(event, TimerFired):
        pausing.time_is_up(run)
        return
    if isinstance(event, TimerFired) and supervising.is_told(run, event.turn):
        return
    found = _open_name(run, event.turn)
    if found is None:
        run.note("ignored", reason="late")
    else:
        _resume(run, *found, event)


def _limit_reached(run: Run) -> None:
    """The caller is hung up; a final region that still waits for something ends now."""
    run.state.limit = NO_TURN
    if run.state.region == FINAL:
        rescue.finish(run)
    else:
        rescue.hang_up(run, Cause.TIME_LIMIT)


def _open_name(run: Run, turn: Turn) -> tuple[int, str] | None:
    """The frame and the name under which a turn is open."""
    for index, frame in enumerate(run.state.frames):
        for name, command in frame.open.items():
            if command.turn == turn:
                return index, name
    return None


def _resume(run: Run, index: int, name: str, event: Answer) -> None:
    decide = _decision(run, index, name, event)
    if decide is None:
        run.note("ignored", reason="unexpected")
        return
    if event.last:
        tapes.closed(run, run.state.frames[index].open.pop(name))
    if isinstance(event, KeysCollected):
        run.state.ahead = event.left
    waiting.answered(run.state, event)
    if index < len(run.state.frames) - 1:
        rescue.go_on(run, partial(walk.aside, run, index, decide))
    elif rescue.left_waiting(run):
        rescue.told_of_it(run, decide)
    else:
        rescue.go_on(run, decide)


def _decision(run: Run, index: int, name: str, event: Answer) -> Callable[[], Move] | None:
    """What is to be decided now; None if whoever waits does not take such an answer.

    Names such as `party:7`, of which several may be open, are declared without what follows.
    """
    frame = run.state.frames[index]
    if frame.node == apology.NODE:
        return apology.RESUME.get((name, type(event)))
    if frame.node == OWN_CALL:
        decide = dialling.RESUME.get((name, type(event)))
        return decide and partial(decide, run.view)
    at = run.book.step(run.state.flow_hash, frame.flow, frame.node, frame.step)
    resume = run.verb(at).resume.get((name.partition(":")[0], type(event)))
    return resume and partial(resume, at, run.view, event)


def _unexpected(run: Run, _event: Event) -> None:
    run.note("ignored", reason="unexpected")


def _leg_answered(run: Run, event: LegAnswered) -> None:
    is_called = event.leg == CALLER and placing.is_ringing(run.state)
    _of_legs(placing.answered if is_called else control.leg_answered)(run, event)


def _leg_failed(run: Run, event: LegFailed) -> None:
    if event.leg == CALLER and placing.is_ringing(run.state):
        placing.failed(run, event.cause)
    else:
        _of_legs(control.leg_gone)(run, event)


def _leg_ended(run: Run, event: LegEnded) -> None:
    if event.leg != CALLER:
        _of_legs(control.leg_gone)(run, event)
    elif placing.is_ringing(run.state):
        placing.failed(run, event.cause, event.by)
    elif run.state.region == LIVE:
        rescue.caller_gone(run, event.cause, event.by)
    else:
        run.note("ignored", reason="ended")


def _of_legs(handle: Callable[[Run, Any], tuple[Answer, ...]]) -> Callable[[Run, Any], None]:
    """What happens to legs, and then to the verb that waits for somebody."""

    def handled(run: Run, event: Event) -> None:
        for answer in handle(run, event):
            _answered(run, answer)

    return handled


def _facts_changed(run: Run, event: FactsChanged) -> None:
    run.state.facts = {**run.state.facts, **event.facts}


def _command_failed(run: Run, event: CommandFailed) -> None:
    if placing.is_ringing(run.state):
        placing.failed(run, Cause.FAILED)
    else:
        rescue.fault(run, "E205", event.reason)


def _withdrawn(run: Run, _event: CallWithdrawn) -> None:
    placing.withdrawn(run)


def _recovered(run: Run, event: CallRecovered) -> None:
    """After a restart: sound and listens keep their turns, timers and lookups get new ones.

    A provider may answer a turn that already stands in a document it was given (flow-engine.md 5).
    A lookup that must not be asked twice has failed; what is then still waited for goes out again.
    Legs that did not survive have ended.
    """
    if placing.is_ringing(run.state) and CALLER not in event.alive:
        placing.failed(run, Cause.SYSTEM_LOST)
        return
    newest = run.state.next_turn
    is_gone = CALLER not in event.alive and not placing.is_planned(run.state)
    if run.state.region == LIVE and is_gone:
        rescue.caller_gone(run, Cause.SYSTEM_LOST, EndedBy.LOST)
        if not rescue.left_waiting(run):
            return
    _lose_parties(run, event)
    if run.state.limit != NO_TURN:
        _start_limit(run)
    _fail_lookups(run)
    supervising.recovered(run)
    for frame in run.state.frames:
        for name, command in frame.open.items():
            if command.turn < newest:
                frame.open[name] = _asked_again(run, command)


def _fail_lookups(run: Run) -> None:
    for name, command in list(run.state.top.open.items()):
        if isinstance(command, Fetch) and not _may_repeat(run, command):
            failed = Fetched(turn=command.turn, result="failed", reason="restart")
            _resume(run, len(run.state.frames) - 1, name, failed)


def _lose_parties(run: Run, event: CallRecovered) -> None:
    for leg in parties(run.state.legs):
        if leg.id not in event.alive:
            _leg_ended(run, LegEnded(leg=leg.id, cause=Cause.SYSTEM_LOST, by=EndedBy.LOST))


def _may_repeat(run: Run, command: Fetch) -> bool:
    source = run.book.world.sources.get(command.source)
    return source is not None and source.repeatable


def _asked_again(run: Run, command: Waiting) -> Waiting:
    """A leg that is still there needs no second call; its turn stays as it is."""
    if isinstance(command, (Dial, PlaceCall)):
        return command
    if isinstance(command, TakeMessage) and rescue.left_waiting(run):
        finish = FinishMessage(turn=command.turn)
        run.commands += () if finish in run.commands else (finish,)
        return command
    kept = isinstance(command, (Play, Collect, TakeMessage))
    again = command if kept else replace(command, turn=run.new_turn())
    run.commands.append(again)
    return again


_HANDLERS: Mapping[type[Event], Callable[[Run, Any], None]] = {
    LegEnded: _leg_ended,
    LegRinging: _of_legs(control.leg_ringing),
    LegAnswered: _leg_answered,
    LegFailed: _leg_failed,
    HoldAsked: _of_legs(control.hold_asked),
    ResumeAsked: _of_legs(control.resume_asked),
    ConsultAsked: _of_legs(control.consult_asked),
    TransferAsked: _of_legs(control.transfer_asked),
    MuteAsked: _of_legs(desk.mute_asked),
    DeskConsultAsked: _of_legs(desk.consult_asked),
    ConsultCancelAsked: _of_legs(desk.cancel_asked),
    ConsultCompleteAsked: _of_legs(desk.complete_asked),
    MergeAsked: _of_legs(desk.merge_asked),
    SwapAsked: _of_legs(desk.swap_asked),
    HangUpAsked: _of_legs(control.hang_up_asked),
    DeskTransferAsked: _of_legs(desk.transfer_asked),
    MonitorAsked: _of_legs(supervising.monitor_asked),
    MonitorEndAsked: _of_legs(supervising.end_asked),
    TakeOverAsked: _of_legs(supervising.take_over_asked),
    RecordingPauseAsked: _of_legs(pausing.asked),
    RecordingFailed: tapes.failed,
    FactsChanged: _facts_changed,
    CommandFailed: _command_failed,
    CallWithdrawn: _withdrawn,
    CallRecovered: _recovered,
}
