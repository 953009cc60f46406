"""What the call machine wants done. Imperatives, plain data.

A **waiting** command opens a turn; the events in its `answers` may answer it. A **durable** command
is stored in the transaction of the step that caused it and delivered at least once; its id
`call/seq/index` makes repeating harmless.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.agent import AgentId
from ivr.domain.call import (
    CALLER,
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
    Turn,
)
from ivr.domain.events import (
    EPOCH,
    AgentOffered,
    Fetched,
    KeysCollected,
    OfferSettled,
    OfferWithdrawn,
    PartyAnswered,
    PartyGaveBack,
    PartyLeft,
    PromptEnded,
    QueueNews,
    QueueRefused,
    ReferSettled,
    TimerFired,
)
from ivr.domain.events import Answer as AnswerEvent
from ivr.domain.outbound import CallbackBooked
from ivr.domain.queue import OfferId, Ticket, WaitEnd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Sealed, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    leg: LegId = CALLER
    durable: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """Take the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Command):
    """End the leg."""

    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command):
    """Undo what a turn asked for: stop sound or collecting, cancel a timer or a lookup."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """A fact for the interaction and the log, no action: `node say menu ask lookup set split ...`.

    facts: names and figures; never a sealed value, personal values only under the key `pii`.
    """

    what: str
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Command):
    """Base of what opens a turn; `turn` is set by the engine when the command goes out."""

    turn: Turn = Turn(0)
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Waiting):
    """Play prompts in order, then say so.

    music: what waiting callers hear behind the prompts until the turn is closed: a file, "" = the
    channel's own, None = no music. With music the end of the prompts is not told.
    """

    prompts: tuple[Prompt, ...]
    music: str | None = None
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
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (PartyAnswered, PartyLeft, PartyGaveBack)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue(Waiting):
    """Wait for an agent. A ticket that waits already keeps its place and only changes its turn.

    priority: a class name or 0 to 10 as text, "" = the queue's. skills: what the agent needs beside
    what the queue asks for. longest_s: the flow's own bound, None = the queue's. pop: what the
    agent is shown, by name. keep_from: the wait whose place this one takes over, "" = none.
    kept_since: the place of somebody who waits since then, None = a new place.
    """

    ticket: Ticket
    queue: str
    priority: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    longest_s: float | None = None
    pop: Mapping[str, Value] = field(default_factory=dict)
    keep_from: Ticket = Ticket("")
    kept_since: datetime | None = None
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (
        QueueRefused,
        AgentOffered,
        OfferWithdrawn,
        QueueNews,
    )


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
class BookCallback(Waiting):
    """Promise to call this number back, once for each number and queue.

    due: from when on, None = as soon as an agent is there. window_s: how long after that it may
    still be tried. ticket: the wait whose place is kept, "" = a place from now on. The others as in
    `Enqueue`.
    """

    queue: str
    number: str
    due: datetime | None = None
    window_s: float = 7200.0
    attempts: int = 3
    ticket: Ticket = Ticket("")
    priority: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    pop: Mapping[str, Value] = field(default_factory=dict)
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (CallbackBooked,)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCallback(Command):
    """The promise for this number and queue needs not be kept: the person talks to an agent."""

    queue: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Waiting):
    """The agent of this offer has answered: may the two be connected?"""

    offer: OfferId
    answers: ClassVar[tuple[type[AnswerEvent], ...]] = (OfferSettled,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue(Command):
    """The caller waits no longer, and why. Harmless for a ticket that is not waiting."""

    ticket: Ticket
    end: WaitEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNews(Command):
    """Say where in the queue this ticket is; answered by `QueueNews` on the turn of `Enqueue`.

    cut: the caller did not hear the last announcement to its end.
    """

    ticket: Ticket
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop(Command):
    """Show the agent of this offer who is calling and why, before the telephone rings."""

    offer: OfferId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToPop(Command):
    """What a caller has told while he waits: more values for the pop of whoever gets the call."""

    ticket: Ticket
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAgent(Command):
    """Tell the queue machine what the agent of an offer is doing.

    what: ringing, failed (with the cause), hold, resume, consult_start, consult_cancel,
    consult_complete, merge, call_ended: events of the table in `acd/agents.py`.
    """

    offer: OfferId
    agent: AgentId
    what: str
    cause: Cause = Cause.NORMAL


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


COMMANDS: tuple[type[Command], ...] = (
    Answer,
    HangUp,
    Close,
    Note,
    Play,
    Collect,
    Fetch,
    StartTimer,
    Dial,
    Enqueue,
    PlaceCall,
    BookCallback,
    DropCallback,
    Settle,
    LeaveQueue,
    AskNews,
    Pop,
    AddToPop,
    ReportAgent,
    Refer,
    Join,
    SetMode,
    Part,
    SettleTransfer,
    CloseInteraction,
)
