"""The caller waits, agents are rung up, one of them gets the call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.domain.agent import AgentId
from ivr.domain.call import CALLER, BridgeId, Cause, LegId
from ivr.domain.commands import (
    AskNews,
    Close,
    CloseInteraction,
    Collect,
    Dial,
    Enqueue,
    HangUp,
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
    CommandFailed,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    OfferSettled,
    OfferWithdrawn,
    QueueNews,
    QueueRefused,
)
from ivr.domain.queue import OfferId, Ticket, WaitEnd
from ivr.flow.world import QueueShape, TrunkShape
from tests.engine.small import RING, reserve, small_book
from tests.fakes.call_script import CallScript, Like, keys

if TYPE_CHECKING:
    from ivr.domain.calendar import Calendar

TWO, THREE, B1 = LegId(2), LegId(3), BridgeId(1)
O1, O2 = OfferId("o-1"), OfferId("o-2")
FLOW = """
  start:
    - say: hello
    - queue: general
MORE
      full: full
      timeout: late
      nobody: empty
      done: after
  full: {MENU: main}
  late: {MENU: late}
  empty: {MENU: sub}
  after: {MENU: again}
  left: {MENU: back}
"""


def nodes(more: str) -> str:
    lines = []
    for line in FLOW.replace("MORE\n", f"{more}\n" if more else "").splitlines():
        name, _, rest = line.partition(": {MENU: ")
        if rest:
            menu = rest.rstrip("}")
            keys_ = '      keys: {"1": start}\n      giveup: start'
            lines.append(f"{name}:\n    - menu: {menu}\n{keys_}")
        else:
            lines.append(line)
    return "\n".join(lines)


def waiting(
    more: str = "",
    shape: QueueShape | None = None,
    calendar: Calendar | None = None,
    **facts: Any,  # noqa: ANN401
) -> CallScript:
    """A caller who has just begun to wait; the commands of the queue are due. calendar: of the
    hours `branch`, which are never open else."""
    book = small_book(nodes(more))
    world = replace(book.world, trunks={"sip": TrunkShape("sip", "sip", dials=True)})
    if calendar is not None:
        world = replace(world, calendars={"branch": calendar})
    if shape is not None:
        world = replace(world, queue_shapes={"general": shape})
    script = CallScript(replace(book, world=world)).ring(trunk="sip", **facts)
    for wanted in RING:
        script << wanted
    return script


def queued(more: str = "", **how: Any) -> CallScript:  # noqa: ANN401
    """A caller who waits; what he hears at first has been looked at elsewhere."""
    return (waiting(more, **how) << Like(Enqueue, queue="general")).skip()


def offer(script: CallScript, offer: OfferId = O1, agent: str = "ayse", **more: Any) -> CallScript:  # noqa: ANN401
    """The queue has reserved an agent."""
    return reserve(script.after(1), offer, agent, **more)


def ringing(more: str = "", **offered: Any) -> CallScript:  # noqa: ANN401
    """An agent's telephone rings, leg 2."""
    script = offer(queued(more), **offered) << Pop(offer=O1, agent=AgentId("ayse"))
    script << Like(Dial, other=TWO, address="sip:ayse@desk", ring_s=15.0, agent="ayse", offer=O1)
    script.after(1) >> LegRinging(leg=TWO)
    return script << report("ringing")


def report(what: str, leg: LegId = TWO, cause: Cause = Cause.NORMAL, **more: Any) -> ReportAgent:  # noqa: ANN401
    told: dict[str, Any] = {"offer": O1, "agent": AgentId("ayse"), **more}
    return ReportAgent(leg=leg, what=what, cause=cause, **told)


def answered(more: str = "", **offered: Any) -> CallScript:  # noqa: ANN401
    """The agent has answered, and it is being settled whether he gets the call."""
    script = ringing(more, **offered).after(4) >> LegAnswered(leg=TWO)
    return script << Like(Settle, offer=O1)


