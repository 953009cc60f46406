"""What agents have had of each queue today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.acd.settings import SECOND, Nobody, Wrapup
from ivr.acd.words import OfferFailed
from ivr.domain.agent import AgentId
from ivr.domain.call import Cause
from tests.acd.house import House, card, queue

if TYPE_CHECKING:
    from ivr.acd.state import Agent

CALM = {"nobody": Nobody(join=(), leave=()), "wrapup": Wrapup("none")}


def house(**settings: object) -> House:
    return House(queue("q", **{**CALM, **settings}), agents=[card("ada", 0), card("bob", 1)])


def agent(one: House, name: str) -> Agent:
    return one.group.agents[AgentId(name)]


def lost_before_the_bridge(one: House, name: str) -> None:
    """The telephone of who has just answered is gone before caller and agent hear each other."""
    offer = agent(one, name).won
    assert offer is not None
    one.give(OfferFailed(at=one.at, offer=offer, cause=Cause.UNREACHABLE))


def test_a_call_and_its_talk_count_for_the_queue() -> None:
    one = house()
    one.call("t1")
    one.answers("ada")
    one.wait(30)
    one.agent("ada", "call_ended")
    assert agent(one, "ada").tally == {"q": (1, 30 * SECOND)}


def test_a_call_that_was_won_and_not_had_counts_for_nobody_but_who_gets_it() -> None:
    one = house(strategy="fewest_calls")
    one.call("t1")
    one.answers("ada")
    lost_before_the_bridge(one, "ada")
    assert agent(one, "ada").tally["q"][0] == 0
    assert one.ringing() == {"bob": "t1"}
    one.answers("bob")
    assert agent(one, "bob").tally["q"][0] == 1
    assert one.group.queues["q"].counts.answered == 1


def test_it_counts_as_in_time_as_it_was_when_it_was_answered() -> None:
    one = house(service_level_ns=10 * SECOND)
    one.call("t1")
    one.rings("ada")
    one.wait(9)
    one.answers("ada")
    assert one.group.queues["q"].counts.in_time == 1
    one.wait(3)
    lost_before_the_bridge(one, "ada")
    assert (one.group.queues["q"].counts.answered, one.group.queues["q"].counts.in_time) == (0, 0)


def test_what_was_won_yesterday_is_not_taken_from_today() -> None:
    one = house()
    one.wait((one.group.day_ends - one.at) // SECOND - 2)
    one.call("t1")
    one.answers("ada")
    one.wait(4)
    lost_before_the_bridge(one, "ada")
    assert (one.group.queues["q"].counts.answered, one.group.queues["q"].counts.in_time) == (0, 0)
    assert agent(one, "ada").tally["q"][0] == 0
