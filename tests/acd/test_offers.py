"""Offers: one winner, exact places, misses, ring groups that gain and lose agents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import SECOND, Member, Misses, Span, Step, Wrapup
from ivr.acd.words import (
    Alarm,
    CallQueued,
    OfferAnswered,
    Offered,
    OfferFailed,
    Row,
    RulesChanged,
    Settled,
    Withdrawn,
)
from ivr.domain.agent import Reach
from ivr.domain.call import CallId, Cause
from ivr.domain.queue import OfferId, Ticket
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.ports.desk import GroupBatch
from tests.acd.house import House, card, only, queue
from tests.acd.walk import Walk

if TYPE_CHECKING:
    from ivr.acd.words import Command, Event

ADA, BOB = card("ada", 1), card("bob", 2)


def test_a_caller_who_leaves_stops_the_ringing_in_the_same_event() -> None:
    """R14."""
    house = House(queue(), agents=[ADA])
    house.call("t1")
    idle = house.group.agents[ADA.agent].idle_since
    house.wait(1)
    out = house.gone("t1")
    assert [(each.agent, each.end) for each in only(out, Withdrawn)] == [("ada", "caller_gone")]
    assert house.state("ada") == "available"
    assert house.group.agents[ADA.agent].idle_since == idle


@pytest.mark.parametrize(("address", "asked"), [("sip:ada@desk", True), ("+905321112233", False)])
def test_only_telephones_that_can_answer_by_themselves_are_asked_to(
    address: str, asked: bool
) -> None:
    house = House(queue(answers_itself=True), agents=[replace(ADA, endpoints={Reach.SIP: address})])
    (offer,) = only(house.call("t1"), Offered)
    assert offer.answers_itself is asked


def test_a_late_answer_to_a_gone_call_has_lost_and_is_no_miss() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    offer = house.offer_of("ada")
    house.gone("t1")
    out = house.give(OfferAnswered(at=house.at, offer=offer))
    assert only(out, Settled) == [Settled(call=CallId("c-t1"), offer=offer, won=False)]
    assert house.group.agents[ADA.agent].misses == ()


def test_an_unknown_offer_has_lost() -> None:
    house = House(queue(), agents=[ADA])
    out = house.give(OfferAnswered(at=house.at, offer=OfferId("o-0-9")))
    assert [each.won for each in only(out, Settled)] == [False]


@pytest.mark.parametrize(
    ("cause", "declined", "misses", "end"),
    [
        (Cause.NO_ANSWER, False, 1, "no_answer"),
        (Cause.NORMAL, True, 1, "declined"),
        (Cause.REJECTED, False, 1, "declined"),
        (Cause.BUSY, False, 0, "busy"),
        (Cause.FAILED, False, 0, "setup"),
    ],
)
def test_only_no_answer_and_declined_count(
    cause: Cause, declined: bool, misses: int, end: str
) -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    offer = house.group.offers[house.offer_of("ada")]
    house.fails("ada", cause, declined=declined)
    agent = house.group.agents[ADA.agent]
    assert (sum(agent.misses), offer.end) == (misses, end)
    assert house.state("ada") == "available"
    assert not house.ringing(), "cooling down"
    house.wait(10)
    assert house.ringing() == {"ada": "t1"}


def test_the_second_miss_of_the_last_five_takes_the_agent_out() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    house.fails("ada")
    house.wait(10)
    out = house.fails("ada")
    assert [each.name for each in only(out, Alarm)] == ["agent_not_responding"]
    assert (house.state("ada"), house.group.agents[ADA.agent].reason) == (
        "not_responding",
        "no_answer",
    )
    house.agent("ada", "set_available")
    assert house.group.agents[ADA.agent].misses == ()


STRICT = Misses(allow=1, of=1, cooldown_ns=3 * SECOND, same_call_ns=0)
LENIENT = Misses(allow=3, of=8)


def test_a_miss_is_judged_by_the_queue_whose_offer_it_was() -> None:
    house = House(queue(), queue("vip", misses=STRICT), agents=[ADA, BOB])
    house.call("t1")
    house.fails("ada")
    assert house.state("ada") == "available", "the rule of all takes the second miss"
    house.agent("bob", "logout")
    house.wait(10)
    house.gone("t1")
    house.call("t2", "vip")
    out = house.fails("ada")
    assert house.state("ada") == "not_responding"
    assert [each.facts["misses"] for each in only(out, Alarm)] == [1], "of its last offer alone"


def test_a_queue_that_looks_back_further_counts_the_misses_of_other_queues() -> None:
    house = House(queue(misses=Misses(allow=3, of=3)), queue("vip", misses=LENIENT), agents=[ADA])
    for number, name in enumerate(("q", "q", "vip")):
        house.call(f"t{number}", name)
        house.fails("ada")
        house.gone(f"t{number}")
        house.wait(10)
    assert house.state("ada") == "not_responding"


def test_the_cool_down_is_that_of_the_queue_whose_offer_was_missed() -> None:
    house = House(queue("vip", misses=Misses(cooldown_ns=3 * SECOND)), queue(), agents=[ADA])
    house.call("t1", "vip")
    house.fails("ada")
    assert not only(house.wait(2.9), Offered)
    assert only(house.wait(0.1), Offered)


def test_a_queue_may_give_a_missed_call_back_to_the_same_agent_at_once() -> None:
    house = House(queue(misses=replace(STRICT, allow=2, of=5, cooldown_ns=0)), agents=[ADA, BOB])
    house.call("t1")
    house.fails("ada", Cause.BUSY)
    assert house.ringing() == {"ada": "t1"}, "idle longest, and the miss keeps nobody away"


def test_a_miss_counts_by_the_new_rule_of_a_queue_from_the_next_one_on() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    house.fails("ada")
    house.wait(10)
    rules = replace(house.rules, queues={"q": queue(misses=LENIENT)})
    house.give(RulesChanged(at=house.at, rules=rules, agents=house.cards))
    house.fails("ada")
    assert house.state("ada") == "available"


def test_deadlines_of_setup_and_ringing_end_an_offer() -> None:
    """R17, I9: nothing has to be reported for the caller to go on."""
    house = House(queue(), agents=[ADA])
    house.call("t1")
    assert [each.end for each in only(house.wait(4), Withdrawn)] == ["setup"]
    house.wait(10)
    house.rings("ada")
    assert [each.end for each in only(house.wait(20), Withdrawn)] == ["no_answer"]


def test_at_most_six_offers_a_minute() -> None:
    """R18."""
    house = House(queue(), agents=[ADA], misses=Misses(cooldown_ns=0))
    offered = 0
    for n in range(300):
        offered += len(only(house.call(f"t{n}"), Offered))
        if house.group.agents[ADA.agent].offer is not None:
            offered += len(only(house.fails("ada", Cause.BUSY), Offered))
        offered += len(only(house.wait(0.1), Offered))
    assert offered == 6


def test_a_missed_caller_keeps_the_exact_place() -> None:
    """I5, R21: key, position and order are those of before."""
    house = House(queue(), agents=[ADA])
    for n in range(1, 5):
        house.call(f"t{n}")
        house.wait(0.5)
    key = house.group.calls[Ticket("t1")].key
    assert key is not None
    house.fails("ada", declined=True)
    after = house.group.calls[Ticket("t1")].key
    assert after is not None
    assert after[:3] == key[:3]
    house.wait(10)
    assert house.ringing() == {"ada": "t1"}


def test_the_call_goes_to_another_agent_than_the_one_who_missed_it() -> None:
    house = House(queue(), agents=[ADA, BOB], misses=Misses(cooldown_ns=0))
    house.call("t1")
    house.fails("ada", Cause.BUSY)
    assert house.ringing() == {"bob": "t1"}
    house.fails("bob", Cause.BUSY)
    assert house.ringing() == {"ada": "t1"}, "both have missed it: the order counts again"


def test_a_busy_telephone_is_no_miss_when_a_direct_call_takes_it() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    house.agent("ada", "direct_started")
    assert house.state("ada") == "direct"
    assert house.group.agents[ADA.agent].misses == (False,)


def test_ring_all_rings_the_lowest_tier_and_who_becomes_free_joins() -> None:
    house = House(
        queue(strategy="ring_all", teams={"t": Member(1), "u": Member(2)}),
        agents=[ADA, BOB, card("eve", 3, "u")],
    )
    house.agent("bob", "set_break", reason="break")
    house.call("t1")
    assert house.ringing() == {"ada": "t1"}
    house.agent("bob", "set_available")
    assert house.ringing() == {"ada": "t1", "bob": "t1"}


def test_ring_all_gains_who_is_eligible_by_a_step_while_it_rings() -> None:
    """R23, acd-cti.md 4.3."""
    rule = queue(
        strategy="ring_all",
        need={"cards": Span(50)},
        steps=(Step(3 * SECOND, drop=("cards",)),),
    )
    house = House(rule, agents=[card("ada", 1, cards=90), BOB])
    house.call("t1")
    assert house.ringing() == {"ada": "t1"}
    house.rings("ada")
    house.wait(3)
    assert house.ringing() == {"ada": "t1", "bob": "t1"}


def test_ring_progressive_adds_one_agent_every_five_seconds() -> None:
    agents = [card(name, number) for number, name in enumerate(("ada", "bob", "eve"))]
    house = House(queue(strategy="ring_progressive"), agents=agents)
    house.call("t1")
    house.rings("ada")
    assert [*house.ringing()] == ["ada"]
    house.wait(5)
    assert [*house.ringing()] == ["ada", "bob"]
    house.rings("bob")
    house.wait(5)
    assert [*house.ringing()] == ["ada", "bob", "eve"]
    out = house.answers("bob")
    assert [each.agent for each in only(out, Withdrawn)] == ["ada", "eve"]


def test_the_group_opens_again_once_when_the_winner_is_gone_before_the_bridge() -> None:
    """R4: no doubled rows, then the caller goes back to the old place."""
    agents = [card(name, number) for number, name in enumerate(("ada", "bob", "eve"))]
    house = House(queue(strategy="ring_all", wrapup=Wrapup("none")), agents=agents)
    house.call("t1")
    key = house.group.queues["q"].order[0][:3]
    first = house.offer_of("ada")
    house.answers("ada")
    ring = house.group.past[first].ring
    house.give(OfferFailed(at=house.at, offer=first, cause=Cause.FAILED))
    assert house.ringing() == {"bob": "t1", "eve": "t1"}
    assert ring.reopened
    assert house.group.queues["q"].order[0][:3] == key
    second = house.offer_of("bob")
    house.answers("bob")
    house.give(OfferFailed(at=house.at, offer=second, cause=Cause.FAILED))
    call = house.group.calls[Ticket("t1")]
    assert call.ring is not None
    assert call.ring is not ring
    assert house.group.queues["q"].counts.answered == 0


def test_a_win_that_is_taken_back_no_longer_counts_for_who_has_the_fewest_calls() -> None:
    agents = [card(name, number) for number, name in enumerate(("ada", "bob", "eve"))]
    house = House(queue(strategy="fewest_calls", wrapup=Wrapup("none")), agents=agents)
    house.call("t1")
    won = house.offer_of("ada")
    house.answers("ada")
    house.give(OfferFailed(at=house.at, offer=won, cause=Cause.FAILED))
    assert house.ringing() == {"bob": "t1"}
    house.wait(1)
    house.agent("eve", "set_break", reason="break")
    house.agent("eve", "set_available")
    house.call("t2")
    assert house.ringing() == {"bob": "t1", "ada": "t2"}, "idle longer, and none has had a call"


async def test_the_second_winner_of_a_ring_group_can_be_stored() -> None:
    agents = [card(name, number) for number, name in enumerate(("ada", "bob"))]
    house = House(queue(strategy="ring_all", wrapup=Wrapup("none")), agents=agents)
    log = MemoryGroupLog()
    epoch, _last = await log.claim("g")
    told = [house.call("t1")]
    first = house.offer_of("ada")
    told.append(house.answers("ada"))
    told.append(house.give(OfferFailed(at=house.at, offer=first, cause=Cause.UNREACHABLE)))
    states = [each.columns["state"] for each in only(told[-1], Row) if each.kind == "offer"]
    assert states == ["failed", "created"], "the old win is given up before anything else"
    told.append(house.give(OfferAnswered(at=house.at, offer=first)))
    assert only(told[-1], Settled) == [Settled(call=CallId("c-t1"), offer=first, won=False)]
    told.append(house.answers("bob"))
    for seq, out in enumerate(told, 1):
        rows = only(out, Row)
        await log.append(GroupBatch("g", epoch, seq, [("Event", seq, "{}")], rows))
    ends = {one["agent"]: (one["state"], one["end"]) for one in await log.offers("c-t1")}
    assert ends == {"ada": ("failed", "unreachable"), "bob": ("accepted", "accepted")}


class RowsOfEvents(Walk):
    """A random day on which everybody is rung up at once, and winners often vanish. told: the
    rows of each event."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        rules = self.house.rules
        queues = {
            name: replace(one, strategy=self.dice.choice(["ring_all", "ring_progressive"]))
            for name, one in rules.queues.items()
        }
        self.told: list[list[Row]] = []
        give = self.house.give

        def kept(event: Event) -> list[Command]:
            out = give(event)
            self.told.append(only(out, Row))
            return out

        setattr(self.house, "give", kept)  # noqa: B010 - a method of one object
        self.house.rules = replace(rules, queues=queues)
        house = self.house
        house.give(RulesChanged(at=house.at, rules=house.rules, agents=house.cards))

    def vanish(self) -> bool:
        """The telephone of somebody who has just won is gone; whether there was such a one."""
        group = self.house.group
        won = [one.won for one in group.agents.values() if one.won and one.state == "talking"]
        if won:
            offer = self.dice.choice(won)
            event = OfferFailed(at=self.house.at, offer=offer, cause=Cause.UNREACHABLE)
            self.house.give(event)
        return bool(won)


