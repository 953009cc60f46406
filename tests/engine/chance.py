"""Calls by chance: events from a list of numbers, and every rule looked at after each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from ivr.domain.agent import AgentId
from ivr.domain.call import NO_TURN, CallId, Cause, LegId, Mode, TransferKind, Turn
from ivr.domain.commands import (
    BookCallback,
    Collect,
    Dial,
    Enqueue,
    Fetch,
    Play,
    Settle,
    StartTimer,
)
from ivr.domain.events import (
    AgentOffered,
    CallOffered,
    CallRecovered,
    CommandFailed,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    DeskConsultAsked,
    DeskTransferAsked,
    Event,
    FactsChanged,
    Fetched,
    HangUpAsked,
    HoldAsked,
    KeysCollected,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    MergeAsked,
    MonitorAsked,
    MonitorEndAsked,
    MuteAsked,
    OfferSettled,
    OfferWithdrawn,
    PromptEnded,
    QueueNews,
    QueueRefused,
    ResumeAsked,
    SwapAsked,
    TakeOverAsked,
    TimerFired,
    TransferAsked,
)
from ivr.domain.filing import InviteSurvey, OpenTicket, SurveyDecided, TicketOpened
from ivr.domain.outbound import CallbackBooked, CallWithdrawn
from ivr.domain.queue import OfferId, WaitEnd
from ivr.domain.recording import MessageTaken, RecordingFailed, RecordingPauseAsked, TakeMessage
from ivr.domain.values import Money, Sealed, Value
from ivr.engine.step import step
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.sealing import CallCodec
from tests.engine.record.rules import recorded
from tests.fakes.call_script import START

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.domain.commands import Command
    from ivr.engine.book import Book
    from ivr.engine.state import State
    from ivr.flow.types import Type

MOST_DRAINED = 200
KEYS = ("", "1", "2", "3", "4", "5", "12", "*1", "0", "*", "9", "8", "1234", "99", "0000", "42")
REASONS = ("match", "match", "match", "none", "short", "long", "not_in_menu", "unheard of")
WORDS = ("", "", "", "temsilci", "bakiye")
RESULTS = ("found", "found", "missing", "failed", "unheard of")
NAMES = ("keys", "confirm", "answer", "sound", "filler", "place")
SAMPLES: dict[str, Value] = {
    "number": Decimal(1),
    "money": Money(Decimal("1.50"), "TRY"),
    "bool": True,
    "date": date(2026, 11, 23),
    "time": time(9, 30),
    "datetime": START,
    "duration": timedelta(seconds=90),
    "language": "en",
    "phone": "+905321112233",
}


def sample(kind: Type, missing: bool) -> Value:
    """A value of a type, as a source would give it."""
    if missing and kind.optional:
        return None
    return SAMPLES.get(kind.name, "1")


def record_of(book: Book, state: State, number: int) -> dict[str, Value]:
    """A record of the source that is being asked."""
    asked = [one for one in state.waiting() if isinstance(one, Fetch)]
    source = book.world.sources.get(asked[0].source) if asked else None
    gives = source.gives if source else {}
    return {name: sample(kind, number % 3 == 0) for name, kind in gives.items()}


T = TypeVar("T")


class Chance:
    """Numbers from a list, again and again."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers or [0]
        self._place = 0

    def below(self, count: int) -> int:
        """A number from 0 to count - 1."""
        self._place += 1
        number = self._numbers[self._place % len(self._numbers)] + self._place // len(self._numbers)
        return number % count

    def of(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self.below(len(choices))]


def turn_of(state: State, chance: Chance) -> Turn:
    """Mostly a turn that is open; sometimes the limit, an old one, or one that never was."""
    opened = [command.turn for command in state.waiting()]
    odd = [state.limit, NO_TURN, Turn(state.next_turn - 1), Turn(state.next_turn + 5)]
    odd += [] if state.tape is None else [state.tape.asked]
    return chance.of(odd) if not opened or chance.below(8) == 0 else chance.of(opened)


def fitting(book: Book, state: State, chance: Chance) -> Event:
    """An answer of the kind that something open waits for."""
    opened = state.waiting()
    if not opened:
        return FactsChanged()
    command = chance.of(opened)
    if isinstance(command, (Enqueue, Settle, Dial)):
        return of_agents(state, command, chance)
    if isinstance(command, Collect):
        return keys_of(command.turn, chance)
    if isinstance(command, Fetch):
        return fetched(book, state, command.turn, chance)
    if isinstance(command, (OpenTicket, BookCallback, InviteSurvey, TakeMessage)):
        return of_records(command, chance)
    over = PromptEnded if isinstance(command, Play) else TimerFired
    return over(turn=command.turn)


