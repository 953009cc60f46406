"""Who is called back once an agent has the call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import CALLER, BridgeId, CallId, Cause, LegId
from ivr.domain.commands import (
    CloseInteraction,
    Collect,
    Dial,
    Enqueue,
    HangUp,
    Join,
    PlaceCall,
    Play,
    ReportAgent,
    Settle,
    StartTimer,
)
from ivr.domain.events import (
    CallRecovered,
    LegAnswered,
    LegEnded,
    LegFailed,
    OfferSettled,
    QueueRefused,
)
from ivr.domain.outbound import CallPlaced, CallWithdrawn, Placed, PromiseId
from ivr.domain.queue import OfferId, WaitEnd
from ivr.engine.party import Phase
from ivr.flow.own.built_in import callback_flow
from ivr.flow.world import QueueShape, QueueTaping, TrunkShape
from tests.engine.small import book_in, reserve, small_book, small_world
from tests.fakes.call_script import START, CallScript, Like

if TYPE_CHECKING:
    from ivr.engine.book import Book

NUMBER, OURS = "+905321112233", "+908502220000"
TWO, B1, O1 = LegId(2), BridgeId(1), OfferId("o-1")
FLOW = """
  start:
    - menu: main
      keys: {"1": start}
      giveup: start
"""
PLACED = Placed(PromiseId("p-1"), "general", START, agent_first=True)


def waiting(book: Book | None = None) -> CallScript:
    """The call waits for an agent; nobody else is there."""
    book = book or small_book(FLOW)
    script = CallScript(book) >> CallPlaced(
        trunk="sip",
        call=CallId("OURS"),
        flow_hash=book.live["main"],
        flow=callback_flow("general", agent_first=True),
        dnis=OURS,
        ani=NUMBER,
        language="tr",
        placed=PLACED,
    )
    script << Like(Enqueue, queue="general", kept_since=START) << Like(StartTimer)
    return script.silent()


def dialling(book: Book | None = None) -> CallScript:
    """An agent has the call, and the customer is rung up."""
    script = waiting(book)
    reserve(script, O1)
    assert script.skip().now.legs[1].phase is Phase.DIALLING
    (script >> LegAnswered(leg=TWO)) << Like(Settle, offer=O1)
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    script.skip_closes() << Like(PlaceCall, number=NUMBER, caller_id=OURS)
    return script.silent()


def asked() -> CallScript:
    """Somebody or something has answered."""
    script = dialling().after(4) >> LegAnswered(way_back={"x": "y"})
    return script.skip_closes() << Like(Collect, says=["cb_confirm"], keys=("1", "9"))


def report(what: str, **more: Any) -> Like:  # noqa: ANN401
    return Like(ReportAgent, leg=TWO, offer=O1, what=what, **more)


def test_who_presses_1_talks_to_the_agent_at_once() -> None:
    script = asked().press("1", "confirm")
    script << report("dial_answered") << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    assert script.silent().now.legs[1].talks
    (script.after(30) >> LegEnded(leg=TWO)).skip_closes()
    script << report("call_ended")
    script.skip()
    assert script.now.path == ["agent", "over"]


@pytest.mark.parametrize(("notice", "said"), [("bye", "cb_recorded"), ("notice", "notice")])
def test_whom_we_call_is_told_that_he_is_recorded(notice: str, said: str) -> None:
    shapes = {"general": QueueShape("general", taping=QueueTaping(notice))}
    trunk = TrunkShape("sip", "sip", dials=True, tapes=True)
    world = replace(small_world(), trunks={"sip": trunk}, queue_shapes=shapes)
    told = "" if said == "cb_recorded" else "    - say: notice\n"
    script = dialling(book_in(world, FLOW.replace("start:\n", f"start:\n{told}")))
    script.after(4) >> LegAnswered(way_back={})
    script.skip_closes() << Like(Collect, says=[said, "cb_confirm"])
    script.press("1", "confirm").skip()
    assert script.now.tape is not None
    assert script.noted("recording")[-1]["told"]


@pytest.mark.parametrize(("key", "node"), [("9", "no_more"), ("", "silent")])
def test_who_does_not_press_1_never_gets_to_the_agent(key: str, node: str) -> None:
    script = asked()
    script = script.press(key, "confirm") if key else script.fail(name="confirm")
    script.skip_closes() << Like(HangUp, leg=TWO) << report("dial_failed") << Like(Play)
    assert script.now.path == ["agent", node]


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.NO_ANSWER, Cause.UNREACHABLE])
def test_whoever_is_not_reached_frees_the_agent(cause: Cause) -> None:
    script = dialling() >> LegFailed(cause=cause)
    script << HangUp(leg=TWO, cause=cause) << report("dial_failed", cause=cause)
    script.skip_closes() << Like(CloseInteraction, cause=cause, outcome="failed")


def test_an_agent_who_leaves_while_it_rings_ends_the_call_without_a_word() -> None:
    script = (dialling() >> LegEnded(leg=TWO)).skip_closes()
    script << report("dial_failed") << Like(HangUp, leg=CALLER) << Like(CloseInteraction)


def test_an_agent_who_leaves_before_the_key_lets_the_customer_go_with_an_apology() -> None:
    script = (asked() >> LegEnded(leg=TWO)).skip_closes()
    script << report("dial_failed") << Like(Play, says=["cb_sorry"])


def test_a_queue_that_lets_the_call_go_rings_nobody_up() -> None:
    script = waiting()
    (script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.NOBODY)).skip()
    assert script.now.ended
    assert script.now.legs[0].phase is Phase.PLANNED
    assert not [one for one in script.all if isinstance(one, (PlaceCall, Play, Dial))]


def test_a_call_that_is_not_needed_any_more_leaves_the_queue() -> None:
    (waiting() >> CallWithdrawn()).skip()
    script = (dialling() >> CallWithdrawn()).skip()
    assert script.now.ended
    assert [one.what for one in script.all if isinstance(one, ReportAgent)][-1] == "dial_failed"


def test_the_wait_goes_on_after_a_restart_though_nobody_is_there() -> None:
    script = waiting() >> CallRecovered()
    script << Like(StartTimer) << Like(Enqueue, queue="general")
    assert not script.silent().now.ended