@pytest.mark.parametrize("seed", range(5))
async def test_every_event_of_a_random_day_can_be_stored(seed: int) -> None:
    """10,000 events in all, of ring_all and ring_progressive."""
    walk, log = RowsOfEvents(seed), MemoryGroupLog()
    epoch, _last = await log.claim("g")
    vanished = 0
    while len(walk.told) < 2_000:
        walk.step()
        if walk.dice.random() < 0.1:
            vanished += walk.vanish()
    for seq, rows in enumerate(walk.told, 1):
        await log.append(GroupBatch("g", epoch, seq, [("Event", seq, "{}")], rows))
    assert vanished > 20


def test_a_caller_with_a_new_turn_is_told_of_the_live_offer_again() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1")
    again = CallQueued(
        at=house.at, ticket=Ticket("t1"), call=CallId("c-t1"), turn=9, queue="q", reach=Reach.SIP
    )
    offers = only(house.give(again), Offered)
    assert [(each.turn, each.offer) for each in offers] == [(9, house.offer_of("ada"))]
    assert len(house.group.calls) == 1


def test_with_the_agent_first_he_dials_until_the_customer_is_there() -> None:
    house = House(queue(wrapup=Wrapup("skippable", 30 * SECOND)), agents=[ADA])
    house.call("t1", agent_first=True)
    offer = house.offer_of("ada")
    house.answers("ada")
    assert house.state("ada") == "dialing"
    house.wait(12)
    house.agent("ada", "dial_answered", offer=offer)
    one = house.group.agents[ADA.agent]
    assert (one.state, one.talk_since) == ("talking", house.at)
    house.agent("ada", "call_ended", offer=offer)
    assert house.state("ada") == "wrapup"


def test_an_agent_whose_customer_was_not_reached_is_free_and_has_missed_nothing() -> None:
    house = House(queue(), agents=[ADA])
    house.call("t1", agent_first=True)
    idle = house.group.agents[ADA.agent].idle_since
    offer = house.offer_of("ada")
    house.answers("ada")
    house.agent("ada", "dial_failed", offer=offer)
    one = house.group.agents[ADA.agent]
    assert (one.state, one.idle_since, one.misses) == ("available", idle, (False,))


def test_the_agent_comes_first_after_a_restart_too() -> None:
    house = House(queue(wrapup=Wrapup("none")), agents=[ADA])
    house.call("t0")
    house.answers("ada")
    house.call("t1")
    house.call("t1", turn=7, agent_first=True)
    out = house.agent("ada", "call_ended")
    assert [(each.turn, each.agent_first) for each in only(out, Offered)] == [(7, True)]
