"""Supervisors listen, whisper, barge in, take over, and leave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.domain.call import CALLER, BridgeId, Cause, LegId, Mode
from ivr.domain.commands import Announce, Collect, Dial, HangUp, Join, Part, SetMode, StartTimer
from ivr.domain.events import (
    CallRecovered,
    DeskConsultAsked,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    MonitorAsked,
    MonitorEndAsked,
    OfferSettled,
    TakeOverAsked,
    TimerFired,
)
from ivr.flow.world import QueueShape, TrunkShape
from tests.engine.small import book_in, small_world
from tests.engine.verbs.test_queueing import (
    O1,
    closing,
    nodes,
    offer,
    report,
    segments,
    talking,
)
from tests.fakes.call_script import CallScript, Like

TWO, THREE, B1 = LegId(2), LegId(3), BridgeId(1)


def asked(mode: Mode = Mode.LISTEN) -> MonitorAsked:
    """What the desk of the supervisor sends."""
    return MonitorAsked(leg=TWO, address="sip:boss@desk", mode=mode, who="boss")


def there(mode: Mode = Mode.LISTEN) -> CallScript:
    """The supervisor sits with the agent, leg 3."""
    script = talking() >> asked(mode)
    script << Like(Dial, leg=TWO, other=THREE, address="sip:boss@desk")
    script >> LegAnswered(leg=THREE)
    to = TWO if mode is Mode.WHISPER else LegId(0)
    return (script << Join(leg=THREE, bridge=B1, mode=mode, to=to)).silent()


def test_a_supervisor_listens_then_whispers_then_barges_in() -> None:
    script = there() >> asked(Mode.WHISPER) << SetMode(leg=THREE, mode=Mode.WHISPER, to=TWO)
    script >> asked(Mode.TALK) << SetMode(leg=THREE, mode=Mode.TALK)
    script >> asked() << SetMode(leg=THREE, mode=Mode.LISTEN)
    script.silent()


def test_who_only_listens_leaves_with_the_agent() -> None:
    script = there(Mode.WHISPER) >> LegEnded(leg=TWO) << report("call_ended")
    script << HangUp(leg=THREE) << Part() << Like(Collect, says=["again"])


def test_who_has_barged_in_can_be_talked_to_when_the_agent_goes() -> None:
    script = there(Mode.TALK) >> LegEnded(leg=TWO) << report("call_ended")
    script.silent()
    script >> LegEnded(leg=THREE) << Part() << Like(Collect, says=["again"])


def test_the_mode_may_change_while_the_telephone_rings() -> None:
    script = (talking() >> asked()).skip()
    (script >> asked(Mode.TALK)).silent()
    script >> LegAnswered(leg=THREE) << Join(leg=THREE, bridge=B1)


def test_a_supervisor_who_does_not_answer_changes_nothing() -> None:
    script = (talking() >> asked()).skip()
    (script >> LegFailed(leg=THREE, cause=Cause.NO_ANSWER)).silent()


def test_a_supervisor_who_answers_when_the_agent_has_stepped_out_is_let_go() -> None:
    script = (talking() >> asked()).skip()
    (script >> DeskConsultAsked(leg=TWO, address="ext-7")).skip()
    script >> LegAnswered(leg=THREE) << HangUp(leg=THREE, cause=Cause.CANCELLED)
    script.silent()


def test_the_supervisor_leaves() -> None:
    script = there() >> MonitorEndAsked(leg=TWO, who="boss") << HangUp(leg=THREE)
    script.silent()
    (script >> MonitorEndAsked(leg=TWO, who="boss")).silent()


def test_the_last_to_talk_to_may_be_a_supervisor_who_leaves() -> None:
    script = (there(Mode.TALK) >> LegEnded(leg=TWO)).skip()
    script >> MonitorEndAsked(leg=TWO, who="boss") << HangUp(leg=THREE)
    script << Part() << Like(Collect, says=["again"])


def test_the_supervisor_takes_over_and_the_agent_wraps_up() -> None:
    script = (there() >> HoldAsked(leg=TWO)).skip().after(5)
    script >> TakeOverAsked(leg=TWO, who="boss")
    script << SetMode(leg=THREE, mode=Mode.TALK) << HangUp(leg=TWO) << report("call_ended")
    script << SetMode(mode=Mode.TALK)
    script.silent()
    script.after(6) >> LegEnded(leg=THREE) << Part() << Like(Collect, says=["again"])
    script.leave().skip()
    assert ("talk", "boss") in segments(script)
    assert closing(script).outcome == "handled"


def test_what_does_not_fit_is_ignored() -> None:
    for event in (
        TakeOverAsked(leg=TWO, who="boss"),
        MonitorAsked(leg=CALLER, address="x", who="boss"),
        asked(Mode.HELD),
        MonitorEndAsked(leg=TWO, who="boss"),
    ):
        script = talking() >> event
        script.silent()
        assert script.noted("ignored") == [{"reason": "illegal"}]


# what is told before

PROMPT, SHAPE = "notice", QueueShape("general", monitored="notice")


def told(words: str = PROMPT) -> CallScript:
    """The supervisor has answered, and caller and agent are being told; words: whose they are."""
    shape = replace(SHAPE, monitored=words)
    trunks = {"sip": TrunkShape("sip", "sip", dials=True)}
    world = replace(small_world(), queue_shapes={"general": shape}, trunks=trunks)
    script = CallScript(book_in(world, nodes(""))).ring(trunk="sip").skip()
    offer(script).skip()
    (script >> LegAnswered(leg=TWO)).skip()
    (script >> OfferSettled(turn=script.turn(f"settle:{O1}"), offer=O1, won=True)).skip()
    (script >> asked()).skip()
    script >> LegAnswered(leg=THREE)
    name = PROMPT if words == PROMPT else "monitored"
    return script << Like(Announce, leg=TWO, says=[name]) << Like(Announce, says=[name])


def timer_of(script: CallScript) -> StartTimer:
    """The timer that runs while they are told."""
    return [one for one in script.all if isinstance(one, StartTimer)][-1]


def is_up(script: CallScript) -> CallScript:
    timer = timer_of(script)
    return script.skip().after(5) >> TimerFired(turn=timer.turn)


@pytest.mark.parametrize("words", [PROMPT, "of_another_flow"])
def test_the_queues_notice_is_heard_by_both_before_the_supervisor_hears_anything(
    words: str,
) -> None:
    script = told(words) << Like(StartTimer)
    script.silent()
    is_up(script) << Join(leg=THREE, bridge=B1, mode=Mode.LISTEN)
    script.silent()
    (script >> asked(Mode.TALK)) << SetMode(leg=THREE, mode=Mode.TALK)


def test_an_agent_who_goes_while_it_is_told_takes_the_supervisor_with_him() -> None:
    script = told().skip() >> LegEnded(leg=TWO) << report("call_ended")
    script << HangUp(leg=THREE)
    timer = timer_of(script)
    script.skip() >> TimerFired(turn=timer.turn)
    script.silent()


def test_an_agent_who_has_stepped_out_while_it_is_told_is_not_heard() -> None:
    script = told().skip()
    turn = timer_of(script).turn
    (script >> DeskConsultAsked(leg=TWO, address="ext-7")).skip()
    script.after(5) >> TimerFired(turn=turn) << HangUp(leg=THREE, cause=Cause.CANCELLED)


def test_after_a_restart_it_is_told_again() -> None:
    script = told().skip() >> CallRecovered(alive=(CALLER, TWO, THREE))
    again = [one for one in script._due if isinstance(one, Announce)]
    assert [one.leg for one in again] == [TWO, CALLER]
    script.skip()
    is_up(script) << Join(leg=THREE, bridge=B1, mode=Mode.LISTEN)
