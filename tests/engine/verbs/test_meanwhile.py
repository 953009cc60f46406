"""The sub-flow that a caller walks while he waits keeps the place, and an agent ends it at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ivr.domain.call import CALLER, BridgeId, Cause, EndedBy, LegId
from ivr.domain.commands import (
    AddToPop,
    AskNews,
    Close,
    CloseInteraction,
    Collect,
    Dial,
    Enqueue,
    Join,
    LeaveQueue,
    Part,
    Play,
    Pop,
    ReportAgent,
    Settle,
    StartTimer,
)
from ivr.domain.events import (
    CallRecovered,
    LegAnswered,
    LegEnded,
    OfferSettled,
    QueueNews,
    QueueRefused,
)
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.flow.world import TrunkShape
from tests.engine.small import RING, flow, reserve, small_book
from tests.fakes.call_script import CallScript, Like

TWO, O1 = LegId(2), OfferId("o-1")
WHILE = """
  start:
    - menu: sub
      tries: 1
      keys: {"1": told, "2": exit.away, "3": broken}
      giveup: exit.done
  told:
    - set: {why: card}
    - say: short
    - go: exit.done
  broken:
    - set: {number: =number / 0}
    - go: exit.done
"""
HEAD = """exits: [away]
inputs: {position: number?, estimate: duration?}
outputs: {why: text?}
vars: {number: number = 1}
"""
NODES = """
  start:
    - say: hello
    - queue: general
      wait: {flow: comfort, away: left, every: 30s}
      full: left
      timeout: left
      nobody: left
      done: left
  left:
    - menu: back
      keys: {"1": start}
      giveup: left
"""
ALWAYS = 'always: {"0": {go: left}}'


def waiting(nodes: str = NODES, head: str = "", inner: str = WHILE) -> CallScript:
    """A caller who has just taken a place."""
    book = small_book(nodes, head, comfort=flow(inner, HEAD, name="comfort"))
    world = replace(book.world, trunks={"sip": TrunkShape("sip", "sip", dials=True)})
    script = CallScript(replace(book, world=world)).ring(trunk="sip")
    for wanted in RING:
        script << wanted
    return script << Like(Enqueue, queue="general") << Like(StartTimer)


def walking(position: int | None = None, estimate_min: int | None = None) -> CallScript:
    """He walks the flow; the queue has said how far he has come."""
    script = waiting().silent().fires("every") << Like(AskNews) << Like(StartTimer)
    place = script.turn("place")
    script >> QueueNews(turn=place, position=position, estimate_min=estimate_min)
    return script << Like(Close)


def offered(script: CallScript) -> CallScript:
    """An agent's telephone rings, and the caller does not notice."""
    reserve(script, O1)
    return (script << Like(Pop) << Like(Dial, other=TWO)).silent()


def test_the_flow_begins_with_the_wait_and_what_was_said_before_is_heard_with_it() -> None:
    walking(position=3) << Like(Collect, says=["hello", "sub"])


def test_it_is_told_how_far_the_caller_has_come() -> None:
    script = walking(position=3, estimate_min=5)
    assert script.vars["position"] == Decimal(3)
    assert script.vars["estimate"] == timedelta(minutes=5)


def test_it_begins_without_that_when_the_queue_says_nothing_in_time() -> None:
    script = waiting().fires("every").skip().after(1).fires("every")
    script << Like(Collect, says=["hello", "sub"])
    assert script.vars["position"] is None


def test_after_its_end_the_caller_hears_music_and_then_the_flow_again() -> None:
    script = walking().skip().press("1").skip_closes()
    script << Like(AddToPop, values={"why": "card"}) << Like(StartTimer, due=script.at + SPAN)
    (script << Like(Play, says=["short"], music="")).silent()
    script.after(30).fires("every") << Like(AskNews) << Like(StartTimer)
    (script.after(1).fires("every") << Like(Close)) << Like(Collect, says=["sub"])


SPAN = timedelta(seconds=30)