def settle(script: CallScript, offer: OfferId = O1, *, won: bool = True) -> CallScript:
    return script >> OfferSettled(turn=script.turn(f"settle:{offer}"), offer=offer, won=won)


def talking(more: str = "") -> CallScript:
    """Caller and agent talk."""
    script = settle(answered(more)).skip_closes()
    return (script << Join(bridge=B1) << Join(leg=TWO, bridge=B1)).silent()


def closing(script: CallScript) -> CloseInteraction:
    (found,) = [one for one in script.all if isinstance(one, CloseInteraction)]
    return found


def segments(script: CallScript) -> list[tuple[str, str]]:
    return [(one.kind, one.detail) for one in closing(script).segments]


def test_the_caller_waits_with_music_behind_what_was_said() -> None:
    step = (
        "      priority: 7\n      skills: [cards]\n      longest: 8m\n      pop: {ani: =call.ani}"
    )
    script = waiting(step)
    script << Enqueue(
        turn=script.turn("place"),
        ticket=Ticket(f"CALL1/{script.turn('place')}"),
        queue="general",
        priority="7",
        skills=("cards",),
        language="tr",
        longest_s=480.0,
        pop={"ani": "+905321112233"},
    )
    script << Like(StartTimer) << Like(Play, says=["hello"], music="")
    script.silent()


def test_what_must_be_heard_whole_comes_before_the_place_in_the_queue() -> None:
    book = small_book(nodes("").replace("say: hello", "say: hello\n      barge_in: false"))
    script = CallScript(book).ring()
    script << RING[0] << RING[1] << Like(Play, says=["hello"], music=None)
    script.heard("intro") << Like(Enqueue, queue="general") << Like(Play, says=[], music="")


def test_no_place_in_a_queue_that_is_closed_or_on_a_trunk_that_rings_nobody_up() -> None:
    shape = QueueShape("general", hours="branch")
    waiting(shape=shape) << Like(Collect, says=["hello", "sub"])
    open_now = {"hours.branch.open": True}
    waiting(shape=shape, facts=open_now) << Like(Enqueue)
    book = small_book(nodes(""))
    world = replace(book.world, trunks={"deaf": TrunkShape("deaf", "x")})
    script = CallScript(replace(book, world=world)).ring(trunk="deaf")
    script << RING[0] << RING[1] << Like(Collect, says=["hello", "sub"])


def test_the_agent_sees_the_caller_before_his_telephone_rings_and_talks_once_he_has_won() -> None:
    script = talking().after(60)
    script >> LegEnded(leg=TWO) << report("call_ended") << Part() << Like(Collect, says=["again"])
    script.after(2).leave().skip()
    assert segments(script) == [
        ("queue", "general answered"),
        ("ring", "ayse"),
        ("talk", "ayse"),
        ("ivr", "main"),
    ]
    assert closing(script).outcome == "handled"


def test_an_agent_who_does_not_answer_costs_the_caller_nothing() -> None:
    script = ringing() >> LegFailed(leg=TWO, cause=Cause.NO_ANSWER)
    script << report("failed", cause=Cause.NO_ANSWER)
    script.silent()
    offer(script, O2, "can") << Like(Pop) << Like(Dial, other=THREE, offer=O2)


def test_an_offer_that_is_withdrawn_stops_the_ringing() -> None:
    script = ringing()
    script >> OfferWithdrawn(turn=script.turn("place"), offer=O1)
    script << HangUp(leg=TWO, cause=Cause.ELSEWHERE) << Like(Close)
    script.silent()


def test_of_many_who_ring_one_gets_the_call_and_the_others_hear_that_it_is_answered() -> None:
    script = offer(ringing(), O2, "can").skip() >> LegAnswered(leg=THREE)
    script << Like(Settle, offer=O2)
    script >> LegAnswered(leg=TWO) << Like(Settle, offer=O1)
    settle(script, O2) << HangUp(leg=TWO, cause=Cause.ELSEWHERE)
    script.skip_closes() << Join(bridge=B1) << Join(leg=THREE, bridge=B1)
    script.silent()
    assert list(script.open_turns()) == ["party:o-2"]


