"""A step that must not be broken keeps the place of a waiting caller and his peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CALLER, LegId
from ivr.domain.commands import (
    AddToPop,
    AskNews,
    Close,
    Collect,
    Dial,
    Enqueue,
    HangUp,
    HoldPlace,
    Join,
    LeaveQueue,
    Play,
    Pop,
    Settle,
    StartTimer,
)
from ivr.domain.events import (
    CallRecovered,
    LegAnswered,
    OfferSettled,
    OfferWithdrawn,
    QueueNews,
    QueueRefused,
)
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.flow.world import TrunkShape
from tests.engine.small import RING, flow, reserve, small_book
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from datetime import datetime

TWO, O1, PLACE = LegId(2), OfferId("o-1"), Ticket("CALL1/2")
HELD = timedelta(seconds=30)
WAITS = """
  start:
    - queue: general
      wait: {flow: comfort, away: left, every: 30s}
      longest: 20s
      full: left
      timeout: left
      nobody: left
      done: left
  left:
    - menu: back
      keys: {"1": start}
      giveup: left
"""
HEAD = "exits: [away]\ninputs: {position: number?}\noutputs: {number: number?}\n"
MENU = """
    - menu: sub
      keys: {"1": next, "2": exit.away}
      giveup: exit.done
"""
ASK = """
    - ask: question
      digits: 4
      into: number
      giveup: exit.done
"""


def inner(*steps: str) -> str:
    """A flow of these steps, one after the other."""
    return f"\n  start:{''.join(steps)}    - go: exit.done\n"


def unbroken(step: str) -> str:
    """The same step, which must not be broken."""
    return f"{step}      unbroken: true\n"


def walking(*steps: str, **subs: bytes) -> CallScript:
    """A caller who has just begun to walk this flow while he waits."""
    comfort = flow(inner(*steps), HEAD, name="comfort", runs=", ".join(subs))
    book = small_book(WAITS, "", comfort=comfort, **subs)
    world = replace(book.world, trunks={"sip": TrunkShape("sip", "sip", dials=True)})
    script = CallScript(replace(book, world=world)).ring(trunk="sip")
    for wanted in RING:
        script << wanted
    script << Like(Enqueue, held_until=None) << Like(StartTimer) << Like(StartTimer)
    script.silent().fires("every") << Like(AskNews) << Like(StartTimer)
    script >> QueueNews(turn=script.turn("place"))
    return script << Like(Close)


def in_step(*after: str) -> CallScript:
    """He has come from a menu into a question that must not be broken."""
    script = walking(MENU, unbroken(ASK), *after) << Like(Collect, says=["sub"])
    script.silent().press("1") << Like(Collect, says=["question"])
    return script << HoldPlace(ticket=PLACE, until=script.at + HELD)


def held_until(script: CallScript) -> datetime | None:
    """Until when the wait is held, as it would be asked for again."""
    (wait,) = [one for one in script.now.waiting() if isinstance(one, Enqueue)]
    return wait.held_until


def offered(script: CallScript) -> CallScript:
    """An agent's telephone rings."""
    reserve(script, O1)
    return (script << Like(Pop) << Like(Dial, other=TWO)).silent()


def test_the_queue_is_told_when_the_step_begins_and_when_it_ends() -> None:
    script = in_step(MENU)
    script.silent().press("1234") << Like(Collect, says=["sub"])
    (script << HoldPlace(ticket=PLACE)).silent()
    assert held_until(script) is None


def test_it_is_told_too_when_the_flow_ends_with_the_step() -> None:
    script = in_step()
    script.silent().press("1234").skip_closes() << Like(AddToPop) << Like(StartTimer)
    script << Like(Play, music="") << HoldPlace(ticket=PLACE)


def test_a_flow_that_begins_with_such_a_step_holds_at_once() -> None:
    script = walking(unbroken(ASK)) << Like(Collect, says=["question"])
    script << HoldPlace(ticket=PLACE, until=script.at + HELD)


def test_further_tries_of_the_step_do_not_hold_longer() -> None:
    script = in_step()
    began = script.at
    script.silent().after(10).press("12", reason="short") << Like(Collect)
    script.silent()
    assert held_until(script) == began + HELD


def test_further_such_steps_do_not_hold_longer() -> None:
    script = in_step(unbroken(MENU))
    began = script.at
    script.silent().after(20).press("1234") << Like(Collect, says=["sub"])
    script.silent()
    assert held_until(script) == began + HELD


def test_after_another_step_such_a_step_holds_anew() -> None:
    script = in_step(MENU, unbroken(ASK)).silent().after(20).press("1234").skip()
    script.after(5).press("1") << Like(Collect, says=["question"])
    script << HoldPlace(ticket=PLACE, until=script.at + HELD)


