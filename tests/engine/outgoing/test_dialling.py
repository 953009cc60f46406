"""Calls that an agent dials: his telephone first, then the customer's."""

from __future__ import annotations

import pytest

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, BridgeId, CallId, Cause, EndedBy, LegId, Outcome
from ivr.domain.commands import (
    CloseInteraction,
    Dial,
    HangUp,
    Join,
    PlaceCall,
    ReportAgent,
    StartTimer,
)
from ivr.domain.events import (
    CallRecovered,
    DeskTransferAsked,
    HangUpAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
)
from ivr.domain.outbound import CallPlaced, Placed
from ivr.domain.queue import OfferId
from ivr.flow.own.built_in import DIALLED
from tests.engine.small import small_book
from tests.fakes.call_script import CallScript, Like

NUMBER, OURS = "+905321112233", "+908502220000"
TWO, B1 = LegId(2), BridgeId(1)
FLOW = """
  start:
    - menu: main
      keys: {"1": start}
      giveup: start
"""
PLACED = Placed(agent="ayse", address="sip:ayse@desk", offer="dial-OURS")


def dialled() -> CallScript:
    """The agent's own telephone is rung up."""
    book = small_book(FLOW)
    script = CallScript(book) >> CallPlaced(
        call=CallId("OURS"),
        flow_hash=book.live["main"],
        flow=DIALLED,
        dnis=OURS,
        ani=NUMBER,
        placed=PLACED,
    )
    script << Like(Dial, other=TWO, address="sip:ayse@desk", agent="ayse", offer="dial-OURS")
    script << Like(StartTimer)
    return script.silent()


def taken() -> CallScript:
    """The agent has picked up, and the customer is rung up."""
    script = dialled().after(3) >> LegAnswered(leg=TWO)
    script << Like(PlaceCall, number=NUMBER, caller_id=OURS)
    return script.silent()


def talking() -> CallScript:
    script = taken().after(5) >> LegAnswered()
    script.skip_closes()
    script << report("dial_answered") << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    return script.silent()


def report(what: str, cause: Cause = Cause.NORMAL) -> ReportAgent:
    offer, agent = OfferId("dial-OURS"), AgentId("ayse")
    return ReportAgent(leg=TWO, offer=offer, agent=agent, what=what, cause=cause)


def closing(script: CallScript) -> CloseInteraction:
    (found,) = [one for one in script.all if isinstance(one, CloseInteraction)]
    return found


def reports(script: CallScript) -> list[str]:
    return [one.what for one in script.all if isinstance(one, ReportAgent)]


def test_both_talk_once_the_customer_answers() -> None:
    script = talking()
    assert script.now.legs[1].talks
    (script.after(30) >> LegEnded()).skip()
    assert reports(script) == ["dial_answered", "call_ended"]
    row = closing(script)
    assert (row.outcome, row.ended_by) == (Outcome.HANDLED, EndedBy.CALLER)
    assert [one.kind for one in row.segments] == ["ring", "ivr", "talk"]


def test_a_customer_who_does_not_answer_ends_the_call_and_frees_the_agent() -> None:
    script = taken() >> LegFailed(cause=Cause.BUSY)
    script << HangUp(leg=TWO, cause=Cause.BUSY) << report("dial_failed", Cause.BUSY)
    script.skip_closes() << Like(CloseInteraction, outcome=Outcome.FAILED, cause=Cause.BUSY)
    assert script.now.ended


@pytest.mark.parametrize("event", [LegFailed(leg=TWO, cause=Cause.NO_ANSWER), HangUpAsked(leg=TWO)])
def test_an_agent_who_does_not_pick_up_calls_nobody(event: LegFailed | HangUpAsked) -> None:
    script = (dialled() >> event).skip()
    assert reports(script) == ["dial_failed"]
    assert closing(script).outcome == Outcome.FAILED
    assert not [one for one in script.all if isinstance(one, PlaceCall)]


def test_an_agent_who_hangs_up_while_it_rings_lets_the_customer_go() -> None:
    script = taken() >> LegEnded(leg=TWO, by=EndedBy.AGENT)
    script.skip_closes()
    script << report("dial_failed") << Like(HangUp, leg=CALLER) << Like(CloseInteraction)


def test_an_agent_who_hangs_up_after_the_talk_ends_the_call() -> None:
    script = (talking() >> LegEnded(leg=TWO, by=EndedBy.AGENT)).skip()
    assert reports(script)[-1] == "call_ended"
    assert (closing(script).ended_by, script.now.ended) == (EndedBy.HANGUP, True)


def test_whom_an_agent_has_called_is_not_sent_into_a_queue() -> None:
    (talking() >> DeskTransferAsked(leg=TWO, queue="general")).silent()


@pytest.mark.parametrize("alive", [(), (CALLER,)])
def test_after_a_restart_nobody_is_left_behind(alive: tuple[LegId, ...]) -> None:
    for script in (dialled(), taken(), talking()):
        (script >> CallRecovered(alive=alive)).skip()
        assert script.now.ended
        assert reports(script)[-1] in ("dial_failed", "call_ended")


def test_an_answer_after_the_end_changes_nothing() -> None:
    script = (taken() >> LegFailed(cause=Cause.NO_ANSWER)).skip()
    (script >> LegAnswered()).silent()
