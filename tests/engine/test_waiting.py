"""A wait in a queue is one segment, however it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.domain.agent import AgentId
from ivr.domain.call import BridgeId, CallId, Cause, LegId, Turn
from ivr.domain.commands import Dial, Enqueue, LeaveQueue
from ivr.domain.events import OfferSettled, QueueRefused
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.engine import legs, waiting
from ivr.engine.state import FINAL, State
from tests.fakes.call_script import START

TICKET, TURN = Ticket("C/2"), Turn(2)
ENQUEUE = Enqueue(turn=TURN, ticket=TICKET, queue="cards")
OFFER = OfferId("o-1")


def waits() -> State:
    """A call that has waited for 30 s, and rings an agent."""
    state = State(CallId("C"), "h", "1", START, outcome="paid", last_at=START)
    legs.record(state, ENQUEUE)
    dial = Dial(turn=Turn(3), other=LegId(2), agent=AgentId("ayse"), offer=OFFER, address="x")
    legs.record(state, dial)
    state.last_at = START + timedelta(seconds=30)
    return state


def ended(state: State) -> list[tuple[str, float]]:
    return [
        (one.detail, (one.ended_at - one.started_at).total_seconds())
        for one in state.segments
        if one.kind == "queue"
    ]


def test_waiting_clears_what_the_call_would_have_counted_as() -> None:
    assert waits().outcome == ""


def test_the_same_ticket_once_more_is_the_same_wait() -> None:
    state = waits()
    legs.record(state, replace(ENQUEUE, turn=Turn(9)))
    legs.record(state, LeaveQueue(ticket=TICKET, end=WaitEnd.KEY))
    legs.record(state, LeaveQueue(ticket=TICKET, end=WaitEnd.KEY))
    assert ended(state) == [("cards key", 30.0)]


def test_an_agent_who_wins_ends_it_and_is_known_for_it() -> None:
    state = waits()
    waiting.answered(state, OfferSettled(turn=Turn(4), offer=OFFER, won=False))
    assert state.wait is not None
    waiting.answered(state, OfferSettled(turn=Turn(4), offer=OFFER, won=True))
    assert ended(state) == [("cards answered", 30.0)]
    assert [leg.won for leg in state.legs] == [False, True]


def test_a_queue_that_lets_the_caller_go_ends_it() -> None:
    state = waits()
    waiting.answered(state, QueueRefused(turn=TURN, end=WaitEnd.NOBODY))
    assert waiting.ends(state) == (("nobody", ""),)


@pytest.mark.parametrize(
    ("region", "cause", "end"),
    [
        (FINAL, Cause.NORMAL, "abandoned"),
        (FINAL, Cause.SYSTEM_LOST, "system_lost"),
        ("live", Cause.NORMAL, "system_lost"),
    ],
)
def test_a_wait_that_is_just_given_up_says_whose_fault_it_was(
    region: str, cause: Cause, end: str
) -> None:
    state = waits()
    state.region, state.cause = region, cause
    waiting.given_up(state, Ticket("another"))
    waiting.given_up(state, TICKET)
    assert ended(state) == [(f"cards {end}", 30.0)]


def test_an_agent_who_rings_and_talks_leaves_a_segment_of_each() -> None:
    state = waits()
    legs.drop(state, LegId(2))
    assert [(one.kind, one.detail) for one in state.segments] == [("ring", "ayse")]
    assert BridgeId(1) == state.next_bridge
