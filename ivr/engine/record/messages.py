"""A message that a caller leaves, as the record of his call knows it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import Segment
from ivr.domain.recording import VOICEMAIL as MESSAGE
from ivr.domain.recording import KeepRecording, TakeMessage
from ivr.engine.party import VOICEMAIL

if TYPE_CHECKING:
    from ivr.domain.commands import Command
    from ivr.engine.state import State


MESSAGE_NAME, PATIENCE = "message", "patience"
"""Names under which a message is waited for, and the timer after which nobody will tell of it."""


def record(state: State, command: Command) -> None:
    """Whoever is about to leave a message has typed nothing for what comes later; one that is kept
    is a stretch of the call, up to now."""
    if isinstance(command, TakeMessage):
        state.outcome = "" if command.kind == MESSAGE else state.outcome
        state.forget_ahead()
    elif isinstance(command, KeepRecording) and command.kind == MESSAGE:
        begin = max(state.started_at, state.last_at - timedelta(seconds=command.seconds))
        state.segments.append(Segment(VOICEMAIL, begin, state.last_at, command.box))
