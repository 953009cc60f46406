"""The recording of a call: begun and ended by the flow, silent while something secret is typed.

Source: acd-cti.md 12 (states, card data), flow-language.md (verb `record`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ivr.domain.commands import Close, Collect
from ivr.domain.recording import (
    CALL,
    EndRecording,
    KeepRecording,
    NoticeHeard,
    PauseRecording,
    RecordCall,
    RecordingFailed,
)
from ivr.engine.party import NO_DIAL, Notice, Tape

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.domain.call import Turn
    from ivr.domain.commands import Command, Waiting
    from ivr.domain.values import Value
    from ivr.engine.book import Book
    from ivr.engine.state import State
    from ivr.engine.view import View


class Work(Protocol):
    """The work on one event, as far as a recording is concerned."""

    state: State
    book: Book
    commands: list[Command]
    at: datetime
    view: View

    def note(self, what: str, **facts: Value) -> None:
        """A fact for the interaction and the log."""

    def new_turn(self) -> Turn:
        """The next turn number of this call."""


def carry(run: Work, command: Command) -> tuple[Command, ...]:
    """What is really to be done, with the turn of the recording: nothing that changes nothing."""
    tape = run.state.tape
    if isinstance(command, NoticeHeard):
        return _heard(run, command)
    if isinstance(command, RecordCall):
        if tape is None or tape.failed:
            return begun(run)
        return changed(run, replace(tape, held=False))
    if tape is None:
        return ()
    if isinstance(command, PauseRecording):
        return changed(run, replace(tape, held=command.on))
    return ended(run, tape)


def opened(run: Work, command: Waiting) -> None:
    """Before something secret is asked for, nothing of it may be heard any more."""
    if isinstance(command, Collect) and command.secret:
        _secret(run, on=True)


def closed(run: Work, command: Waiting) -> None:
    """It is not asked for any more."""
    if isinstance(command, Collect) and command.secret:
        _secret(run, on=False)


def _secret(run: Work, *, on: bool) -> None:
    if run.state.tape is not None:
        run.commands.extend(changed(run, replace(run.state.tape, secret=on)))


def _heard(run: Work, command: NoticeHeard) -> tuple[Command, ...]:
    before = run.state.notice
    run.state.notice = Notice(told=True, refused=before.refused or command.refused)
    if command.refused:
        run.note("recording", state="refused")
    return ()


def begun(run: Work, queue: str = "", talk: Turn = NO_DIAL) -> tuple[Command, ...]:
    """A recording begins. queue, talk: of `Tape`."""
    turn = run.new_turn()
    run.state.tape = Tape(turn, run.at, queue=queue, talk=talk)
    why: dict[str, Value] = {"queue": queue, "told": run.state.notice.told} if queue else {}
    run.note("recording", turn=turn, state="on", **why)
    return (RecordCall(turn=turn),)


def changed(run: Work, tape: Tape, **facts: Value) -> tuple[Command, ...]:
    """Silent for any of the reasons, and heard again when there is none of them. facts: noted of a
    change."""
    before, run.state.tape = run.state.tape, tape
    is_silent = bool(tape.paused_by)
    if before is None or tape.failed or is_silent == bool(before.paused_by):
        return ()
    run.note("recording", turn=tape.turn, state="paused" if is_silent else "on", **facts)
    return (PauseRecording(turn=tape.turn, on=is_silent),)


def ended(run: Work, tape: Tape) -> tuple[Command, ...]:
    """The recording that goes on is over, and kept if there is anything of it."""
    run.state.tape = None
    if tape.failed:
        return ()
    return (*_timer(tape), EndRecording(turn=tape.turn), *_kept(run, tape, "done"))


def failed(run: Work, event: RecordingFailed) -> None:
    """Nothing more can be kept: what there is stays, and nobody is to believe that it goes on."""
    tape = run.state.tape
    if tape is None or tape.failed or tape.turn != event.turn:
        run.note("ignored", reason="late")
        return
    run.commands += (*_timer(tape), *_kept(run, tape, "failed"))
    run.state.tape = replace(tape, failed=True, asked=NO_DIAL, until=None)


def _timer(tape: Tape) -> tuple[Command, ...]:
    return (Close(turn=tape.asked),) if tape.asked else ()


def _kept(run: Work, tape: Tape, state: str) -> tuple[Command, ...]:
    """Up to now, if there is anything of it."""
    seconds = (run.at - tape.since).total_seconds()
    run.note("recording", turn=tape.turn, state=state, seconds=round(seconds))
    kept = KeepRecording(kind=CALL, turn=tape.turn, seconds=seconds, source="", queue=tape.queue)
    return (kept,) if seconds else ()
