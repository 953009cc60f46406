"""An agent wants a part of the talk kept nowhere, such as the number of a card: silence of true
length stands there. Whoever forgets to go on is recorded again after three minutes.

Source: acd-cti.md 12 (card data).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.commands import Close, StartTimer
from ivr.engine.desk.seating import ignored, with_caller
from ivr.engine.party import NO_DIAL
from ivr.engine.record import tapes

if TYPE_CHECKING:
    from ivr.domain.events import Answer
    from ivr.domain.recording import RecordingPauseAsked
    from ivr.engine.party import Tape
    from ivr.engine.run import Run

LONGEST = timedelta(seconds=180)


def asked(run: Run, event: RecordingPauseAsked) -> tuple[Answer, ...]:
    """Pause, or go on; what the flow or a secret question has paused stays so."""
    tape = run.state.tape
    fits = tape is not None and not tape.failed and bool(tape.asked) is not event.paused
    if tape is None or not fits or with_caller(run, event.leg) is None:
        return ignored(run)
    if event.paused:
        _pause(run, tape, event.who)
    else:
        run.commands.append(Close(turn=tape.asked))
        run.commands += tapes.changed(run, _again(tape), by=event.who)
    return ()


def _pause(run: Run, tape: Tape, who: str) -> None:
    turn, until = run.new_turn(), run.at + LONGEST
    paused = replace(tape, asked=turn, until=until, overdue=False)
    run.commands += tapes.changed(run, paused, by=who, until=until)
    run.commands.append(StartTimer(turn=turn, due=until))


def time_is_up(run: Run) -> None:
    """Nobody has gone on with the recording: it goes on by itself, and that is told."""
    tape = run.state.tape
    if tape is not None:
        run.note("recording_resumed", turn=tape.turn, after_s=round(LONGEST.total_seconds()))
        run.commands += tapes.changed(run, replace(_again(tape), overdue=True), by="")


def _again(tape: Tape) -> Tape:
    return replace(tape, asked=NO_DIAL, until=None)