def test_a_whole_flow_can_be_run_as_one_such_step() -> None:
    digits = flow("  start:" + ASK + "    - go: exit.done\n", VARS, name="digits")
    run = "\n    - run: digits\n      failed: next\n"
    script = walking(unbroken(run), MENU, digits=digits) << Like(Collect, says=["question"])
    script << HoldPlace(ticket=PLACE, until=script.at + HELD)
    script.silent().press("1234") << Like(Collect, says=["sub"])
    (script << HoldPlace(ticket=PLACE)).silent()


VARS = "exits: [failed]\nvars: {number: number?}\n"


def test_a_telephone_that_rings_when_it_begins_is_told_by_the_queue_to_fall_silent() -> None:
    script = walking(MENU, unbroken(ASK)).skip()
    offered(script).press("1").skip()
    script >> OfferWithdrawn(turn=script.turn("place"), offer=O1)
    script << Like(HangUp, leg=TWO) << Like(Close)
    script.silent().press("1234").skip()
    assert [one for one in script.all if isinstance(one, Join)] == []


def queueing(*steps: str) -> CallScript:
    """A caller whose wait begins with such a flow, but has not yet come to it."""
    book = small_book(WAITS, comfort=flow(inner(*steps), HEAD, name="comfort"))
    world = replace(book.world, trunks={"sip": TrunkShape("sip", "sip", dials=True)})
    return CallScript(replace(book, world=world)).ring(trunk="sip").skip()


def test_such_a_flow_does_not_begin_while_an_agent_is_being_rung_up() -> None:
    script = offered(queueing(MENU, unbroken(ASK)))
    script.fires("every") << Like(StartTimer) << Like(Play, says=[], music="")
    script.silent().after(1).fires("every") << Like(StartTimer)
    script.silent() >> OfferWithdrawn(turn=script.turn("place"), offer=O1)
    script.skip().after(1).fires("every") << Like(AskNews) << Like(StartTimer)
    script.silent() >> QueueNews(turn=script.turn("place"))
    script.skip_closes() << Like(Collect, says=["sub"])


def test_nor_when_the_agent_is_rung_up_just_as_it_was_about_to_begin() -> None:
    script = queueing(unbroken(ASK)).fires("every") << Like(AskNews) << Like(StartTimer)
    offered(script) >> QueueNews(turn=script.turn("place"))
    script.skip_closes() << Like(StartTimer) << Like(Play, says=[], music="")
    assert len(script.silent().now.frames) == 1


def test_a_flow_without_such_steps_begins_all_the_same() -> None:
    script = offered(queueing(MENU))
    script.fires("every") << Like(AskNews) << Like(StartTimer)


def test_who_had_answered_before_it_began_gets_the_caller() -> None:
    script = walking(MENU, unbroken(ASK)).skip()
    offered(script) >> LegAnswered(leg=TWO)
    script << Like(Settle)
    script.press("1").skip()
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    script.skip_closes() << Like(Join) << Like(Join, leg=TWO)
    assert len(script.silent().now.frames) == 1


def test_the_longest_wait_of_the_step_ends_only_when_the_hold_does() -> None:
    script = in_step()
    ends = script.at + HELD
    script.silent().after(20).fires("longest").skip_closes() << Like(StartTimer, due=ends)
    script.silent().after(10).fires("longest").skip_closes()
    script << LeaveQueue(ticket=PLACE, end=WaitEnd.TIMEOUT) << Like(Collect, says=["back"])


def test_a_caller_who_overflows_in_the_middle_of_it_waits_elsewhere_as_held() -> None:
    script = in_step()
    ends = script.at + HELD
    refused = QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="general")
    (script.silent().after(1) >> refused) << Like(Enqueue, keep_from=PLACE, held_until=ends)
    assert held_until(script.silent()) == ends


def test_a_restart_in_the_middle_of_it_holds_for_the_rest_of_the_time() -> None:
    script = in_step()
    ends = script.at + HELD
    script.silent().after(4) >> CallRecovered(alive=(CALLER,))
    (again,) = [one for one in script.all if isinstance(one, Enqueue) and one.held_until]
    assert (again.ticket, again.held_until) == (PLACE, ends)
    script.skip().press("1234").skip_closes() << Like(AddToPop) << Like(StartTimer)
    script << Like(Play) << HoldPlace(ticket=PLACE)


def test_a_caller_who_hangs_up_in_the_middle_of_it_just_goes() -> None:
    script = in_step().silent().leave().skip()
    assert [one.until for one in script.all if isinstance(one, HoldPlace)] == [script.at + HELD]


def test_elsewhere_than_while_waiting_it_means_nothing() -> None:
    script = CallScript(small_book(PLAIN, "vars: {number: number?}")).ring()
    for wanted in RING:
        script << wanted
    (script << Like(Collect, says=["question"])).silent()


PLAIN = """
  start:
    - ask: question
      digits: 4
      into: number
      giveup: start
      unbroken: true
    - hangup:
"""
