"""The list of legs keeps in step with the commands that go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ivr.domain.call import CALLER, BridgeId, CallId, Cause, LegId, Mode, Turn
from ivr.domain.commands import Dial, HangUp, Join, Part, Play, SetMode
from ivr.engine import legs
from ivr.engine.party import NO_BRIDGE, Phase, Purpose
from ivr.engine.state import State

TWO, THREE = LegId(2), LegId(3)
B1 = BridgeId(1)
START = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def fresh() -> State:
    state = State(CallId("C"), "h", "1", START)
    state.last_at = START
    return state


def talking() -> State:
    state = fresh()
    state.outcome = "paid"
    dial = Dial(turn=Turn(4), other=TWO, place="desk")
    for command in (dial, Join(bridge=B1), Join(leg=TWO, bridge=B1)):
        legs.record(state, command)
    return state


def test_who_is_dialled_gets_a_number_that_is_never_used_again() -> None:
    state = talking()
    (leg,) = legs.parties(state.legs)
    assert (leg.id, leg.phase, leg.purpose, leg.detail) == (
        TWO,
        Phase.DIALLING,
        Purpose.VERB,
        "desk",
    )
    legs.drop(state, TWO)
    assert state.next_leg == THREE


def test_dialling_somebody_clears_what_the_call_would_have_counted_as() -> None:
    assert talking().outcome == ""


def test_joining_and_parting_move_a_leg() -> None:
    state = talking()
    assert [leg.bridge for leg in state.legs] == [B1, B1]
    assert state.next_bridge == BridgeId(2)
    legs.record(state, SetMode(leg=TWO, mode=Mode.HELD))
    assert [leg.mode for leg in state.legs] == [Mode.TALK, Mode.HELD]
    legs.record(state, Part(leg=TWO))
    left = legs.leg_of(state, TWO)
    assert left is not None
    assert (left.bridge, left.mode) == (NO_BRIDGE, Mode.TALK)


def test_the_talk_is_a_segment_once_it_is_over() -> None:
    state = talking()
    state.last_at = START + timedelta(seconds=30)
    legs.record(state, HangUp(leg=TWO))
    (talk,) = state.segments
    assert (talk.kind, talk.detail) == ("transfer", "desk")
    assert talk.ended_at - talk.started_at == timedelta(seconds=30)


def test_commands_that_concern_no_leg_change_nothing() -> None:
    state = talking()
    before = state.legs
    legs.record(state, Play(prompts=()))
    legs.record(state, SetMode(leg=THREE, mode=Mode.HELD))
    legs.record(state, HangUp(leg=THREE))
    assert state.legs == before


def test_a_closed_turn_gives_up_whom_it_rang_but_not_who_talks() -> None:
    state = talking()
    legs.turn_closed(state, Turn(4))
    assert legs.leg_of(state, TWO) is not None
    legs.record(state, Part(leg=TWO))
    legs.turn_closed(state, Turn(4))
    assert legs.leg_of(state, TWO) is None
    assert legs.leg_of(state, CALLER) is not None


def test_nobody_has_left_while_somebody_else_answers_the_same_turn() -> None:
    state = talking()
    gone = legs.leg_of(state, TWO)
    assert gone is not None
    legs.dialled(state, Dial(other=THREE, address="x"), Purpose.TRANSFER, partner=TWO)
    second = legs.leg_of(state, THREE)
    assert second is not None
    second = replace(second, turn=gone.turn)
    legs.change(state, second)
    legs.drop(state, TWO)
    assert legs.party_left(state, gone, Cause.NORMAL) == ()
    legs.drop(state, THREE)
    (left,) = legs.party_left(state, second, Cause.BUSY)
    assert (left.turn, left.cause) == (Turn(4), Cause.BUSY)


def test_a_leg_that_no_verb_dialled_answers_nobody() -> None:
    (caller,) = fresh().legs
    assert legs.party_answered(caller) == ()
    assert legs.party_left(fresh(), caller, Cause.NORMAL) == ()


def test_others_are_those_in_the_same_bridge() -> None:
    state = talking()
    caller, party = state.legs
    assert legs.others_in(state, caller) == (party,)
    legs.record(state, Part())
    assert legs.others_in(state, state.legs[0]) == ()