def of_records(
    command: OpenTicket | BookCallback | InviteSurvey | TakeMessage, chance: Chance
) -> Event:
    """What tickets, promises to call back, surveys and messages say."""
    if isinstance(command, TakeMessage):
        seconds = chance.of([0.0, 1.0, 8.0])
        return MessageTaken(turn=command.turn, seconds=seconds, source="words:", words="a")
    if isinstance(command, InviteSurvey):
        medium = chance.of(["voice", "voice", ""])
        return SurveyDecided(turn=command.turn, medium=medium, reason="" if medium else "too_short")
    booked = TicketOpened if isinstance(command, OpenTicket) else CallbackBooked
    return booked(turn=command.turn, done=chance.below(4) > 0)


def of_agents(state: State, command: Enqueue | Settle | Dial, chance: Chance) -> Event:
    """What the queue says, or somebody who is rung up."""
    if isinstance(command, Enqueue):
        return queued(command, chance)
    if isinstance(command, Settle):
        won = chance.below(4) > 0
        return OfferSettled(turn=command.turn, offer=command.offer, won=won)
    return of_leg(chance.of((command.other, LegId(state.next_leg - 1))), chance)


def queued(command: Enqueue, chance: Chance) -> Event:
    """Most often an agent is offered."""
    offer = OfferId(f"o-{chance.below(4)}")
    agent = AgentId(f"agent {chance.below(3)}")
    whisper = chance.of(("", "", "again", "unheard of"))
    offered = AgentOffered(
        turn=command.turn, offer=offer, agent=agent, address="sip:x@desk", whisper=whisper
    )
    position, estimate = chance.of(((3, 2), (None, 2), (4, None), (None, None)))
    return chance.of(
        [
            offered,
            offered,
            offered,
            OfferWithdrawn(turn=command.turn, offer=offer),
            QueueNews(turn=command.turn, position=position, estimate_min=estimate),
            QueueRefused(
                turn=command.turn, end=chance.of(list(WaitEnd)), target=chance.of(("", "loans"))
            ),
        ]
    )


def of_leg(leg: LegId, chance: Chance) -> Event:
    """What a telephone does, or its agent's desk asks for."""
    who = chance.of(("boss", "chief"))
    mode = chance.of(list(Mode))
    kind = chance.of(list(TransferKind))
    return chance.of(
        [
            LegRinging(leg=leg),
            LegAnswered(leg=leg),
            LegAnswered(leg=leg),
            LegAnswered(leg=LegId(leg + 1)),
            LegFailed(leg=leg, cause=chance.of(list(Cause))),
            LegEnded(leg=leg),
            HoldAsked(leg=leg),
            ResumeAsked(leg=leg),
            ConsultAsked(leg=leg, address="ext-7"),
            TransferAsked(leg=leg, kind=kind, address="ext-9", other=LegId(leg + 1)),
            MuteAsked(leg=leg, muted=chance.below(2) == 0),
            DeskConsultAsked(leg=leg, address="ext-8", label="Can"),
            ConsultCompleteAsked(leg=leg),
            ConsultCancelAsked(leg=leg),
            MergeAsked(leg=leg),
            SwapAsked(leg=leg),
            HangUpAsked(leg=leg),
            DeskTransferAsked(leg=leg, address=chance.of(("", "ext-6"))),
            DeskTransferAsked(leg=leg, queue=chance.of(("general", "loans"))),
            MonitorAsked(leg=leg, address="boss", mode=mode, who=who),
            MonitorEndAsked(leg=leg, who=who),
            TakeOverAsked(leg=leg, who=who),
            RecordingPauseAsked(leg=leg, paused=chance.below(3) > 0, who=who),
        ]
    )


def keys_of(turn: Turn, chance: Chance) -> KeysCollected:
    left = Sealed("1") if chance.below(4) == 0 else None
    pressed, words = Sealed(chance.of(KEYS)), chance.of(WORDS)
    return KeysCollected(turn=turn, keys=pressed, reason=chance.of(REASONS), words=words, left=left)


def fetched(book: Book, state: State, turn: Turn, chance: Chance) -> Fetched:
    result = chance.of(RESULTS)
    record = record_of(book, state, chance.below(9)) if result == "found" else {}
    return Fetched(turn=turn, result=result, record=record)


