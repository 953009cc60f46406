"""Calls that we begin: nothing is said before somebody is there."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.domain.call import CALLER, CallId, Cause, EndedBy, Outcome
from ivr.domain.commands import (
    Close,
    CloseInteraction,
    Collect,
    Enqueue,
    HangUp,
    PlaceCall,
    StartTimer,
)
from ivr.domain.events import (
    CallRecovered,
    CommandFailed,
    Event,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
)
from ivr.domain.outbound import CallPlaced, CallWithdrawn, Placed, PromiseId
from ivr.flow.own.built_in import callback_flow
from tests.engine.small import small_book
from tests.fakes.call_script import START, CallScript, Like

NUMBER, OURS = "+905321112233", "+908502220000"
FLOW = """
  start:
    - menu: main
      keys: {"1": start}
      giveup: start
"""
PLACED = Placed(
    PromiseId("p-1"), "general", START, priority="7", skills=("cards",), pop={"reason": "card"}
)


def ringing(**more: Any) -> CallScript:  # noqa: ANN401
    """Whom we call has not answered yet."""
    book = small_book(FLOW)
    script = CallScript(book) >> CallPlaced(
        call=CallId("OURS"),
        flow_hash=book.live["main"],
        flow=callback_flow("general"),
        dnis=OURS,
        ani=NUMBER,
        language="tr",
        placed=PLACED,
        **more,
    )
    script << PlaceCall(number=NUMBER, caller_id=OURS, ring_s=30.0) << Like(StartTimer)
    (script >> LegRinging(leg=CALLER)).silent()
    return script


def answered() -> CallScript:
    """Somebody is there, and hears what he is asked."""
    script = ringing().after(5) >> LegAnswered(way_back={"x": "y"})
    script << Like(Collect, says=["cb_confirm"], language="tr", keys=("1", "9"), first_s=5.0)
    assert script.now.legs[0].way_back == {"x": "y"}
    return script.silent()


def test_who_presses_1_waits_in_the_old_place() -> None:
    script = answered().after(30).press("1").skip_closes()
    script << Like(
        Enqueue,
        queue="general",
        kept_since=START,
        priority="7",
        skills=("cards",),
        pop={"reason": "card"},
    )
    assert script.now.path == ["confirm", "wait"]
    assert "offer" not in script.open_turns()
    script.skip()


def test_whom_the_provider_still_rings_after_a_restart_may_answer() -> None:
    script = ringing() >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer)
    (script >> LegAnswered()) << Like(Collect, says=["cb_confirm"])


def test_who_presses_nothing_is_no_person() -> None:
    script = answered().fail().skip().fail().skip()
    assert script.now.path == ["confirm", "nobody_there"]


def test_9_is_said_goodbye_to() -> None:
    script = answered().press("9").skip()
    assert script.now.path == ["confirm", "no_more"]


def test_who_leaves_ends_the_call_by_the_built_in_flow() -> None:
    script = answered() >> LegEnded()
    script.skip_closes()
    script << Like(CloseInteraction, ended_by=EndedBy.CALLER, cause=Cause.NORMAL)
    assert script.now.ended


@pytest.mark.parametrize(
    ("event", "cause", "outcome"),
    [
        (LegFailed(cause=Cause.BUSY), Cause.BUSY, Outcome.FAILED),
        (LegFailed(cause=Cause.NO_ANSWER), Cause.NO_ANSWER, Outcome.FAILED),
        (LegEnded(cause=Cause.SIGNAL_LOST), Cause.SIGNAL_LOST, Outcome.FAILED),
        (CommandFailed(), Cause.FAILED, Outcome.FAILED),
        (CallRecovered(), Cause.SYSTEM_LOST, Outcome.SYSTEM_LOST),
    ],
)
def test_whoever_is_not_reached_hears_nothing(event: Event, cause: Cause, outcome: Outcome) -> None:
    script = ringing() >> event
    script << Like(Close) << Like(CloseInteraction, cause=cause, outcome=outcome, path=())
    script.silent()
    assert script.now.ended


def test_a_call_that_is_not_needed_any_more_stops_ringing() -> None:
    script = ringing() >> CallWithdrawn()
    script << HangUp(cause=Cause.CANCELLED) << Like(Close)
    script << Like(CloseInteraction, cause=Cause.CANCELLED, ended_by=EndedBy.HANGUP)
    assert script.now.ended


def test_a_call_that_is_not_needed_any_more_is_hung_up() -> None:
    script = (answered() >> CallWithdrawn()).skip_closes()
    script << HangUp(cause=Cause.CANCELLED)
    script << Like(CloseInteraction, cause=Cause.CANCELLED)


def test_a_second_answer_means_nothing() -> None:
    (answered() >> LegAnswered()).silent()
