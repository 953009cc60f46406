"""A call, its legs, how it can end, and what every end is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

CallId = NewType("CallId", str)
LegId = NewType("LegId", int)
BridgeId = NewType("BridgeId", int)
Turn = NewType("Turn", int)

NO_TURN = Turn(0)
"""No call has this turn: they begin with 1."""
CALLER = LegId(1)
"""Leg 1 is always the customer's."""


class Outcome(StrEnum):
    """What became of a call, one word each. Config may add names; the store keeps text."""

    HANDLED = "handled"
    VOICEMAIL = "voicemail"
    SELF_SERVED = "self_served"
    TRANSFERRED = "transferred"
    CALLBACK = "callback"
    OVERFLOWED = "overflowed"
    ABANDONED = "abandoned"
    SYSTEM_LOST = "system_lost"
    FAILED = "failed"
    LEFT_MENU = "left_menu"


class Result(StrEnum):
    """Whose fault it was if a call went wrong."""

    SUCCESS = "success"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    UPSTREAM_ERROR = "upstream_error"
    INDETERMINATE = "indeterminate"


class EndedBy(StrEnum):
    """Who ended the call, as the store and flow tests name it."""

    CALLER = "caller"
    HANGUP = "hangup"
    AGENT = "agent"
    LOST = "lost"


class Cause(StrEnum):
    """Why a leg ended, in our words; every provider's words are mapped to these."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "noanswer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    FAILED = "failed"
    CALLER_LEFT = "caller_left"
    ELSEWHERE = "elsewhere"
    """Somebody else has answered."""
    SIGNAL_LOST = "signal_lost"
    MEDIA_TIMEOUT = "media_timeout"
    SYSTEM_LOST = "system_lost"
    TIME_LIMIT = "time_limit"
    MACHINE = "machine"
    """An answering machine has picked up, and the trunk could tell."""


class Mode(StrEnum):
    """What a leg does in its bridge: `talk` speaks and hears, `mute` only hears, `held` hears the

    hold sound; these count as talkers. `listen` hears all, `whisper` is heard by one leg alone.
    """

    TALK = "talk"
    MUTE = "mute"
    HELD = "held"
    LISTEN = "listen"
    WHISPER = "whisper"


TALKERS = (Mode.TALK, Mode.MUTE, Mode.HELD)
"""Who counts as somebody to talk to."""
NO_LEG = LegId(0)
"""No leg has this number: they begin with 1."""


@dataclass(frozen=True, slots=True)
class Member:
    """A leg in a bridge. to: whom alone a `whisper` is for, 0 = nobody."""

    leg: LegId
    bridge: BridgeId
    mode: Mode = Mode.TALK
    to: LegId = NO_LEG


def hears(listener: Member, speaker: Member) -> bool:
    """Whether one leg hears another: both in one bridge, the listener not held, and the speaker

    talks, or whispers to just this listener (architecture.md section 5).
    """
    if listener.leg == speaker.leg or listener.bridge != speaker.bridge:
        return False
    if listener.mode is Mode.HELD:
        return False
    whispers = speaker.mode is Mode.WHISPER and speaker.to == listener.leg
    return whispers or speaker.mode is Mode.TALK


def hears_hold(listener: Member, others: Iterable[Member]) -> bool:
    """Whether a leg in a bridge hears the hold sound: it is held, or no other talker is there."""
    if listener.mode is Mode.HELD:
        return True
    return not any(
        other.leg != listener.leg and other.bridge == listener.bridge and other.mode in TALKERS
        for other in others
    )


class TransferKind(StrEnum):
    """How a party asks to be replaced: at once, or by whom it talked to on its other line."""

    BLIND = "blind"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt as it is to be heard: the words are already spelled, so every voice says the same.

    seconds: length of the audio, or of the text as the checker estimates it.
    audio: hash of a recorded file that replaces the text, "" if there is none.
    """

    name: str
    language: str
    text: str
    seconds: float
    barge_in: bool = True
    audio: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the call of one kind; they may lie over one another.

    kind and detail: `ivr` (the flow), `queue` (its name, how the wait ended, and of an overflow
    where it went on, as in `general overflow queue:loans`), `ring` and `talk` (the agent),
    `transfer` (who was reached outside), `hold` (the agent).
    """

    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str = ""
