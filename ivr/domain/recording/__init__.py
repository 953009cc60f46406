"""What a caller leaves by voice: a message after the tone, or his words at the end of a survey.

The channel takes the sound and says how much there is of it; where it is kept, and who may hear it,
is not its business. Sources: sip-media.md section 11, flow-language.md (verb `voicemail`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.call import NO_TURN
from ivr.domain.commands import Command, Waiting
from ivr.domain.events import Answer, Event

if TYPE_CHECKING:
    from ivr.domain.call import Prompt, Turn

VOICEMAIL, SURVEY_COMMENT, CALL = "voicemail", "survey_comment", "call"
"""Kinds of recordings."""
BEEP_S = 0.2
KEY, SILENCE, LONGEST, HANGUP, LOST = "key", "silence", "longest", "hangup", "lost"
"""What ends a message. Lost: something of ours failed; what there is of it may still be good."""
LETTERS_A_SECOND = 14
"""How fast somebody speaks whose words are only known as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTaken(Answer):
    """The message is over. seconds: of it without the silence at its end; 0 = nobody said anything.

    source: where its sound is, for the part of the server that keeps it: `spool:NAME`,
    `twilio:TRUNK:NAME`, `words:`. words: what was said, where that is known.
    """

    seconds: float = 0.0
    ended_by: str = KEY
    source: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPauseAsked(Event):
    """Whoever talks on this leg wants nothing kept for a while, or all again. who: his name."""

    paused: bool
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    """Nothing more of the recording of this turn can be kept; what there is of it is all."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage(Waiting):
    """Play prompts and a tone, then take what the caller says.

    It ends by the key, by so much silence, after the longest time or with the call. A key that is
    pressed during the prompts leads straight to the tone if it is the end key. shortest_s: who says
    less than that has left no message.
    """

    prompts: tuple[Prompt, ...]
    kind: str = VOICEMAIL
    longest_s: float = 120.0
    silence_s: float = 5.0
    end_key: str = "#"
    shortest_s: float = 2.0
    music: ClassVar[None] = None
    answers: ClassVar[tuple[type[Answer], ...]] = (MessageTaken,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishMessage(Command):
    """The caller has gone: what there is of the message of this turn is all. Answered by
    `MessageTaken`, also if nothing is known of it any more."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRecording(Command):
    """Keep the sound of a message, or of a call, once for each source and call.

    source: "" = the channel writes it under the name of call and turn. turn: of the message or the
    recording. box: where it goes, "" = none. survey, question: what a comment answers. queue: that
    which has it recorded and says how long it is kept, "" = none.
    """

    kind: str
    turn: Turn
    seconds: float
    source: str
    box: str = ""
    words: str = ""
    survey: str = ""
    question: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall(Command):
    """From now on keep what the caller says and what he hears, side by side.

    turn: of the recording; the engine gives it one, and the same to what follows.
    """

    turn: Turn = NO_TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecording(Command):
    """Keep silence instead, or go on. What follows this command is not heard in the recording, or
    is again."""

    turn: Turn = NO_TURN
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRecording(Command):
    """That is all of it."""

    turn: Turn = NO_TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHeard(Command):
    """The caller is being told that he is recorded. refused: he does not want to be; then no queue
    records him. Noted by the engine, never sent to a channel."""

    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepConsent(Command):
    """Write down what a caller said of being recorded. name: under which the flow keeps it.
    number: the caller's, "" = nobody knows one.

    agreed: false = he refused. answer: `announced` (he could not refuse), `not_refused` or
    `refused`. notice, version, language: prompts he was told it by, the begin of the SHA-256 of
    their words or sound, and their language.
    """

    name: str
    agreed: bool
    answer: str
    notice: str
    version: str
    language: str
    number: str = ""
    durable: ClassVar[bool] = True


TAPING = (RecordCall, PauseRecording, EndRecording, NoticeHeard)
"""What a verb says of the recording of a call; the engine leaves out what changes nothing."""
RECORDED: tuple[type[Event] | type[Command], ...] = (
    MessageTaken,
    RecordingPauseAsked,
    RecordingFailed,
    TakeMessage,
    FinishMessage,
    KeepRecording,
    KeepConsent,
    *TAPING,
)
"""The events and commands of this module."""
