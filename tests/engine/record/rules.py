"""What must hold of the recordings of any call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.recording import EndRecording, KeepRecording, PauseRecording, RecordCall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.call import Turn
    from ivr.domain.commands import Command


def recorded(told: Sequence[Command]) -> tuple[Turn | None, bool]:
    """The recording that goes on after all of this, and whether it is paused; there is one at a
    time, each change is one, and what was recorded is kept."""
    turn, silent = None, False
    for command in told:
        if isinstance(command, RecordCall):
            assert turn is None
            turn, silent = command.turn, False
        elif isinstance(command, PauseRecording):
            assert (command.turn, not command.on) == (turn, silent)
            silent = command.on
        elif isinstance(command, EndRecording):
            assert command.turn == turn
            turn, silent = None, False
        elif isinstance(command, KeepRecording) and command.turn == turn:
            turn, silent = None, False
    return turn, silent
