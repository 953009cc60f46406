"""What agents ask for at their desks, each with its failure, and what the queues hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.domain.call import CALLER, BridgeId, Cause, EndedBy, LegId, Mode, TransferKind
from ivr.domain.commands import (
    Answer,
    CloseInteraction,
    Collect,
    Dial,
    Enqueue,
    HangUp,
    Join,
    Part,
    Play,
    ReportAgent,
    SetMode,
    SettleTransfer,
)
from ivr.domain.events import (
    CallRecovered,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    DeskConsultAsked,
    DeskTransferAsked,
    HangUpAsked,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    MergeAsked,
    MonitorAsked,
    MonitorEndAsked,
    MuteAsked,
    ResumeAsked,
    SwapAsked,
    TakeOverAsked,
    TransferAsked,
)
from ivr.domain.queue import Ticket
from tests.engine.verbs.test_queueing import closing, report, segments, talking
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from ivr.domain.events import Event

TWO, THREE, FOUR = LegId(2), LegId(3), LegId(4)
B1, B2, B3 = BridgeId(1), BridgeId(2), BridgeId(3)


def asking() -> CallScript:
    """The agent has the caller on hold and rings somebody up, leg 3."""
    script = talking() >> DeskConsultAsked(leg=TWO, address="ext-7", label="Can")
    script << SetMode(mode=Mode.HELD) << Part(leg=TWO)
    script << Like(Dial, leg=TWO, other=THREE, address="ext-7") << report("consult_start")
    return script.silent()


def consulting() -> CallScript:
    """The agent talks to leg 3, the caller is on hold."""
    script = asking().after(3) >> LegAnswered(leg=THREE)
    script << Join(leg=TWO, bridge=B2) << Join(leg=THREE, bridge=B2)
    return script.silent()


def merged() -> CallScript:
    """All three talk."""
    script = consulting() >> MergeAsked(leg=TWO)
    script << Join(leg=TWO, bridge=B1) << Join(leg=THREE, bridge=B1) << report("merge")
    return (script << SetMode(mode=Mode.TALK)).silent()


def done(script: CallScript) -> None:
    """The step is left by `done`."""
    script << Part() << Like(Collect, says=["again"])


def test_the_queues_hear_of_hold_and_resume_and_the_time_is_noted() -> None:
    script = talking().after(5) >> HoldAsked(leg=TWO)
    script << report("hold") << SetMode(mode=Mode.HELD)
    script.after(20) >> ResumeAsked(leg=TWO) << report("resume") << SetMode(mode=Mode.TALK)
    script.after(5).leave().skip()
    assert segments(script)[2:] == [("talk", "ayse"), ("hold", "ayse")]
    hold = next(one for one in closing(script).segments if one.kind == "hold")
    assert (hold.ended_at - hold.started_at).total_seconds() == 20


def test_a_caller_who_leaves_on_hold_has_been_on_hold_until_then() -> None:
    script = (talking() >> HoldAsked(leg=TWO)).skip().after(7).leave().skip()
    assert ("hold", "ayse") in segments(script)


def test_an_agent_may_mute_himself() -> None:
    script = talking() >> MuteAsked(leg=TWO) << SetMode(leg=TWO, mode=Mode.MUTE)
    (script >> MuteAsked(leg=TWO)).silent()
    script >> MuteAsked(leg=TWO, muted=False) << SetMode(leg=TWO, mode=Mode.TALK)
    (script >> MuteAsked(leg=CALLER)).silent()
    assert len(script.noted("ignored")) == 2


def test_the_agent_hangs_up_at_the_desk() -> None:
    script = talking() >> HangUpAsked(leg=TWO) << HangUp(leg=TWO) << report("call_ended")
    done(script)
    (script >> LegEnded(leg=TWO)).silent()


def test_nobody_answers_who_is_asked_and_the_caller_is_back_at_once() -> None:
    script = asking() >> LegFailed(leg=THREE, cause=Cause.BUSY)
    script << report("consult_cancel") << Join(leg=TWO, bridge=B1) << SetMode(mode=Mode.TALK)
    script.silent()


def test_who_was_asked_hangs_up_and_the_caller_is_back_at_once() -> None:
    script = consulting() >> LegEnded(leg=THREE)
    script << report("consult_cancel") << Join(leg=TWO, bridge=B1) << SetMode(mode=Mode.TALK)
    script.silent()


@pytest.mark.parametrize("begin", [asking, consulting])
def test_the_agent_breaks_off_asking(begin: object) -> None:
    script = begin() >> ConsultCancelAsked(leg=TWO)  # type: ignore[operator]
    script << HangUp(leg=THREE, cause=Cause.CANCELLED) << report("consult_cancel")
    script << Join(leg=TWO, bridge=B1) << SetMode(mode=Mode.TALK)
    script.silent()


def handed_over(script: CallScript) -> None:
    """Leg 3 has the caller instead of the agent."""
    script << report("consult_complete") << Join(leg=THREE, bridge=B1)
    script << HangUp(leg=TWO) << SetMode(mode=Mode.TALK)
    script.silent()
    script.after(9) >> LegEnded(leg=THREE)
    done(script)
    script.leave().skip()
    assert closing(script).outcome == "handled"
    assert ("transfer", "Can") in segments(script)


def test_the_agent_leaves_the_caller_with_whom_he_has_asked() -> None:
    handed_over(consulting() >> ConsultCompleteAsked(leg=TWO))


def test_an_agent_who_hangs_up_while_he_asks_has_handed_the_caller_over() -> None:
    handed_over(consulting() >> LegEnded(leg=TWO))
    script = consulting() >> HangUpAsked(leg=TWO) << HangUp(leg=TWO)
    handed_over(script)


def test_an_agent_who_hangs_up_before_anybody_answers_leaves_the_caller_his_place() -> None:
    script = asking() >> LegEnded(leg=TWO)
    script << report("call_ended") << HangUp(leg=THREE, cause=Cause.CANCELLED) << Part()
    script << Like(Enqueue, queue="general", keep_from=Ticket("CALL1/2"))


@pytest.mark.parametrize("cause", [Cause.MEDIA_TIMEOUT, Cause.SIGNAL_LOST])
def test_a_caller_whose_agent_is_cut_off_is_told_and_takes_his_old_place(cause: Cause) -> None:
    script = talking() >> LegEnded(leg=TWO, cause=cause, by=EndedBy.LOST)
    script << report("call_ended", cause=cause) << Part()
    script << Like(Enqueue, queue="general", keep_from=Ticket("CALL1/2"))
    script << Like(Play, says=["cut_off"])
    assert segments(script.leave().skip())[-2:] == [
        ("talk", "ayse"),
        ("queue", "general abandoned"),
    ]


def test_whoever_is_left_to_talk_to_keeps_the_caller_of_an_agent_who_is_cut_off() -> None:
    dead = LegEnded(leg=TWO, cause=Cause.MEDIA_TIMEOUT, by=EndedBy.LOST)
    script = merged() >> dead << report("call_ended", cause=Cause.MEDIA_TIMEOUT)
    done(script.silent() >> LegEnded(leg=THREE))


def test_completing_before_anybody_answers_is_ignored() -> None:
    for event in (
        ConsultCompleteAsked(leg=TWO),
        MergeAsked(leg=TWO),
        SwapAsked(leg=TWO),
        DeskConsultAsked(leg=TWO, address="ext-8"),
        DeskTransferAsked(leg=TWO, address="ext-8"),
    ):
        script = asking() >> event
        script.silent()
        assert script.noted("ignored") == [{"reason": "illegal"}]


def test_the_agent_goes_to_and_fro_between_the_two() -> None:
    script = consulting() >> SwapAsked(leg=TWO)
    script << SetMode(leg=THREE, mode=Mode.HELD) << Join(leg=TWO, bridge=B1)
    script << SetMode(mode=Mode.TALK)
    script.silent()
    script >> SwapAsked(leg=TWO) << SetMode(mode=Mode.HELD) << Join(leg=TWO, bridge=B2)
    script << SetMode(leg=THREE, mode=Mode.TALK)
    script.silent()
    script >> ConsultCompleteAsked(leg=TWO)
    handed_over(script)


def test_all_three_talk_and_the_rest_goes_on_when_the_agent_leaves() -> None:
    script = merged() >> LegEnded(leg=TWO) << report("call_ended")
    script.silent()
    script >> LegEnded(leg=THREE)
    done(script)


def test_when_the_caller_leaves_a_conference_all_go() -> None:
    script = merged().leave()
    script << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script << report("call_ended", cause=Cause.CALLER_LEFT)
    script << HangUp(leg=THREE, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="handled")


def test_no_more_than_six_sit_in_one_bridge() -> None:
    script = merged()
    for number in (4, 5, 6):
        script >> DeskConsultAsked(leg=TWO, address="more")
        (script.skip() >> LegAnswered(leg=LegId(number))).skip()
        (script >> MergeAsked(leg=TWO)).skip()
    script >> DeskConsultAsked(leg=TWO, address="more")
    script.silent()
    assert len(script.now.legs) == 6


def test_in_a_conference_the_others_talk_on_while_the_agent_asks_somebody() -> None:
    script = merged() >> DeskConsultAsked(leg=TWO, address="ext-9")
    script << Part(leg=TWO) << Like(Dial, other=FOUR) << report("consult_start")
    script >> LegFailed(leg=FOUR) << report("consult_cancel") << Join(leg=TWO, bridge=B1)
    script.silent()


def handing() -> CallScript:
    """The agent has given the caller away, leg 3 rings."""
    script = talking() >> DeskTransferAsked(leg=TWO, address="ext-9", label="Can")
    script << SetMode(mode=Mode.HELD) << HangUp(leg=TWO) << report("call_ended")
    return (script << Like(Dial, leg=CALLER, other=THREE, address="ext-9")).silent()


def test_a_caller_who_is_given_away_talks_to_whom_answers() -> None:
    script = handing() >> LegAnswered(leg=THREE)
    script << Join(leg=THREE, bridge=B1) << SetMode(mode=Mode.TALK)
    script.after(8) >> LegEnded(leg=THREE)
    done(script)
    script.leave().skip()
    assert ("transfer", "Can") in segments(script)


def test_a_caller_who_is_given_away_to_nobody_takes_his_old_place() -> None:
    script = handing() >> LegFailed(leg=THREE, cause=Cause.NO_ANSWER)
    script << Part() << Like(Enqueue, queue="general", keep_from=Ticket("CALL1/2"))
    script.skip()
    script.leave().skip()
    assert segments(script)[-1] == ("queue", "general abandoned")
    assert closing(script).outcome == "handled"


def test_a_caller_who_is_given_to_a_queue_waits_there_with_the_same_exits() -> None:
    script = talking() >> DeskTransferAsked(leg=TWO, queue="loans")
    script << HangUp(leg=TWO) << report("call_ended") << Part()
    script << Like(Enqueue, queue="loans", keep_from=Ticket(""))


def test_a_phone_that_transfers_tells_the_queues_as_well() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial, other=THREE) >> LegAnswered(leg=THREE)
    script << Join(leg=THREE, bridge=B1) << SettleTransfer(leg=TWO, done=True)
    script << HangUp(leg=TWO) << report("call_ended")
    script.silent()


def test_a_phone_that_consults_on_its_second_line_tells_the_queues_as_well() -> None:
    script = talking() >> ConsultAsked(leg=TWO, address="ext-9")
    script << Like(Dial, leg=THREE, other=FOUR) << report("consult_start")
    script >> LegAnswered(leg=FOUR)
    script << Answer(leg=THREE) << Join(leg=THREE, bridge=B2) << Join(leg=FOUR, bridge=B2)
    script >> TransferAsked(leg=TWO, kind=TransferKind.ATTENDED, other=THREE)
    script << report("consult_complete") << Join(leg=FOUR, bridge=B1)
    script << SettleTransfer(leg=TWO, done=True) << HangUp(leg=TWO) << HangUp(leg=THREE)
    script.silent()


def test_a_second_line_that_ends_is_told_as_well() -> None:
    script = talking() >> ConsultAsked(leg=TWO, address="ext-9")
    script.skip()
    script >> LegFailed(leg=FOUR, cause=Cause.BUSY)
    script << HangUp(leg=THREE, cause=Cause.BUSY) << report("consult_cancel")
    script.silent()


def test_an_agent_whose_transfer_fails_after_he_has_left_leaves_the_caller_his_place() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial) >> LegEnded(leg=TWO) << report("call_ended")
    script.silent()
    script >> LegFailed(leg=THREE, cause=Cause.BUSY) << Part()
    script << Like(Enqueue, keep_from=Ticket("CALL1/2"))


NUMBERS = st.integers(1, 7).map(LegId)
WHO = st.sampled_from(["boss", "chief"])
HAPPENINGS = st.one_of(
    st.builds(LegRinging, leg=NUMBERS),
    st.builds(LegAnswered, leg=NUMBERS),
    st.builds(LegFailed, leg=NUMBERS, cause=st.sampled_from([Cause.BUSY, Cause.NO_ANSWER])),
    st.builds(
        LegEnded,
        leg=st.integers(2, 7).map(LegId),
        cause=st.sampled_from([Cause.NORMAL, Cause.MEDIA_TIMEOUT]),
    ),
    st.builds(HoldAsked, leg=NUMBERS),
    st.builds(ResumeAsked, leg=NUMBERS),
    st.builds(ConsultAsked, leg=NUMBERS, address=st.just("ext-7")),
    st.builds(TransferAsked, leg=NUMBERS, address=st.just("ext-9"), other=NUMBERS),
    st.builds(MuteAsked, leg=NUMBERS, muted=st.booleans()),
    st.builds(DeskConsultAsked, leg=NUMBERS, address=st.just("ext-8")),
    st.builds(ConsultCompleteAsked, leg=NUMBERS),
    st.builds(ConsultCancelAsked, leg=NUMBERS),
    st.builds(MergeAsked, leg=NUMBERS),
    st.builds(SwapAsked, leg=NUMBERS),
    st.builds(HangUpAsked, leg=NUMBERS),
    st.builds(DeskTransferAsked, leg=NUMBERS, address=st.just("ext-6")),
    st.builds(DeskTransferAsked, leg=NUMBERS, queue=st.just("loans")),
    st.builds(
        MonitorAsked,
        leg=NUMBERS,
        address=st.just("boss"),
        mode=st.sampled_from([Mode.LISTEN, Mode.WHISPER, Mode.TALK, Mode.HELD]),
        who=WHO,
    ),
    st.builds(MonitorEndAsked, leg=NUMBERS, who=WHO),
    st.builds(TakeOverAsked, leg=NUMBERS, who=WHO),
    st.builds(CallRecovered, alive=st.just((CALLER, TWO, THREE))),
)


def is_sound(script: CallScript) -> None:
    """Whoever is there can be reached again: nobody sits alone without anything to come of it."""
    state = script.now
    numbers = [leg.id for leg in state.legs]
    assert numbers == sorted(set(numbers))
    assert all(number < state.next_leg for number in numbers)
    assert all(leg.bridge < state.next_bridge for leg in state.legs)
    for bridge in {leg.bridge for leg in state.legs if leg.bridge}:
        assert sum(leg.bridge == bridge for leg in state.legs) <= 6
    assert len([leg for leg in state.legs if leg.won]) <= 1
    caller = state.legs[0]
    if caller.bridge and not state.ended:
        assert any(leg.turn or leg.partner for leg in state.legs[1:]), "the caller is alone"


@pytest.mark.unmeasured
@settings(max_examples=300)
@given(st.lists(HAPPENINGS, max_size=14))
def test_whatever_desks_ask_for_nobody_is_left_behind(happened: list[Event]) -> None:
    script = talking()
    for event in happened:
        script = (script >> event).skip()
        is_sound(script)
    (script >> LegEnded()).skip()
    assert script.now.ended
    assert [leg.id for leg in script.now.legs] == [CALLER]
    reports = [one.what for one in script.all if isinstance(one, ReportAgent) and one.offer]
    leaving = [what for what in reports if what in {"call_ended", "consult_complete"}]
    assert len(leaving) == 1, reports
    dialled = {one.other for one in script.all if isinstance(one, Dial)}
    over = {one.leg for one in script.all if isinstance(one, HangUp)}
    gone = {one.leg for one in happened if isinstance(one, (LegEnded, LegFailed))}
    lost = any(isinstance(one, CallRecovered) for one in happened)
    assert lost or dialled <= over | gone