def test_an_agent_who_answers_too_late_is_let_go_and_the_place_is_kept() -> None:
    script = settle(answered(), won=False)
    script << HangUp(leg=TWO, cause=Cause.ELSEWHERE) << Like(Close)
    script.silent()
    assert "place" in script.open_turns()


def test_an_agent_who_hangs_up_while_it_is_settled_has_ended_his_call() -> None:
    script = answered() >> LegEnded(leg=TWO)
    script << report("failed")
    before = script.now.top.data["ticket"]
    settle(script) << ReportAgent(offer=O1, agent=AgentId("ayse"), what="call_ended")
    script.skip_closes() << Like(Enqueue, queue="general", keep_from=before)


def test_a_whisper_is_for_the_agent_alone_and_the_caller_hears_music_meanwhile() -> None:
    script = settle(answered("      whisper: notice")).skip_closes()
    script << Like(Play, leg=TWO, says=["notice"]) << Like(Play, leg=CALLER, says=[], music="")
    script.heard("whisper") << Like(Close) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)


def test_the_queues_own_whisper_is_used_if_the_flow_has_it() -> None:
    settle(answered(whisper="again")).skip_closes() << Like(Play, leg=TWO, says=["again"])
    settle(answered(whisper="unheard of")).skip_closes() << Join(bridge=B1)


def test_an_agent_whose_telephone_answers_by_itself_hears_a_beep_before_the_whisper() -> None:
    plain = settle(answered(answers_itself=True)).skip_closes()
    plain << Like(Play, leg=TWO, says=[], beep=True) << Like(Play, leg=CALLER, says=[], music="")
    plain.heard("whisper") << Like(Close) << Join(bridge=B1) << Join(leg=TWO, bridge=B1)
    both = settle(answered(answers_itself=True, whisper="again")).skip_closes()
    both << Like(Play, leg=TWO, says=["again"], beep=True)
    by_hand = settle(answered(whisper="again")).skip_closes()
    by_hand << Like(Play, leg=TWO, says=["again"], beep=False)


def test_an_agent_who_leaves_during_the_whisper_leaves_the_caller_his_place() -> None:
    script = settle(answered("      whisper: notice")).skip()
    script >> LegEnded(leg=TWO) << report("call_ended")
    script.skip_closes() << Like(Enqueue, queue="general", keep_from=Ticket("CALL1/2"))


def test_each_end_of_a_wait_has_its_exit() -> None:
    for end, prompt in (
        (WaitEnd.FULL, "main"),
        (WaitEnd.TIMEOUT, "late"),
        (WaitEnd.NOBODY, "sub"),
    ):
        script = queued()
        script >> QueueRefused(turn=script.turn("place"), end=end)
        script.skip_closes() << Like(Collect, says=[prompt])
        script.after(1).leave().skip()
        assert segments(script)[0] == ("queue", f"general {end}")
        assert closing(script).outcome == "overflowed"


def test_a_wait_that_overflows_goes_on_in_another_queue_with_the_same_exits() -> None:
    script = queued("      longest: 10m").after(60)
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="loans")
    place, before = script.turn("place"), Ticket("CALL1/2")
    script << Like(Enqueue, queue="loans", keep_from=before, longest_s=540.0, turn=place)
    script.silent()
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.FULL)
    script.skip_closes() << Like(Collect, says=["main"])


def test_queues_that_send_a_caller_round_let_him_go_in_the_end() -> None:
    script = queued()
    for _ in range(7):
        script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="x")
        script << Like(Enqueue)
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.OVERFLOW, target="x")
    script.skip_closes() << Like(Collect, says=["late"])