def anything(book: Book, state: State, chance: Chance) -> Event:
    """Any event at all."""
    turn = turn_of(state, chance)
    alive = tuple(LegId(1 + number) for number in range(chance.below(4)))
    offered = CallOffered(call=CallId("other"), flow_hash="none", dnis="1")
    return chance.of(
        [
            keys_of(turn, chance),
            PromptEnded(turn=turn),
            TimerFired(turn=turn),
            fetched(book, state, turn, chance),
            FactsChanged(facts={"queues.general.open": True, "switch.storm": True}),
            CallRecovered(alive=alive),
            CommandFailed(),
            CallWithdrawn(),
            RecordingFailed(turn=state.tape.turn if state.tape is not None else turn),
            LegEnded(leg=LegId(2)),
            of_leg(LegId(1 + chance.below(8)), chance),
            of_leg(LegId(1 + chance.below(8)), chance),
            LegEnded(cause=chance.of(list(Cause))),
            offered,
        ]
    )


def next_event(book: Book, state: State, chance: Chance, at: datetime) -> Event:
    """Mostly something that fits, so that calls come far."""
    odd = chance.below(6) == 0
    event = anything(book, state, chance) if odd else fitting(book, state, chance)
    return replace(event, at=at)


def first_event(book: Book, chance: Chance) -> CallOffered:
    (flow_hash,) = book.live.values()
    return CallOffered(
        at=START,
        call=CallId("C1"),
        flow_hash=flow_hash,
        dnis="+908502220000",
        trunk="sip",
        ani=None if chance.below(3) == 0 else "+905321112233",
        test=chance.below(3) == 0,
        facts={"switch.emergency": True} if chance.below(9) == 0 else {},
    )


CODEC = CallCodec(PlainKeys())


def has_deadline(state: State) -> bool:
    """Whether something is open that ends by itself."""
    ends = (
        Collect,
        Play,
        Fetch,
        StartTimer,
        Enqueue,
        Settle,
        Dial,
        BookCallback,
        OpenTicket,
        InviteSurvey,
        TakeMessage,
    )
    return any(isinstance(command, ends) for command in state.waiting())


def play(
    book: Book, numbers: list[int], length: int, lead: Sequence[Callable[[State], Event]] = ()
) -> tuple[list[Event], State, list[Command]]:
    """One call to its end, every rule looked at after each event. lead: what happens at first."""
    chance = Chance(numbers)
    events: list[Event] = [first_event(book, chance)]
    state, commands = step(None, events[0], book)
    told = list(commands)
    recorded(told)
    ending = 0
    while not state.ended and ending < 20:
        if len(events) >= length:
            ending += 1
        at = START + timedelta(seconds=len(events))
        leaving = LegEnded(at=at) if len(events) == length else None
        led = [replace(one(state), at=at) for one in lead[len(events) - 1 : len(events)]]
        event = next(iter(led), leaving) or next_event(book, state, chance, at)
        before = CODEC.dumps(state, b"")
        after, commands = step(state, event, book)
        assert CODEC.dumps(state, b"") == before
        state = CODEC.loads(CODEC.dumps(after, b""), b"")  # type: ignore[assignment]
        assert state == after
        assert state.ended or has_deadline(state)
        waits = state.waiting()
        records = any(isinstance(one, TakeMessage) for one in waits)
        asks_secret = any(isinstance(one, Collect) and one.secret for one in waits)
        assert not (records and asks_secret), "a secret would be recorded"
        events.append(event)
        told += commands
        turn, silent = recorded(told)
        tape = state.tape
        assert turn == (None if tape is None or tape.failed else tape.turn)
        assert not (asks_secret and turn and not silent), "a secret would be recorded"
    return events, drained(state, book, events, told), told


def drained(state: State, book: Book, events: list[Event], told: list[Command]) -> State:
    """After the caller has gone the final region may still wait: lookups fail, the rest comes."""
    last = len(events) + MOST_DRAINED
    while not state.ended:
        assert len(events) < last, state.waiting()
        event = _in_the_end(state.waiting()[0])
        events.append(replace(event, at=state.last_at))
        state, commands = step(state, events[-1], book)
        told += commands
    return state


def _in_the_end(command: Command) -> Event:
    if isinstance(command, Fetch):
        return Fetched(turn=command.turn, result="failed")
    if isinstance(command, (OpenTicket, BookCallback, InviteSurvey, TakeMessage)):
        return of_records(command, Chance([0]))
    return TimerFired(turn=getattr(command, "turn", NO_TURN))


def replayed(book: Book, events: list[Event]) -> tuple[State, list[Command]]:
    """The journal once more, through JSON."""
    state: State | None = None
    told: list[Command] = []
    for event in events:
        again = CODEC.loads(CODEC.dumps(event, b""), b"")
        state, commands = step(state, again, book)  # type: ignore[arg-type]
        told += commands
    assert state is not None
    return state, told
