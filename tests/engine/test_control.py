"""What phones ask for by themselves: hold, a second line, transfers; and who goes with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import CALLER, BridgeId, Cause, LegId, Mode, TransferKind
from ivr.domain.commands import (
    Answer,
    CloseInteraction,
    Collect,
    Dial,
    HangUp,
    Join,
    Part,
    SetMode,
    SettleTransfer,
)
from ivr.domain.events import (
    CallRecovered,
    ConsultAsked,
    HoldAsked,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    ResumeAsked,
    TransferAsked,
)
from tests.engine.verbs.test_transfer import called, dialled, talking
from tests.fakes.call_script import CallScript, Like

if TYPE_CHECKING:
    from ivr.domain.events import Event
    from ivr.engine.state import State

TWO, THREE, FOUR = LegId(2), LegId(3), LegId(4)
B1, B2 = BridgeId(1), BridgeId(2)


def consulting() -> CallScript:
    """Leg 2 talks to leg 4 on its second line, leg 3, while the caller is on hold."""
    script = talking() >> HoldAsked(leg=TWO)
    script << SetMode(mode=Mode.HELD)
    script >> ConsultAsked(leg=TWO, address="ext-7")
    script << Like(Dial, leg=THREE, other=FOUR, address="ext-7")
    script >> LegRinging(leg=FOUR)
    script >> LegAnswered(leg=FOUR)
    return script << Answer(leg=THREE) << Join(leg=THREE, bridge=B2) << Join(leg=FOUR, bridge=B2)


def test_who_is_put_on_hold_hears_it_until_the_phone_comes_back() -> None:
    script = talking() >> HoldAsked(leg=TWO)
    script << SetMode(mode=Mode.HELD)
    (script >> HoldAsked(leg=TWO)).silent()
    script >> ResumeAsked(leg=TWO) << SetMode(mode=Mode.TALK)
    script.silent()


def test_the_caller_may_hold_too_and_the_others_talk_when_its_phone_is_back() -> None:
    script = talking() >> HoldAsked(leg=CALLER)
    script << SetMode(leg=TWO, mode=Mode.HELD)
    script >> HoldAsked(leg=TWO) << SetMode(mode=Mode.HELD)
    (script >> ResumeAsked(leg=CALLER)) << SetMode(leg=TWO, mode=Mode.TALK)
    script.silent()


def test_nobody_stays_on_hold_for_a_phone_that_is_gone() -> None:
    script = talking() >> HoldAsked(leg=CALLER)
    script << SetMode(leg=TWO, mode=Mode.HELD)
    script.leave() << HangUp(leg=TWO, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction)


def test_hold_outside_a_talk_is_ignored() -> None:
    script = called() >> HoldAsked()
    script.silent()
    assert script.noted("ignored") == [{"reason": "illegal"}]


def test_a_blind_transfer_puts_the_new_party_in_the_phones_place() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial, other=THREE, address="ext-9")
    script >> LegAnswered(leg=THREE) << Join(leg=THREE, bridge=B1)
    script << SettleTransfer(leg=TWO, done=True) << HangUp(leg=TWO)
    script.silent()
    script >> LegEnded(leg=TWO)
    script.silent()
    script >> LegEnded(leg=THREE) << Part() << Like(Collect, says=["again"])


def test_a_blind_transfer_that_nobody_takes_leaves_all_as_it_was() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial) >> LegFailed(leg=THREE, cause=Cause.BUSY)
    script << SettleTransfer(leg=TWO, done=False)
    script >> LegEnded(leg=TWO) << Part() << Like(Collect, says=["again"])


def test_a_phone_that_leaves_before_its_transfer_is_through_leaves_the_caller_waiting() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial)
    (script >> LegEnded(leg=TWO)).silent()
    (script >> LegAnswered(leg=THREE)) << Join(leg=THREE, bridge=B1)
    script.silent()


def test_a_transfer_that_fails_after_the_phone_has_left_ends_the_talk() -> None:
    script = talking() >> TransferAsked(leg=TWO, address="ext-9")
    script << Like(Dial)
    (script >> LegEnded(leg=TWO)).silent()
    script >> LegFailed(leg=THREE, cause=Cause.BUSY) << Part() << Like(Collect, says=["again"])


def test_only_who_talks_with_the_caller_may_transfer() -> None:
    script = dialled() >> TransferAsked(leg=TWO, address="ext-9")
    script << SettleTransfer(leg=TWO, done=False)
    script = talking() >> TransferAsked(leg=CALLER, address="ext-9")
    script << SettleTransfer(leg=CALLER, done=False)


def test_an_attended_transfer_connects_the_caller_with_the_second_line() -> None:
    script = consulting()
    script >> TransferAsked(leg=TWO, kind=TransferKind.ATTENDED, other=THREE)
    script << Join(leg=FOUR, bridge=B1) << SettleTransfer(leg=TWO, done=True) << HangUp(leg=TWO)
    script << SetMode(mode=Mode.TALK) << HangUp(leg=THREE)
    script >> LegEnded(leg=FOUR) << Part() << Like(Collect, says=["again"])


def test_hanging_up_the_first_line_completes_the_transfer_too() -> None:
    script = consulting() >> LegEnded(leg=TWO)
    script << Join(leg=FOUR, bridge=B1)
    script << SettleTransfer(leg=TWO, done=True) << HangUp(leg=TWO)
    script << SetMode(mode=Mode.TALK) << HangUp(leg=THREE)


def test_a_consultation_that_ends_leaves_the_first_talk() -> None:
    (consulting() >> LegEnded(leg=THREE)) << HangUp(leg=FOUR, cause=Cause.NORMAL)
    script = consulting() >> LegEnded(leg=FOUR)
    script << HangUp(leg=THREE, cause=Cause.NORMAL)
    script >> ResumeAsked(leg=TWO) << SetMode(mode=Mode.TALK)


def test_a_consultation_that_nobody_answers_is_refused_with_its_cause() -> None:
    script = talking() >> ConsultAsked(leg=TWO, address="ext-7")
    script << Like(Dial, leg=THREE, other=FOUR) >> LegFailed(leg=FOUR, cause=Cause.BUSY)
    script << HangUp(leg=THREE, cause=Cause.BUSY)


def test_there_is_one_second_line_at_a_time() -> None:
    script = consulting() >> ConsultAsked(leg=TWO, address="ext-8")
    script << HangUp(leg=LegId(5), cause=Cause.REJECTED)


def test_the_phone_leaves_while_its_second_line_rings() -> None:
    script = talking() >> ConsultAsked(leg=TWO, address="ext-7")
    script << Like(Dial) >> LegEnded(leg=TWO)
    script << HangUp(leg=THREE) << HangUp(leg=FOUR) << Part() << Like(Collect, says=["again"])


def test_everybody_goes_with_the_caller() -> None:
    script = consulting().leave()
    for leg in (TWO, THREE, FOUR):
        script << HangUp(leg=leg, cause=Cause.CALLER_LEFT)
    script.skip_closes() << Like(CloseInteraction, outcome="transferred")


def test_a_party_that_did_not_survive_a_restart_has_left() -> None:
    script = talking() >> CallRecovered(alive=(CALLER,))
    script.skip_closes()
    script.skip()
    assert script.now.top.node == "after"


def test_a_phone_that_answers_twice_is_told_once() -> None:
    script = talking() >> LegAnswered(leg=TWO)
    script.silent()


NUMBERS = st.integers(1, 7).map(LegId)
CAUSES = st.sampled_from([Cause.BUSY, Cause.NO_ANSWER, Cause.REJECTED, Cause.NORMAL])
HAPPENINGS = st.one_of(
    st.builds(LegRinging, leg=NUMBERS),
    st.builds(LegAnswered, leg=NUMBERS),
    st.builds(LegFailed, leg=NUMBERS, cause=CAUSES),
    st.builds(LegEnded, leg=NUMBERS, cause=CAUSES),
    st.builds(HoldAsked, leg=NUMBERS),
    st.builds(ResumeAsked, leg=NUMBERS),
    st.builds(ConsultAsked, leg=NUMBERS, address=st.just("ext-7")),
    st.builds(
        TransferAsked,
        leg=NUMBERS,
        kind=st.sampled_from(list(TransferKind)),
        address=st.just("ext-9"),
        other=NUMBERS,
    ),
    st.builds(CallRecovered, alive=st.just((CALLER,))),
)


def is_sound(state: State) -> bool:
    """What must hold whatever happened: one caller, known bridges, nobody held by nobody."""
    numbers = [leg.id for leg in state.legs]
    held = [leg for leg in state.legs if leg.mode is Mode.HELD]
    holders = {leg.bridge for leg in state.legs if leg.holds}
    return (
        numbers == sorted(set(numbers))
        and all(number < state.next_leg for number in numbers)
        and all(leg.bridge < state.next_bridge for leg in state.legs)
        and all(leg.bridge in holders for leg in held)
        and all(leg.bridge or not leg.holds for leg in state.legs)
    )


@pytest.mark.unmeasured
@given(st.lists(HAPPENINGS, max_size=14))
def test_whatever_phones_do_the_call_stays_whole_and_ends_once(happened: list[Event]) -> None:
    script = talking()
    for event in happened:
        script = (script >> event).skip()
        assert is_sound(script.now)
    if not script.now.ended:
        (script >> LegEnded()).skip()
    assert script.now.ended
    assert [leg.id for leg in script.now.legs if leg.id != CALLER] == []
    assert len([one for one in script.all if isinstance(one, CloseInteraction)]) == 1
    dialled = {one.other for one in script.all if isinstance(one, Dial)}
    over = {one.leg for one in script.all if isinstance(one, HangUp)}
    gone = {one.leg for one in happened if isinstance(one, (LegEnded, LegFailed))}
    survivors = any(isinstance(one, CallRecovered) for one in happened)
    assert survivors or dialled <= over | gone
