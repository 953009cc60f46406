"""What the sound of a leg has told, as the engine wants to hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.call import LegId, Turn
from ivr.domain.events import CommandFailed, KeysCollected, PromptEnded
from ivr.domain.values import Sealed

if TYPE_CHECKING:
    from ivr.media.leg.told import Collected, Ended


def keys_of(told: Collected, leg: LegId) -> KeysCollected:
    """The answer of a listen; its keys are sealed from here on."""
    return KeysCollected(
        leg=leg,
        turn=Turn(told.turn),
        keys=Sealed(told.keys),
        words=told.words,
        reason=told.reason,
        ended_by=told.ended_by,
        left=Sealed(told.left) if told.left else None,
    )


def end_of(told: Ended, leg: LegId) -> PromptEnded | CommandFailed | None:
    """What the end of a sound means; None where the engine waits for nothing.

    No turn of the engine is 0 or less (hold music, ring-back), and one that was stopped is over.
    """
    if told.turn <= 0:
        return None
    if told.why == "end":
        return PromptEnded(leg=leg, turn=Turn(told.turn))
    return CommandFailed(leg=leg) if told.why == "failed" else None