def test_an_exit_of_the_flow_leads_out_of_the_queue() -> None:
    script = walking().skip().press("2")
    script.skip_closes() << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.KEY)
    script << Like(Collect, says=["back"])
    assert [one.detail for one in script.now.segments] == ["general key"]


def test_an_agent_rings_while_it_is_walked_and_who_wins_ends_it_at_once() -> None:
    script = offered(walking().skip())
    script >> LegAnswered(leg=TWO) << Like(Settle)
    listen = script.turn("keys")
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    closed = [one.turn for one in script.all if isinstance(one, Close)]
    assert listen in closed
    script.skip_closes() << Join(bridge=BridgeId(1)) << Join(leg=TWO, bridge=BridgeId(1))
    assert len(script.silent().now.frames) == 1
    script >> LegEnded(leg=TWO)
    script.skip().leave()
    (closing,) = [one for one in script.all if isinstance(one, CloseInteraction)]
    assert closing.outcome == "handled"


def test_who_is_cut_off_from_his_agent_is_told_so_before_he_walks_it_again() -> None:
    script = offered(walking().skip())
    script >> LegAnswered(leg=TWO) << Like(Settle)
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)
    script.skip() >> LegEnded(leg=TWO, cause=Cause.MEDIA_TIMEOUT, by=EndedBy.LOST)
    script << Like(ReportAgent, what="call_ended") << Part()
    script << Like(Enqueue, queue="general", keep_from=Ticket("CALL1/2"))
    timer = script.now.top.open["every"]
    assert isinstance(timer, StartTimer)
    assert timer.due - script.now.last_at > timedelta(seconds=3), "as long as it takes to say"
    script << Like(StartTimer) << Like(Play, says=["cut_off"])
    script.silent().fires("every") << Like(AskNews) << Like(StartTimer)


def test_an_agent_who_does_not_get_the_call_disturbs_nobody() -> None:
    script = offered(walking().skip())
    script >> LegAnswered(leg=TWO) << Like(Settle)
    script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=False)
    script.skip().press("1").skip_closes() << Like(AddToPop)


def test_the_queue_may_let_the_caller_go_in_the_middle_of_it() -> None:
    script = walking().skip()
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.NOBODY)
    script.skip_closes() << Like(Collect, says=["back"])
    assert len(script.now.frames) == 1


def test_a_fault_in_it_costs_the_flow_and_not_the_place() -> None:
    script = walking().skip().press("3")
    assert [one["code"] for one in script.noted("error")] == ["E201"]
    script.skip_closes() << Like(StartTimer) << Like(Play, says=[], music="")
    assert "place" in script.silent().open_turns()


def test_the_always_keys_of_the_call_do_not_lead_out_of_the_queue() -> None:
    script = waiting(head=ALWAYS).fires("every").skip().fires("every")
    script.skip_closes() << Like(Collect, keys=("1", "2", "3"))


def test_after_a_restart_the_place_is_asked_for_again_with_what_was_told() -> None:
    script = walking().skip().press("1").skip()
    script.after(30).fires("every").skip().fires("every").skip()
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(Enqueue, pop={"why": "card"}) << Like(Collect, says=["sub"])


def test_a_caller_who_hangs_up_in_it_has_abandoned_the_queue() -> None:
    script = walking().skip().after(5).leave()
    (closing,) = [one for one in script.all if isinstance(one, CloseInteraction)]
    assert closing.outcome == "abandoned"


def test_a_menu_that_is_walked_elsewhere_too_has_the_keys_of_the_call_only_there() -> None:
    given = "{position: 1, estimate: 5m}"
    run = f"- run: comfort\n      with: {given}\n      failed: left\n      away: left"
    nodes = NODES.replace("- say: hello", run, 1)
    book = small_book(nodes, ALWAYS, comfort=flow(WHILE, HEAD, name="comfort"))
    script = CallScript(book).ring() << RING[0] << RING[1]
    script << Like(Collect, keys=("1", "2", "3", "0"))
    script.press("1").skip().fires("every").skip().fires("every")
    script.skip_closes() << Like(Collect, keys=("1", "2", "3"))
