"""A wait that overflows goes on by the ways that were open, one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ivr.domain.call import BridgeId, Cause, LegId
from ivr.domain.commands import (
    BookCallback,
    Collect,
    DeclineCallback,
    Dial,
    Enqueue,
    HangUp,
    Join,
    LeaveQueue,
    Part,
    Play,
    StartTimer,
)
from ivr.domain.events import LegAnswered, LegEnded, LegFailed, OfferSettled, QueueRefused
from ivr.domain.outbound import CallbackBooked, CallbackSuggested, PromiseId
from ivr.domain.queue import Ticket, WaitEnd
from ivr.flow.world import QueueShape, TrunkShape
from tests.engine.small import RING, book_in, flow, small_world
from tests.engine.verbs.test_queueing import O1, answered, closing, nodes, segments
from tests.fakes.call_script import START, CallScript, Like

TWO, B1 = LegId(2), BridgeId(1)
TICKET = Ticket("CALL1/2")
MESSAGE = """
  start:
    - menu: filler
      keys: {"1": good, "2": again, "3": bad}
      giveup: good
  good: [go: exit.done]
  again: [go: exit.full]
  bad: [go: exit.failed]
"""
OFFER = '      callback: {key: "1", after: 30m, say: question, done: left}\n'


def waits(more: str = "", *, dials: bool = True, **facts: Any) -> CallScript:  # noqa: ANN401
    """A caller in queue general, which may send callers to the flow message."""
    shapes = {"general": QueueShape("general", flows=("message",), music="moh/calm.wav")}
    trunks = {"sip": TrunkShape("sip", "sip", dials=dials)}
    world = replace(small_world(), queue_shapes=shapes, trunks=trunks)
    inner = flow(MESSAGE, "exits: [full]", name="message")
    book = book_in(world, nodes(more), message=inner)
    script = CallScript(book).ring(trunk="sip", **facts)
    for wanted in RING:
        script << wanted
    return (script << Like(Enqueue, queue="general")).skip().after(1)


def goes(script: CallScript, *ways: str) -> CallScript:
    """The queue lets the caller go by these ways."""
    place = script.turn("place")
    over = QueueRefused(turn=place, end=WaitEnd.OVERFLOW, ways=ways)
    return (script >> over).skip_closes()


def suggested(more: str = "", **how: Any) -> CallScript:  # noqa: ANN401
    """The queue has a caller asked whether we shall call back."""
    script = waits(more, **how).after(5)
    return script >> CallbackSuggested(turn=script.turn("place"), queue="cards")


def booked(script: CallScript, **more: Any) -> CallScript:  # noqa: ANN401
    about: dict[str, Any] = {"promise": PromiseId("p-1"), "number": "+905321112233", **more}
    return script >> CallbackBooked(turn=script.turn("booked"), due=START, **about)


# flows


def test_a_flow_is_walked_instead_and_the_wait_is_over_as_overflow_into_it() -> None:
    script = goes(waits(), "flow:message", "exit:timeout")
    script << Like(Collect, says=["filler"])
    assert [one.detail for one in script.now.segments] == ["general overflow flow:message"]
    assert script.now.top.flow == "message"


@pytest.mark.parametrize(
    ("key", "prompt"), [("1", "again"), ("2", "main"), ("3", "late")], ids=["done", "full", "fails"]
)
def test_a_flow_leads_out_by_its_exit_or_to_the_next_way_if_it_fails(key: str, prompt: str) -> None:
    script = goes(waits(), "flow:message", "exit:timeout").skip().press(key).skip_closes()
    script << Like(Collect, says=[prompt])


def test_after_a_flow_that_fails_the_caller_may_wait_again_with_music() -> None:
    script = goes(waits("      longest: 8m"), "flow:message", "queue:loans").skip()
    script.press("3").skip_closes()
    script << Like(Enqueue, queue="loans", keep_from=TICKET) << Like(StartTimer)
    script << Like(Play, says=[], music="moh/calm.wav")


def test_a_flow_that_the_calls_version_does_not_have_is_passed_over() -> None:
    goes(waits(), "flow:newer", "exit:nobody") << Like(Collect, says=["sub"])


def test_who_leaves_during_the_flow_has_overflowed() -> None:
    script = goes(waits(), "flow:message").skip().after(3).leave().skip()
    assert closing(script).outcome == "overflowed"


# places


def rung(*more: str) -> CallScript:
    """The place desk is being rung up."""
    script = goes(waits(), "number:desk", *more)
    script << Like(Dial, other=TWO, place="desk") << Like(StartTimer)
    return script << Like(Play, says=[], music="moh/calm.wav")


def test_a_place_is_rung_up_with_music_and_gets_the_caller() -> None:
    script = rung("exit:timeout").after(4) >> LegAnswered(leg=TWO)
    script.skip_closes() << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    script.after(60) >> LegEnded(leg=TWO)
    script << Part()
    script.skip_closes() << Like(Collect, says=["again"])
    script.leave().skip()
    assert ("queue", "general overflow number:desk") in segments(script)
    assert ("transfer", "desk") in segments(script)
    assert closing(script).outcome == "transferred"


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.NO_ANSWER, Cause.UNREACHABLE])
def test_a_place_that_does_not_answer_leads_to_the_next_way(cause: Cause) -> None:
    script = rung("flow:message") >> LegFailed(leg=TWO, cause=cause)
    script.skip_closes() << Like(Collect, says=["filler"])


def test_a_trunk_that_says_nothing_of_a_place_is_waited_for_no_longer_than_it_rings() -> None:
    script = rung("exit:full").after(25).fires("ringing").skip_closes()
    script << Like(Collect, says=["main"])


def test_after_the_last_way_the_caller_takes_the_exit_timeout() -> None:
    script = rung() >> LegFailed(leg=TWO, cause=Cause.BUSY)
    script.skip_closes() << Like(Collect, says=["late"])


def test_where_nobody_can_be_rung_up_or_no_such_place_is_the_next_way_counts() -> None:
    script = goes(waits(), "number:elsewhere", "exit:full")
    script << Like(Collect, says=["main"])


def test_who_hangs_up_while_a_place_rings_lets_it_fall_silent() -> None:
    script = rung("exit:full").leave() << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script.skip()
    assert closing(script).outcome == "overflowed"


# queues


def test_a_queue_that_refuses_at_the_door_leads_to_the_next_way() -> None:
    script = goes(waits(), "queue:loans", "flow:message") << Like(Enqueue, queue="loans")
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.NOBODY)
    script.skip_closes() << Like(Collect, says=["filler"])
    details = [one.detail for one in script.now.segments]
    assert details == ["general overflow queue:loans", "loans nobody"]


def test_a_queue_that_lets_a_caller_go_later_has_exits_of_its_own() -> None:
    script = goes(waits(), "queue:loans", "flow:message") << Like(Enqueue, queue="loans")
    script.after(60)
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.NOBODY)
    script.skip_closes() << Like(Collect, says=["sub"])


def test_ways_wait_until_it_is_settled_who_gets_the_call() -> None:
    script = answered()
    over = QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, ways=("exit:full",))
    (script >> over).silent()
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=False)
    script.skip_closes() << Like(Collect, says=["main"])


# calling back


def test_a_callback_is_offered_in_words_of_ours_while_the_caller_keeps_his_place() -> None:
    script = suggested().skip_closes()
    script << Like(Collect, says=["callback_offer"], keys=("1",), music="moh/calm.wav")
    script.skip()
    assert "place" in script.open_turns()


def test_who_accepts_leaves_with_a_promise_of_that_queue_and_a_goodbye() -> None:
    script = suggested().skip().press("1")
    script << Like(BookCallback, queue="cards", number="+905321112233", ticket=TICKET)
    booked(script.skip()) << LeaveQueue(ticket=TICKET, end=WaitEnd.CALLBACK)
    script.skip_closes() << Like(Play, says=["callback_booked"])
    script.heard("bye") << HangUp()
    script.skip()
    assert closing(script).outcome == "callback"
    assert ("queue", "general callback") in segments(script)


def test_a_step_with_an_offer_of_its_own_says_it_in_its_words_and_leads_out_by_it() -> None:
    script = suggested(OFFER).skip_closes() << Like(Collect, says=["question"], keys=("1",))
    booked(script.skip().press("1").skip()) << LeaveQueue(ticket=TICKET, end=WaitEnd.CALLBACK)
    script.skip_closes() << Like(Collect, says=["back"])


def test_the_key_of_our_offer_is_none_that_leads_elsewhere() -> None:
    script = suggested('      keys: {"1": left, "2": left}').skip_closes()
    script << Like(Collect, says=["callback_offer"], keys=("1", "2", "3"))


def test_who_presses_nothing_waits_on_and_the_queue_hears_of_it() -> None:
    script = suggested().skip().after(20).fires("decide") << DeclineCallback(ticket=TICKET)
    assert "place" in script.open_turns()
    script.press("1") << Like(BookCallback, queue="cards")


def test_what_cannot_be_booked_is_as_if_nothing_had_been_pressed() -> None:
    script = booked(suggested().skip().press("1").skip(), done=False).silent()
    script.after(20).fires("decide") << DeclineCallback(ticket=TICKET)


@pytest.mark.parametrize("how", [{"ani": None}], ids=["withheld"])
def test_nobody_is_asked_who_cannot_be_called_back(how: dict[str, Any]) -> None:
    suggested(**how) << DeclineCallback(ticket=TICKET)


def test_nobody_is_asked_twice() -> None:
    script = suggested().skip()
    script >> CallbackSuggested(turn=script.turn("place"), queue="cards")
    script << DeclineCallback(ticket=TICKET)


def test_who_has_left_the_queue_is_asked_before_the_last_way() -> None:
    script = rung("callback:cards", "exit:full") >> LegFailed(leg=TWO, cause=Cause.BUSY)
    script.skip_closes() << Like(Collect, says=["callback_offer"])
    script.skip().after(20).fires("decide").skip_closes() << Like(Collect, says=["main"])
