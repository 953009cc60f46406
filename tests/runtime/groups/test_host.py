"""The mailbox of a routing group: in order, stored first, and going on after anything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.acd import words
from ivr.acd.group import Group, decide
from ivr.domain.call import Cause
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.runtime.groups.host import CODEC
from ivr.runtime.memory.groups import MemoryGroupLog
from tests.acd.walk import Walk
from tests.fakes.floor import RULES, Hosted, card

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.runtime.ports.desk import GroupBatch


class Fragile(MemoryGroupLog):
    """A log that fails as often as it is told, and remembers how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: list[Exception] = []
        self.batches: list[GroupBatch] = []

    async def append(self, batch: GroupBatch) -> None:
        """Fail, or keep it."""
        if self.failing:
            raise self.failing.pop(0)
        await super().append(batch)
        self.batches.append(batch)


@pytest.fixture
async def hosted() -> AsyncIterator[Hosted]:
    made = await Hosted(log=Fragile()).start()
    yield made
    await made.close()


def log_of(hosted: Hosted) -> Fragile:
    assert isinstance(hosted.log, Fragile)
    return hosted.log


def left(ticket: Ticket, at: int) -> words.Event:
    return words.CallGone(at=at, ticket=ticket, end=WaitEnd.KEY)


async def test_an_agent_who_is_free_is_offered_the_call(hosted: Hosted) -> None:
    await hosted.login("ayse")
    await hosted.queue("c1")
    (offer,) = hosted.of(words.Offered)
    assert (offer.agent, offer.call, offer.address) == ("ayse", "c1", "sim:ayse")


async def test_nothing_is_let_out_before_it_is_stored(hosted: Hosted) -> None:
    await hosted.login("ayse")
    log_of(hosted).failing = [StoreError("away", retryable=True)] * 2
    hosted.host.send(lambda at: words.Tick(at=at))
    asked = hosted.tasks.start(hosted.queue("c1"), "test")
    await hosted.clock.advance(0.4)
    assert hosted.of(words.Offered) == []
    await hosted.clock.advance(1.0)
    await asked
    assert len(hosted.of(words.Offered)) == 1


async def test_events_that_wait_are_stored_together(hosted: Hosted) -> None:
    before = len(log_of(hosted).batches)
    for call in ("c1", "c2", "c3"):
        hosted.host.send(partial(left, Ticket(f"{call}/1")))
    await hosted.clock.advance(0)
    (batch,) = log_of(hosted).batches[before:]
    assert [kind for kind, _at, _text in batch.events] == ["CallGone"] * 3


async def test_a_tick_from_which_nothing_follows_is_not_stored(hosted: Hosted) -> None:
    before = len(log_of(hosted).batches)
    hosted.host.send(lambda at: words.Tick(at=at))
    await hosted.clock.advance(0)
    assert len(log_of(hosted).batches) == before


async def test_an_event_that_breaks_the_machine_costs_only_itself(hosted: Hosted) -> None:
    await hosted.login("ayse")

    def broken(at: int) -> words.Event:
        raise RuntimeError(f"at {at}")

    with pytest.raises(StoreError):
        await hosted.host.ask(broken)
    await hosted.queue("c1")
    assert [offer.agent for offer in hosted.of(words.Offered)] == ["ayse"]


async def test_a_name_of_an_offer_is_never_given_twice(hosted: Hosted) -> None:
    def broken(at: int) -> words.Event:
        raise RuntimeError(f"at {at}")

    await hosted.login("ayse")
    await hosted.login("can")
    await hosted.queue("c1")
    with pytest.raises(StoreError):
        await hosted.host.ask(broken)
    await hosted.queue("c2")
    first, second = hosted.of(words.Offered)
    assert {first.agent, second.agent} == {"ayse", "can"}
    assert first.offer != second.offer


async def test_what_the_database_will_never_take_is_as_if_it_had_not_been(hosted: Hosted) -> None:
    log_of(hosted).failing = [StoreError("a promise would be broken")]
    with pytest.raises(StoreError):
        await hosted.login("ayse")
    assert hosted.state("ayse") == {}
    await hosted.login("ayse")
    assert hosted.state("ayse")["state"] == "available"


async def test_who_has_lost_the_group_decides_nothing_more(hosted: Hosted) -> None:
    log_of(hosted).failing = [LeaseLostError("another one owns it")]
    hosted.tasks.start(hosted.login("ayse"), "test")
    await hosted.clock.advance(1)
    assert hosted.of(words.AgentChanged) == []


async def test_a_phone_that_rings_too_long_gives_the_caller_back(hosted: Hosted) -> None:
    await hosted.login("ayse")
    await hosted.queue("c1")
    offer = hosted.of(words.Offered)[0].offer
    await hosted.happens(words.OfferRinging, offer=offer)
    await hosted.clock.advance(26)
    assert [one.offer for one in hosted.of(words.Withdrawn)] == [offer]
    assert hosted.state("ayse")["state"] == "available"


async def test_after_a_restart_the_places_in_the_queue_are_the_same() -> None:
    log = MemoryGroupLog()
    first = await Hosted(log=log).start()
    for call in ("c1", "c2", "c3"):
        await first.queue(call)
        await first.clock.advance(1)
    await first.close()
    second = await Hosted(log=log, clock=first.clock).start()
    for call in ("c3", "c1", "c2"):
        await second.queue(call, turn=7)
    for call in ("c1", "c2", "c3"):
        await second.login("ayse")
        offer = second.of(words.Offered)[-1]
        assert (offer.call, offer.turn) == (call, 7)
        await second.happens(words.OfferFailed, offer=offer.offer, cause=Cause.UNREACHABLE)
        await second.happens(words.CallGone, ticket=Ticket(f"{call}/1"), end=WaitEnd.ABANDONED)
        await second.happens(words.AgentEvent, agent=card("ayse").agent, what="logout")
    await second.close()


async def test_an_older_owner_is_shut_out_by_a_newer_one() -> None:
    log = MemoryGroupLog()
    old = await Hosted(log=log).start()
    new = await Hosted(log=log, clock=old.clock).start()
    old.tasks.start(old.login("ayse"), "test")
    await old.clock.advance(1)
    assert old.of(words.AgentChanged) == []
    await new.login("ayse")
    assert new.state("ayse")["state"] == "available"
    await old.close()
    await new.close()


def test_every_event_of_the_queue_machine_can_be_stored_and_read_back() -> None:
    rules = words.RulesChanged(at=1, rules=RULES, agents=(card("ayse"),))
    failed = words.OfferFailed(at=2, offer=OfferId("o-1-1"), cause=Cause.BUSY)
    for event in (rules, failed):
        assert CODEC.loads(CODEC.dumps(event)) == event


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_events_as_they_are_journaled_lead_to_the_same_decisions(seed: int) -> None:
    """I11, shares of teams included."""
    walk, again = Walk(seed, agents=3, shares=True), Group("g", 1)
    for _ in range(300):
        walk.step()
    kept = [CODEC.dumps(event) for event in walk.house.events]
    last: tuple[words.Command, ...] = ()
    for line in kept:
        last = decide(again, CODEC.loads_as(words.Event, line))
    assert list(last) == walk.house.out
    assert again.decided == walk.house.group.decided
    assert {team: each.given for team, each in again.shares.items()} == {
        team: each.given for team, each in walk.house.group.shares.items()
    }
