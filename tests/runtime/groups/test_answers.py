"""What the queues decide, in the words that calls understand."""

from __future__ import annotations

from ivr.acd import words
from ivr.domain import events
from ivr.domain.agent import AgentId
from ivr.domain.call import CallId, Turn
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.runtime.groups.answers import news_of, offer_of, refused_of


def test_an_offer_tells_the_call_whom_to_ring_up_and_how_long() -> None:
    offered = words.Offered(
        ticket=Ticket("c1/3"),
        call=CallId("c1"),
        turn=3,
        offer=OfferId("o-1"),
        agent=AgentId("ayse"),
        address="sim:ayse",
        ring_ns=20_500_000_000,
        queue="cards",
        waited_ns=0,
        whisper="who",
    )
    assert offer_of(offered) == events.AgentOffered(
        turn=Turn(3),
        offer=OfferId("o-1"),
        agent=AgentId("ayse"),
        address="sim:ayse",
        ring_s=20.5,
        whisper="who",
    )


def test_news_tell_the_call_what_the_caller_may_hear() -> None:
    told = words.Told(ticket=Ticket("c1/3"), call=CallId("c1"), turn=3, position=2, estimate_min=5)
    assert news_of(told) == events.QueueNews(turn=Turn(3), position=2, estimate_min=5)


def test_a_wait_that_is_over_tells_the_call_every_way_that_is_open() -> None:
    ways = ("queue:b", "exit:full")
    over = words.WaitOver(
        ticket=Ticket("c1/3"),
        call=CallId("c1"),
        turn=3,
        end=WaitEnd.OVERFLOW,
        target="b",
        ways=ways,
    )
    told = events.QueueRefused(turn=Turn(3), end=WaitEnd.OVERFLOW, target="b", ways=ways)
    assert refused_of(over) == told
