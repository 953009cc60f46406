"""A call, its legs, how it can end, and what every end is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from datetime import datetime

CallId = NewType("CallId", str)
LegId = NewType("LegId", int)
BridgeId = NewType("BridgeId", int)
Turn = NewType("Turn", int)

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
    SIGNAL_LOST = "signal_lost"
    MEDIA_TIMEOUT = "media_timeout"
    SYSTEM_LOST = "system_lost"
    TIME_LIMIT = "time_limit"


class Mode(StrEnum):
    """What a leg does in its bridge: `talk` speaks and hears, `held` hears the hold sound."""

    TALK = "talk"
    HELD = "held"


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
    """A stretch of the call of one kind: `ivr` (in a flow), later `queue talk hold` and so on."""

    kind: str
    started_at: datetime
    ended_at: datetime
    detail: str = ""
