"""What is wanted of a channel: sound, keys, lookups, legs and bridges, and the end of a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.agent import AgentId
from ivr.domain.call import (
    NO_LEG,
    BridgeId,
    Cause,
    EndedBy,
    LegId,
    Mode,
    Outcome,
    Prompt,
    Result,
    Segment,
)
from ivr.domain.commands.base import Command, Waiting
from ivr.domain.events import (
    EPOCH,
    Fetched,
    KeysCollected,
    PartyAnswered,
    PartyGaveBack,
    PartyLeft,
    PromptEnded,
    ReferSettled,
    TimerFired,
)
from ivr.domain.events import Answer as AnswerEvent
from ivr.domain.queue import OfferId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Sealed, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """Take the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Command):
    """End the leg."""

    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Waiting):
    """Play prompts in order, then say so.

    beep: a short tone comes before them, where the channel has one.
    music: what waiting callers hear behind the prompts until the turn is closed: a file, "" = the
    channel's own, None = no music. With music the end of the prompts is not told.
    """

    prompts: tuple[Prompt, ...]
    music: str | None = None
    beep: bool = False
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (PromptEnded,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Waiting):
    """Play prompts and listen for keys or words: one try of a `menu` or `ask`.

    keys: what a menu takes; entry_least..entry_most: a free entry of so many keys (ask, or `entry`
    of a menu). flush: forget keys typed ahead. ahead: keys typed ahead that the engine knows of,
    for a channel that has lost its own buffer. secret: keys must not be shown or logged anywhere.
    Times in seconds; the meaning of each field is flow-language.md section 7. music: heard behind
    the prompts until the listen ends, as in `Play`.
    """

    prompts: tuple[Prompt, ...]
    language: str
    keys: tuple[str, ...] = ()
    entry_least: int = 0
    entry_most: int = 0
    first_s: float = 5.0
    between_s: float = 3.0
    last_s: float = 0.0
    end_key: str = ""
    type_ahead: bool = True
    empty: bool = False
    decimal: bool = False
    secret: bool = False
    speech: bool = True
    end_silence_s: float = 0.8
    words: tuple[str, ...] = ()
    flush: bool = False
    ahead: Sealed | None = None
    music: str | None = None
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (KeysCollected,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Waiting):
    """Ask a source. limit_s is per try; in all limit x (1 + retry) + 0.2 s x retry."""

    source: str
    inputs: Mapping[str, Value] = field(default_factory=dict)
    limit_s: float = 1.5
    retry: int = 0
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (Fetched,)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer(Waiting):
    """Fire at `due` (aware UTC)."""

    due: datetime = EPOCH
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (TimerFired,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Waiting):
    """Ring somebody up on a new leg.

    other: the leg that this makes. place: a place of config.yaml, with `inputs` for its address and
    the language that chooses among its numbers; or address: where a phone wants its call to go.
    ring_s: how long it may ring. caller_id: number shown to the called side, "" = the caller's.
    agent, offer: whom an offer rings up, at the agent's own address; the screen pop goes first.
    answers_itself: the telephone is asked to answer without its agent; one that does not simply
    rings.
    """

    other: LegId
    place: str = ""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    language: str = ""
    address: str = ""
    ring_s: float = 20.0
    caller_id: str = ""
    agent: AgentId = AgentId("")
    offer: OfferId = OfferId("")
    answers_itself: bool = False
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (PartyAnswered, PartyLeft, PartyGaveBack)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall(Waiting):
    """Ring up whom the call is for, on leg 1. caller_id: the number of ours that is shown.

    With an open turn a verb waits for whom is rung up; without one the flow begins when he answers.
    no_machine: where the trunk can tell that an answering machine has picked up, the leg ends.
    """

    number: str
    caller_id: str = ""
    ring_s: float = 30.0
    no_machine: bool = False
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (PartyAnswered,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(Waiting):
    """Hand the leg over to a place outside; if the far side takes it, our part ends."""

    place: str
    inputs: Mapping[str, Value] = field(default_factory=dict)
    language: str = ""
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (ReferSettled,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Command):
    """Put the leg into a bridge, out of any other; a bridge exists while it has members.

    to: whom alone a leg in mode `whisper` speaks to.
    """

    bridge: BridgeId
    mode: Mode = Mode.TALK
    to: LegId = NO_LEG


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMode(Command):
    """Change what the leg does in its bridge; `to` as in `Join`."""

    mode: Mode
    to: LegId = NO_LEG


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Command):
    """Say this to the leg, which stays in its bridge, instead of what it hears there. Nobody hears
    of its end."""

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Command):
    """Take the leg out of its bridge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleTransfer(Command):
    """Tell the phone of the leg what came of the transfer it asked for."""

    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseInteraction(Command):
    """The call is over: write how. Exactly one per call."""

    outcome: Outcome | str
    result: Result = Result.SUCCESS
    ended_by: EndedBy = EndedBy.CALLER
    cause: Cause = Cause.NORMAL
    note: str = ""
    language: str = ""
    path: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    durable: ClassVar[bool] = True
