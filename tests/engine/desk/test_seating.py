"""Moves in and out of bridges that phones and desks share."""

from __future__ import annotations

from ivr.domain.call import CALLER, BridgeId, LegId, Mode, Turn
from ivr.domain.commands import Dial, Join, SetMode
from ivr.engine.desk import seating
from ivr.engine.legs import leg_of
from ivr.engine.party import Purpose
from ivr.engine.run import Run
from tests.engine.verbs.test_queueing import talking

TWO, NINE, B1 = LegId(2), LegId(9), BridgeId(1)


def run() -> Run:
    """The work on an event while caller and agent talk."""
    script = talking()
    return Run(script.now.fork(), script.book, script.at)


def test_only_others_in_the_callers_bridge_are_with_him() -> None:
    work = run()
    agent = seating.with_caller(work, TWO)
    assert agent is not None
    assert seating.with_caller(work, CALLER) is None
    assert seating.with_caller(work, NINE) is None
    assert [one.id for one in seating.talkers_with(work, agent)] == [CALLER]


def test_whoever_is_rung_up_is_a_leg_with_its_purpose() -> None:
    work = run()
    dial = Dial(other=work.state.next_leg, address="x")
    leg = seating.ring_up(work, dial, Purpose.ASKED, TWO)
    assert (leg.id, leg.purpose, leg.partner) == (LegId(3), Purpose.ASKED, TWO)
    assert work.commands == [dial]


def test_nobody_is_held_whom_no_phone_holds() -> None:
    work = run()
    work.send(SetMode(mode=Mode.HELD))
    seating.let_talk(work, TWO)
    assert work.commands[1:] == [SetMode(mode=Mode.TALK)]
    seating.let_talk(work, NINE)
    assert len(work.commands) == 2


def test_who_sits_down_with_the_caller_answers_the_verb() -> None:
    work = run()
    leg = seating.ring_up(work, Dial(other=work.state.next_leg, address="x"), Purpose.HANDED)
    seating.sit_with_caller(work, leg.id, Turn(7))
    seating.sit_with_caller(work, NINE, Turn(7))
    assert work.commands[1:] == [Join(leg=leg.id, bridge=B1)]
    now = leg_of(work.state, leg.id)
    assert now is not None
    assert (now.turn, now.purpose) == (Turn(7), Purpose.VERB)


def test_what_does_not_fit_is_noted() -> None:
    work = run()
    assert seating.ignored(work) == ()
    seating.keeps_no_account(work, work.state.legs[1])
    assert not work.state.legs[1].won