def test_the_flows_own_longest_wait_ends_it() -> None:
    script = queued("      longest: 8m").after(480).fires("longest")
    script << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.TIMEOUT)
    script.skip_closes() << Like(Collect, says=["late"])


def test_a_way_out_waits_until_it_is_settled_who_gets_the_call() -> None:
    script = answered("      longest: 8m").fires("longest")
    script.silent()
    settle(script, won=False)
    script << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.TIMEOUT)
    script.skip_closes() << Like(Collect, says=["late"])
    won = settle(answered("      longest: 8m").fires("longest")).skip_closes()
    won << Join(bridge=B1) << Join(leg=TWO, bridge=B1)


def test_a_key_leads_out_while_waiting_and_others_do_nothing() -> None:
    script = waiting('      keys: {"2": left}')
    script << Like(Enqueue) << Like(Collect, says=["hello"], keys=("2",), music="")
    script.fail("not_in_menu", "7") << Like(Collect, says=[], keys=("2",), music="")
    script.press("2") << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.KEY)
    script.skip_closes() << Like(Collect, says=["back"])


def test_what_is_said_every_so_often_knows_place_and_estimate() -> None:
    say = "      wait: {music: moh/calm.wav, every: 40s, say: help}"
    script = waiting(say) << Like(Enqueue) << Like(StartTimer)
    script << Like(Play, says=["hello"], music="moh/calm.wav")
    script.after(10).fires("every") << AskNews(ticket=Ticket("CALL1/2")) << Like(StartTimer)
    script >> QueueNews(turn=script.turn("place"), position=3, estimate_min=2)
    script << Like(Close) << Like(Play, says=["help"], music="moh/calm.wav")


def test_a_caller_who_leaves_while_waiting_has_abandoned() -> None:
    script = ringing().after(5).leave() << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="abandoned")
    assert segments(script) == [("queue", "general abandoned"), ("ring", "ayse")]


def test_a_caller_who_leaves_the_talk_ends_it_for_the_agent() -> None:
    script = talking().after(5).leave()
    script << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script << report("call_ended", cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="handled")


def test_after_a_restart_the_caller_waits_on_with_his_ticket_in_a_new_turn() -> None:
    script = queued()
    before = script.turn("place")
    script >> CallRecovered(alive=(CALLER,))
    script << Like(StartTimer) << Like(Enqueue, ticket=Ticket(f"CALL1/{before}"))
    assert script.turn("place") > before
    script.skip()
    script >> QueueRefused(turn=script.turn("place"), end=WaitEnd.FULL)
    script.skip_closes() << Like(Collect, says=["main"])


def test_a_talk_goes_on_over_a_restart_if_both_legs_are_still_there() -> None:
    script = talking() >> CallRecovered(alive=(CALLER, TWO))
    script << Like(StartTimer)
    script.silent()
    script >> LegEnded(leg=TWO) << report("call_ended") << Part() << Like(Collect, says=["again"])


def test_a_fault_takes_the_caller_out_of_the_queue() -> None:
    script = queued() >> CommandFailed()
    script << LeaveQueue(ticket=Ticket("CALL1/2"), end=WaitEnd.SYSTEM_LOST)


def test_an_answer_to_a_listen_that_is_over_does_nothing() -> None:
    script = queued('      keys: {"2": left}')
    old = script.turn("keys")
    script.fail("none").skip()
    (script >> keys(old, "2")).silent()


def test_a_way_out_that_had_to_wait_is_taken_when_the_agent_has_gone_meanwhile() -> None:
    script = answered("      longest: 8m").fires("longest") >> LegEnded(leg=TWO)
    script.skip()
    settle(script) << ReportAgent(offer=O1, agent=AgentId("ayse"), what="call_ended")
    script << Like(LeaveQueue, end=WaitEnd.TIMEOUT)
    script.skip_closes() << Like(Collect, says=["late"])


def test_a_telephone_that_answers_for_an_offer_that_stands_already_rings_once() -> None:
    script = offer(ringing())
    script.silent()
