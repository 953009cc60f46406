"""What happened to a call. Past participles, plain data, in the order they happened.

`at` is aware UTC, stamped by the runtime, never earlier than the call's previous event. `leg` is
the leg it happened to; what concerns the whole call names leg 1. An event with a `turn` answers the
waiting command that opened this turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.call import CALLER, CallId, Cause, EndedBy, LegId, Mode, TransferKind, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.agent import AgentId
    from ivr.domain.queue import OfferId, WaitEnd
    from ivr.domain.values import Sealed, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    at: datetime = EPOCH
    leg: LegId = CALLER


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(Event):
    """A call came in. `ani` is E.164 or None if withheld. `flow_hash` pins the version.

    facts: dotted name -> value of everything outside that the flow may read and that changes by
    itself: `switch.emergency`, `switch.NAME`, `queues.NAME.open` and so on. way_back: what the
    trunk needs to end the leg after a crash.
    """

    call: CallId
    flow_hash: str
    dnis: str
    ani: str | None = None
    trunk: str = ""
    channel: str = ""
    test: bool = False
    facts: Mapping[str, Value] = field(default_factory=dict)
    way_back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Event):
    """A leg is gone, whoever ended it."""

    cause: Cause = Cause.NORMAL
    by: EndedBy = EndedBy.CALLER


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRinging(Event):
    """The phone of a dialled leg rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(Event):
    """A dialled leg was answered. way_back: what the trunk needs to end it after a crash."""

    way_back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFailed(Event):
    """A dialled leg was not answered: busy, noanswer, rejected, unreachable or cancelled."""

    cause: Cause = Cause.UNREACHABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked(Event):
    """The phone of the leg has put the other side on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAsked(Event):
    """The phone of the leg talks to the other side again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultAsked(Event):
    """The phone of the leg calls somebody on its second line, which becomes a leg of its own.

    address: who is called, as `Dial.address`.
    """

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsked(Event):
    """The phone of the leg wants to be replaced: by `address` (blind), or by whoever is at the
    other end of its second line, leg `other` (attended)."""

    kind: TransferKind = TransferKind.BLIND
    address: str = ""
    other: LegId = CALLER


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteAsked(Event):
    """The agent of the leg is not to be heard any more, or is to be heard again."""

    muted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskConsultAsked(Event):
    """The agent of the leg wants to ask somebody, while the caller is on hold.

    address: who is rung up, as `Dial.address`. label: what the desk calls him. inside: he is one
    of our own agents.
    """

    address: str
    label: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCompleteAsked(Event):
    """The agent of the leg leaves; whom he has asked keeps the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCancelAsked(Event):
    """The agent of the leg is back with the caller; whom he has asked, or still rings, leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAsked(Event):
    """The agent of the leg, whom he has asked, and the caller talk together from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapAsked(Event):
    """The agent of the leg talks to the other of the two: to the caller, or to whom he asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpAsked(Event):
    """The agent of the leg puts the telephone down at his desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTransferAsked(Event):
    """The agent of the leg gives the caller away and leaves at once.

    Either address: who is rung up, as `Dial.address`, label: what the desk calls him, and inside:
    he is one of our own agents; or queue: the queue in which the caller now waits.
    """

    address: str = ""
    queue: str = ""
    label: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorAsked(Event):
    """A supervisor wants to hear the agent of the leg; a second time it only changes the mode.

    address: the supervisor's telephone, as `Dial.address`. mode: `listen`, `whisper` (only this
    agent hears him) or `talk` (barge in: all do). who: the supervisor, by the name he signs in
    with.
    """

    address: str
    mode: Mode = Mode.LISTEN
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorEndAsked(Event):
    """The supervisor `who` hears the agent of the leg no longer."""

    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverAsked(Event):
    """The supervisor `who`, who is on the line, talks to the caller instead of the agent."""

    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecovered(Event):
    """The server came back; `alive` legs still exist at their provider."""

    alive: tuple[LegId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(Event):
    """The channel could not carry a command out, or our code failed (E205): to `rescue.error`."""

    reason: str = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsChanged(Event):
    """Values outside the call that a flow may read have changed (switches, queue figures)."""

    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Event):
    """Base of what answers a turn. `last` says whether it closes the turn."""

    turn: Turn
    last: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysCollected(Answer):
    """A listen ended. `reason` and `ended_by` are words of `media/collect.py`.

    keys, left: always sealed on the way in; the verb opens `keys` when the listen was not secret.
    left: keys typed ahead that remain. words: recognised speech, already folded, "" if none.
    """

    keys: Sealed
    reason: str
    words: str = ""
    ended_by: str = "full"
    left: Sealed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptEnded(Answer):
    """The prompts of a `Play` have been heard to their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Answer):
    """The time of a `StartTimer` has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAnswered(Answer):
    """Somebody to talk to is there. Derived by the engine, never sent by a channel."""

    last: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLeft(Answer):
    """Nobody is left to talk to, or nobody came. Derived by the engine, as `PartyAnswered` is."""

    cause: Cause = Cause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyGaveBack(Answer):
    """Whom the caller talked to wants him to wait again. Derived by the engine.

    queue: the queue it is to be, "" = the one he was in, where he takes his old place. lost: nobody
    wanted it, the line to whom he talked to is dead; the caller is told.
    """

    queue: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferSettled(Answer):
    """The far side has taken the caller over, or not."""

    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRefused(Answer):
    """The wait is over without an agent: `full`, `nobody`, `timeout`, or `overflow` to a target.

    target: another queue's name when the wait goes on there, else "". ways: of an overflow, all
    that were open (`way_to`), the best first; the next one counts if that leads nowhere.
    """

    end: WaitEnd
    target: str = ""
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOffered(Answer):
    """An agent is reserved for the caller; the offer is committed, now the agent may be rung up.

    address: where the agent's telephone is, as `Dial.address`. ring_s: how long it may ring.
    whisper: prompt that the agent hears before the caller, "" = none. answers_itself: as in `Dial`.
    """

    offer: OfferId
    agent: AgentId
    address: str
    ring_s: float = 20.0
    whisper: str = ""
    answers_itself: bool = False
    last: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(Answer):
    """The agent is no longer reserved for this call: the ringing ends, the place is kept."""

    offer: OfferId
    last: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNews(Answer):
    """What a waiting caller may be told: place (1 = next), and minutes within which 8 of 10 callers
    are answered; None = nothing to be said of it.

    more_than: more callers than so many are before. longer_than_min: it takes longer than that.
    """

    position: int | None = None
    estimate_min: int | None = None
    more_than: int | None = None
    longer_than_min: int | None = None
    last: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSettled(Answer):
    """Whether this offer is the one that gets the caller."""

    offer: OfferId
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Answer):
    """A lookup ended: `found` with a record, `missing`, or `failed` with a reason.

    reason: timeout, error, shape, breaker, busy, restart. took_ms: how long it took.
    """

    result: str
    record: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""
    took_ms: int = 0


EVENTS: tuple[type[Event], ...] = (
    CallOffered,
    LegEnded,
    LegRinging,
    LegAnswered,
    LegFailed,
    HoldAsked,
    ResumeAsked,
    ConsultAsked,
    TransferAsked,
    MuteAsked,
    DeskConsultAsked,
    ConsultCompleteAsked,
    ConsultCancelAsked,
    MergeAsked,
    SwapAsked,
    HangUpAsked,
    DeskTransferAsked,
    MonitorAsked,
    MonitorEndAsked,
    TakeOverAsked,
    CallRecovered,
    CommandFailed,
    FactsChanged,
    KeysCollected,
    PromptEnded,
    TimerFired,
    PartyAnswered,
    PartyLeft,
    PartyGaveBack,
    ReferSettled,
    QueueRefused,
    AgentOffered,
    OfferWithdrawn,
    QueueNews,
    OfferSettled,
    Fetched,
)
