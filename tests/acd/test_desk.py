"""Requests of agents and supervisors: guards, wishes, wrap-ups, idle time, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.settings import SECOND, BreakReason, Wrapup
from ivr.acd.words import Alarm, Refused, Withdrawn
from ivr.domain.agent import Reach
from tests.acd.house import House, card, only, queue
from tests.acd.test_agents import in_state

if TYPE_CHECKING:
    from collections.abc import Iterable


def codes(out: Iterable[object]) -> list[str]:
    """Why something was refused."""
    return [each.code for each in only(out, Refused)]


def test_one_telephone_has_one_name() -> None:
    """R15: uniqueness is on the address."""
    shared = card("bob", 2)
    object.__setattr__(shared, "endpoints", {Reach.SIP: "sip:ada@desk"})
    house = House(queue(), agents=[card("ada", 1), shared], here=False)
    house.agent("ada", "login")
    assert codes(house.agent("bob", "login")) == ["endpoint-taken"]
    house.agent("ada", "logout")
    assert codes(house.agent("bob", "login")) == []


def test_who_has_no_telephone_cannot_log_in() -> None:
    one = card("ada", 1)
    object.__setattr__(one, "endpoints", {})
    house = House(queue(), agents=[one], here=False)
    assert codes(house.agent("ada", "login")) == ["endpoint-unreachable"]
    assert codes(house.agent("eve", "login")) == ["unknown-agent"]


def test_a_break_needs_a_configured_reason_and_a_force_needs_any() -> None:
    house = in_state("available")
    assert codes(house.agent("ada", "set_break", reason="fishing")) == ["unknown-reason"]
    assert codes(house.agent("ada", "force", to="break")) == ["unknown-reason"]
    assert codes(house.agent("ada", "force", to="talking", reason="x")) == ["illegal-transition"]
    house.agent("ada", "force", to="break", reason="meeting")
    assert house.state("ada") == "break"


@pytest.mark.parametrize(
    ("mode", "early", "state_at_31"),
    [
        ("none", None, "available"),
        ("requested", None, "available"),
        ("skippable", True, "available"),
        ("fixed", False, "available"),
        ("until_done", True, "wrapup"),
    ],
)
def test_wrap_up_modes(mode: str, early: bool | None, state_at_31: str) -> None:
    """R3, R21: a fixed wrap-up never ends early, others when the agent says so."""
    house = House(queue(wrapup=Wrapup(mode, 30 * SECOND)), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.wait(5)
    house.agent("ada", "call_ended")
    assert (house.state("ada") == "wrapup") == (early is not None)
    house.wait(29)
    assert (house.state("ada") == "wrapup") == (early is not None)
    refused = codes(house.agent("ada", "wrapup_done", code="x"))
    assert refused == ([] if early else ["illegal-transition"])
    if early:
        return
    house.wait(2)
    assert house.state("ada") == state_at_31


def test_a_requested_wrap_up_comes_if_it_was_asked_for() -> None:
    house = House(queue(wrapup=Wrapup("requested")), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    assert codes(house.agent("ada", "wrapup_extend")) == []
    house.agent("ada", "call_ended")
    assert house.state("ada") == "wrapup"


def test_a_mandatory_code_is_asked_for_and_written_as_uncoded_when_time_is_up() -> None:
    house = in_state("wrapup", Wrapup("skippable", 30 * SECOND, mandatory=True))
    for what in ("wrapup_done", "logout", "set_available"):
        assert codes(house.agent("ada", what)) == ["wrapup-code-required"]
    out = house.wait(31)
    assert [each.name for each in only(out, Alarm)] == ["wrapup_uncoded"]
    assert house.state("ada") == "available"


def test_a_wrap_up_is_only_made_longer_and_at_most_900_s() -> None:
    """I10."""
    house = in_state("wrapup")
    one = house.group.agents[house.cards[0].agent]
    first = one.deadline or 0
    house.agent("ada", "wrapup_extend", seconds=60)
    assert one.deadline == first + 60 * SECOND
    house.agent("ada", "wrapup_extend", seconds=5_000)
    assert one.deadline == one.since + 900 * SECOND
    assert codes(house.agent("ada", "wrapup_extend", seconds=-5)) == ["illegal-transition"]


def test_a_wish_during_a_call_is_kept_and_can_be_taken_back() -> None:
    house = House(queue(wrapup=Wrapup("none")), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.agent("ada", "set_break", reason="break")
    assert house.state("ada") == "talking"
    house.agent("ada", "set_available")
    house.agent("ada", "logout")
    house.agent("ada", "call_ended")
    assert house.state("ada") == "offline"


@pytest.mark.parametrize(
    ("basis", "moved"), [("any_contact", True), ("inbound", True), ("queue_contact", False)]
)
def test_a_direct_call_moves_the_idle_time_by_the_basis(basis: str, moved: bool) -> None:
    house = House(queue(), agents=[card("ada", 1)], idle_basis=basis)
    one = house.group.agents[house.cards[0].agent]
    before = one.idle_since
    house.wait(5)
    house.agent("ada", "direct_started")
    house.wait(5)
    house.agent("ada", "direct_ended")
    assert (one.idle_since == house.at) is moved
    assert moved or one.idle_since == before


@pytest.mark.parametrize("end", ["call_ended", "consult_complete"])
@pytest.mark.parametrize("mode", ["none", "skippable", "fixed"])
def test_idle_time_starts_after_the_wrap_up_whatever_way_the_call_ends(end: str, mode: str) -> None:
    """R3."""
    house = House(queue(wrapup=Wrapup(mode, 10 * SECOND)), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.agent("ada", "consult_start")
    house.wait(5)
    ended = house.at
    house.agent("ada", end)
    house.wait(20)
    one = house.group.agents[house.cards[0].agent]
    assert one.idle_since == ended + (0 if mode == "none" else 10 * SECOND)


def test_a_long_break_is_said_and_ended_after_twelve_hours() -> None:
    house = House(queue(), agents=[card("ada", 1)], breaks={"break": BreakReason(60 * SECOND)})
    house.agent("ada", "set_break", reason="break")
    assert [each.name for each in only(house.wait(61), Alarm)] == ["break_overrun"]
    assert house.state("ada") == "break"
    house.wait(12 * 3600)
    assert house.state("ada") == "offline"


def test_who_does_not_respond_is_logged_out_after_15_minutes() -> None:
    house = in_state("not_responding")
    out = house.wait(15 * 60)
    assert [each.name for each in only(out, Alarm)] == ["agent_logged_out"]
    assert house.state("ada") == "offline"


def test_a_dialled_call_leads_back_to_the_break_it_came_from() -> None:
    house = in_state("break")
    house.agent("ada", "dial")
    house.wait(61)
    one = house.group.agents[house.cards[0].agent]
    assert (one.state, one.reason) == ("break", "break")


def test_a_lost_telephone_ends_the_ringing_at_once() -> None:
    house = in_state("ringing")
    out = house.agent("ada", "endpoint_lost")
    assert [each.end for each in only(out, Withdrawn)] == ["unreachable"]
    assert codes(house.agent("ada", "set_available")) == ["endpoint-unreachable"]
    house.agent("ada", "endpoint_back")
    assert house.state("ada") == "reserved"


def test_who_loses_the_telephone_during_a_call_is_not_available_after_it() -> None:
    house = House(queue(wrapup=Wrapup("none")), agents=[card("ada", 1)])
    house.call("t1")
    house.answers("ada")
    house.agent("ada", "endpoint_lost")
    house.agent("ada", "call_ended")
    assert house.state("ada") == "not_responding"
    house.agent("ada", "endpoint_back")
    assert house.state("ada") == "available"


def test_a_late_end_of_an_earlier_call_means_nothing() -> None:
    house = in_state("talking")
    refused = only(house.agent("ada", "call_ended", offer="o-1-77"), Refused)
    assert [each.code for each in refused] == ["illegal-transition"]
    assert house.state("ada") == "talking"


def test_what_is_found_after_a_restart_is_taken_as_it_is() -> None:
    house = in_state("ringing")
    house.agent("ada", "recovered", to="available")
    assert house.state("ada") == "reserved", "the caller waits and rings again"
    house.agent("ada", "recovered", to="talking")
    assert house.state("ada") == "talking"


def test_a_dialled_call_ends_in_the_wrap_up_of_dialled_calls() -> None:
    house = House(queue(), agents=[card("ada", 1)], dial_wrapup=Wrapup("skippable", 20 * SECOND))
    house.agent("ada", "dial", offer="dial-c1", call="c1")
    one = house.group.agents[house.cards[0].agent]
    assert (one.state, one.call, one.won) == ("dialing", "c1", "dial-c1")
    house.agent("ada", "dial_answered", offer="dial-c1")
    house.wait(30)
    house.agent("ada", "call_ended", offer="dial-c1")
    assert (house.state("ada"), one.call) == ("wrapup", "c1")
    house.wait(21)
    assert (house.state("ada"), one.call, one.won) == ("available", None, None)


def test_a_dialled_call_that_fails_has_no_wrap_up() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    house.agent("ada", "dial", offer="dial-c1", call="c1")
    assert codes(house.agent("ada", "dial_failed", offer="dial-c2")) == ["illegal-transition"]
    house.agent("ada", "dial_failed", offer="dial-c1")
    assert house.state("ada") == "available"


def test_on_a_break_without_a_telephone_nobody_is_called() -> None:
    house = in_state("break")
    house.agent("ada", "endpoint_lost")
    assert codes(house.agent("ada", "dial")) == ["endpoint-unreachable"]
