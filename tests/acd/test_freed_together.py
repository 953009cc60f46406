"""Agents who become free in one event, where one of them finds nobody and helps out elsewhere."""

from __future__ import annotations

from ivr.acd.settings import SECOND, Member, Overflow, Wrapup
from ivr.acd.words import Offered, WaitOver
from tests.acd import oracle
from tests.acd.house import House, card, only, queue

FIXED = Wrapup("fixed", 5 * SECOND)
OVER = (Overflow(waited_ns=10 * SECOND, free_in="p", queue="p"),)


def test_a_caller_is_not_offered_and_sent_elsewhere_in_one_event() -> None:
    house = House(
        queue("q", overflow=OVER, wrapup=FIXED),
        queue("p", teams={"u": Member()}, wrapup=FIXED),
        agents=[card("x", 1, "t"), card("y", 2, "u")],
    )
    house.call("c1")
    house.answers("x")
    house.call("c2", "p")
    house.answers("y")
    house.call("c3")
    house.wait(20)
    house.agent("x", "call_ended")
    house.agent("y", "call_ended")
    out = house.wait(5)
    assert len(only(out, Offered)) + len(only(out, WaitOver)) == 1
    oracle.check_rest(house.group)


def test_a_caller_is_not_rung_up_for_by_nobody() -> None:
    house = House(
        queue("q", wrapup=FIXED),
        queue("r", strategy="ring_all", teams={"t": Member(), "u": Member()}, wrapup=FIXED),
        agents=[card("x", 1, "t"), card("y", 2, "u"), card("z", 3, "u")],
    )
    house.agent("z", "set_break", reason="break")
    house.call("c1")
    house.answers("x")
    house.call("c2", "r")
    house.answers("y")
    house.agent("z", "set_available")
    house.call("c4", "r")
    house.rings("z")
    house.call("c3")
    house.agent("x", "call_ended")
    house.agent("y", "call_ended")
    house.wait(5)
    assert house.ringing() == {"x": "c3", "y": "c4", "z": "c4"}
    oracle.check_rest(house.group)


def test_who_was_sent_elsewhere_stands_in_no_line() -> None:
    house = House(
        queue("q", overflow=OVER, wrapup=Wrapup("none")),
        queue("p", teams={"u": Member(offset_ns=SECOND)}, wrapup=FIXED),
        agents=[card("x", 1, "t"), card("w", 3, "t"), card("y", 2, "u")],
    )
    for caller, agent, where in (("a", "x", "q"), ("b", "w", "q"), ("c", "y", "p")):
        house.call(caller, where)
        house.answers(agent)
    house.call("c1")
    house.call("c2")
    house.wait(15)
    house.agent("y", "call_ended")
    house.wait(1)
    house.agent("x", "call_ended")
    house.agent("w", "call_ended")
    out = house.wait(4)
    assert [over.ticket for over in only(out, WaitOver)] == ["c1"]
    oracle.check_rest(house.group)
    assert [offered.ticket for offered in only(house.wait(10), Offered)] == ["c2"]
