"""Between calls and their queue."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ivr.acd import words
from ivr.domain import commands, events
from ivr.domain.agent import AgentId, Reach, Wanted
from ivr.domain.call import BridgeId, CallId, Cause, LegId, Turn
from ivr.domain.outbound import Placed
from ivr.domain.queue import OfferEnd, OfferId, Ticket, WaitEnd
from ivr.engine.state import Frame, State
from ivr.runtime.groups.dispatch import BACK, Dispatch
from ivr.runtime.groups.neighbours import Offer
from ivr.runtime.groups.seen import Seen
from ivr.runtime.live import LiveCall
from ivr.runtime.memory.clock import settle
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

CALL, TICKET, OFFER = CallId("c1"), Ticket("c1/3"), OfferId("o-1")
AYSE = AgentId("ayse")
ENQUEUE = commands.Enqueue(turn=Turn(3), ticket=TICKET, queue="cards", longest_s=60.0)
DIAL = commands.Dial(turn=Turn(4), other=LegId(2), address="sim:ayse", agent=AYSE, offer=OFFER)
OFFERED = words.Offered(
    ticket=TICKET,
    call=CALL,
    turn=3,
    offer=OFFER,
    agent=AYSE,
    address="sim:ayse",
    ring_ns=20_000_000_000,
    queue="cards",
    waited_ns=1_500_000_000,
)


class Rig:
    """A dispatch, what it posts, what calls are told and trunks are made to do."""

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.told: list[Any] = []
        self.done: list[Any] = []
        self.shown: list[Offer] = []
        self.tasks = Tasks()
        self.dispatch = Dispatch(
            post=lambda make: self.posted.append(make(1)),
            deliver=self._deliver,
            execute=self._execute,
            tasks=self.tasks,
            is_attested=lambda trunk: trunk == "carrier",
            proves=lambda queue, shown: f"{queue}/{shown['who']}" if "who" in shown else "",
            seen=Seen(lambda _agent, _kind, _data: None, lambda _offer: "cards"),
            pops=self,
        )
        at = datetime(2026, 11, 23, tzinfo=UTC)
        self.state = State(CALL, "hash", "+90850", at, ani="+905321112233", channel="simulator")
        self.state.frames = [Frame("bank", "agent")]
        self.call = LiveCall(CALL, "browser", "simulator", "ref", b"", 1, self.state)

    async def queued(self, call: LiveCall, command: commands.Enqueue) -> None:
        """As who shows pops."""

    async def show(self, call: LiveCall, offer: Offer) -> None:
        """As who shows pops."""
        self.shown.append(offer)

    def ringing(self, offer: OfferId) -> None:
        """As who shows pops."""

    def answered(self, offer: OfferId) -> None:
        """As who shows pops."""

    def ended(self, call: CallId) -> None:
        """As who shows pops."""

    async def _deliver(self, _call: CallId, event: events.Event) -> None:
        self.told.append(event)

    async def _execute(self, _call: LiveCall, wanted: Sequence[commands.Command]) -> None:
        self.done.extend(wanted)

    def carry(self, *wanted: commands.Command) -> Sequence[commands.Command]:
        """A step of the call."""
        return self.dispatch.carry(self.call, self.state, wanted)

    async def back(self, command: words.Command) -> None:
        """The queues have decided."""
        BACK[type(command)](self.dispatch, command)
        await settle()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.tasks.close()


async def test_a_wait_goes_into_the_queue_with_all_that_is_known(rig: Rig) -> None:
    rest = rig.carry(commands.Answer(), ENQUEUE)
    (queued,) = rig.posted
    assert (queued.ticket, queued.turn, queued.reach) == (TICKET, 3, Reach.SIMULATOR)
    assert (queued.longest_ns, queued.identity) == (60_000_000_000, "+905321112233")
    assert rest == [commands.Answer(), ENQUEUE]
    assert rig.dispatch.tickets(CALL) == [TICKET]


@pytest.mark.parametrize(
    ("cause", "end"),
    [(Cause.NORMAL, WaitEnd.ABANDONED), (Cause.SYSTEM_LOST, WaitEnd.SYSTEM_LOST)],
)
async def test_a_caller_who_is_lost_by_our_fault_has_not_abandoned(
    rig: Rig, cause: Cause, end: WaitEnd
) -> None:
    rig.carry(ENQUEUE)
    rig.state.cause = cause
    rig.carry(commands.Close(turn=Turn(3)))
    assert rig.posted[-1] == words.CallGone(at=1, ticket=TICKET, end=end)


async def test_closing_anything_else_is_no_news_for_the_queues(rig: Rig) -> None:
    rig.carry(commands.Close(turn=Turn(9)))
    assert rig.posted == []


async def test_the_agent_is_rung_only_after_the_pop_was_shown(rig: Rig) -> None:
    await rig.back(OFFERED)
    (told,) = rig.told
    assert (told.turn, told.agent, told.ring_s) == (3, AYSE, 20.0)
    rig.state.top.open["party:o-1"] = DIAL
    assert rig.carry(DIAL) == []
    await settle()
    assert rig.shown == [Offer(OFFER, AYSE, CALL, TICKET, "cards", 1.5)]
    assert rig.done == [DIAL]


async def test_an_offer_withdrawn_before_the_pop_was_up_rings_nobody(rig: Rig) -> None:
    await rig.back(OFFERED)
    rig.carry(DIAL)
    withdrawn = words.Withdrawn(
        ticket=TICKET, call=CALL, turn=3, offer=OFFER, agent=AYSE, end=OfferEnd.RETRACTED
    )
    await rig.back(withdrawn)
    assert (rig.done, rig.told[-1]) == ([], events.OfferWithdrawn(turn=Turn(3), offer=OFFER))


async def test_who_answered_learns_whether_he_gets_the_call(rig: Rig) -> None:
    rig.carry(commands.Settle(turn=Turn(5), offer=OFFER))
    assert rig.posted == [words.OfferAnswered(at=1, offer=OFFER)]
    await rig.back(words.Settled(call=CALL, offer=OFFER, won=True))
    assert rig.told == [events.OfferSettled(turn=Turn(5), offer=OFFER, won=True)]
    await rig.back(words.Settled(call=CALL, offer=OFFER, won=True))
    assert len(rig.told) == 1


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("ringing", words.OfferRinging),
        ("failed", words.OfferFailed),
        ("hold", words.AgentEvent),
    ],
)
async def test_what_the_agent_does_is_told_to_the_queues(rig: Rig, what: str, kind: type) -> None:
    rig.carry(commands.ReportAgent(offer=OFFER, agent=AYSE, what=what, cause=Cause.BUSY))
    assert [type(one) for one in rig.posted] == [kind]


async def test_an_agent_who_wins_a_caller_who_has_gone_is_free_again(rig: Rig) -> None:
    await rig.back(OFFERED)
    rig.carry(commands.Settle(turn=Turn(5), offer=OFFER))
    await rig.back(words.Settled(call=CALL, offer=OFFER, won=True))
    ended = words.AgentEvent(at=1, agent=AYSE, what="call_ended", offer=OFFER)
    assert rig.posted[-1] == ended
    assert rig.dispatch.offers == {}


async def test_the_end_of_a_wait_and_news_of_it_reach_the_call(rig: Rig) -> None:
    rig.carry(ENQUEUE, commands.AskNews(ticket=TICKET, cut=True))
    assert rig.posted[-1] == words.NewsAsked(at=1, ticket=TICKET, cut=True)
    told = words.Told(ticket=TICKET, call=CALL, turn=3, position=2, estimate_min=5)
    await rig.back(told)
    assert rig.told[-1] == events.QueueNews(turn=Turn(3), position=2, estimate_min=5)
    await rig.back(
        replace(told, position=None, estimate_min=None, more_than=10, longer_than_min=30)
    )
    assert rig.told[-1] == events.QueueNews(turn=Turn(3), more_than=10, longer_than_min=30)
    await rig.back(words.WaitOver(ticket=TICKET, call=CALL, turn=3, end=WaitEnd.FULL))
    assert rig.told[-1] == events.QueueRefused(turn=Turn(3), end=WaitEnd.FULL)
    rig.carry(commands.Close(turn=Turn(3)))
    assert not isinstance(rig.posted[-1], words.CallGone)


async def test_a_step_without_queues_goes_to_the_trunk_as_it_is(rig: Rig) -> None:
    wanted = (commands.Answer(), commands.Join(bridge=BridgeId(1)))
    assert rig.carry(*wanted) is not None
    assert tuple(rig.carry(*wanted)) == wanted
    assert rig.posted == []


async def test_leaving_by_a_key_says_so_to_the_queue(rig: Rig) -> None:
    rig.carry(ENQUEUE)
    rig.carry(commands.LeaveQueue(ticket=TICKET, end=WaitEnd.KEY))
    assert rig.posted[-1] == words.CallGone(at=1, ticket=TICKET, end=WaitEnd.KEY)


async def test_a_step_that_must_not_be_broken_is_told_with_its_end(rig: Rig) -> None:
    until = datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC)
    rig.carry(ENQUEUE)
    rig.carry(commands.HoldPlace(ticket=TICKET, until=until))
    assert rig.posted[-1] == words.CallHeld(at=1, ticket=TICKET, until=30_000_000_000)
    rig.carry(commands.HoldPlace(ticket=TICKET))
    assert rig.posted[-1] == words.CallHeld(at=1, ticket=TICKET, until=None)


async def test_who_is_in_such_a_step_when_a_wait_begins_anew_is_held_from_the_start(
    rig: Rig,
) -> None:
    rig.carry(replace(ENQUEUE, held_until=datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)))
    assert rig.posted[-1].held_until == 9_000_000_000


CAN = Wanted(AgentId("can"), "ticket_owner")


class Friends:
    """Knows who knows a caller, but thinks for a while."""

    def __init__(self) -> None:
        self.known = asyncio.Event()

    def matters(self, queue: str, number: str) -> bool:
        return bool(queue and number)

    async def of(self, _call: CallId, _wait: commands.Enqueue, _number: str) -> tuple[Wanted, ...]:
        await self.known.wait()
        return (CAN,)


class Broken(Friends):
    """Fails at once."""

    async def of(self, _call: CallId, _wait: commands.Enqueue, _number: str) -> tuple[Wanted, ...]:
        raise KeyError("a fault")


async def test_who_knows_a_caller_is_asked_before_the_caller_waits(rig: Rig) -> None:
    friends = rig.dispatch.knows = Friends()
    rig.carry(ENQUEUE)
    assert rig.posted == []
    friends.known.set()
    await settle()
    assert [one.wanted for one in rig.posted if isinstance(one, words.CallQueued)] == [(CAN,)]


async def test_who_is_not_found_in_time_is_not_waited_for(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.runtime.groups.dispatch.KNOWN_WITHIN_S", 0.0)
    rig.dispatch.knows = Friends()
    rig.carry(ENQUEUE)
    await settle()
    assert [one.wanted for one in rig.posted if isinstance(one, words.CallQueued)] == [()]


async def test_a_fault_of_ours_while_that_is_asked_keeps_nobody_out_of_the_queue(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.dispatch.knows = Broken()
    rig.carry(ENQUEUE)
    await settle()
    assert [one.wanted for one in rig.posted if isinstance(one, words.CallQueued)] == [()]
    assert [one.message for one in caplog.records] == ["task_failed"]


async def test_who_leaves_while_that_is_asked_never_waits(rig: Rig) -> None:
    friends = rig.dispatch.knows = Friends()
    rig.carry(ENQUEUE)
    rig.carry(commands.Close(turn=Turn(3)))
    friends.known.set()
    await settle()
    assert not any(isinstance(one, words.CallQueued) for one in rig.posted)


async def test_who_comes_to_such_a_step_while_that_is_asked_is_held_from_the_start(
    rig: Rig,
) -> None:
    friends = rig.dispatch.knows = Friends()
    rig.carry(ENQUEUE)
    until = datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)
    rig.carry(commands.HoldPlace(ticket=TICKET, until=until))
    friends.known.set()
    await settle()
    (queued,) = (one for one in rig.posted if isinstance(one, words.CallQueued))
    assert queued.held_until == 9_000_000_000


async def test_who_has_proved_who_he_is_waits_as_that_but_not_whom_we_have_called(rig: Rig) -> None:
    shown = replace(ENQUEUE, pop={"who": "c9"})
    rig.carry(shown)
    assert (rig.posted[-1].proved, rig.posted[-1].attested) == ("cards/c9", False)
    rig.state.placed = Placed()
    rig.carry(shown)
    assert rig.posted[-1].proved == ""
