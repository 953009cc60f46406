"""Every pair of state and event is in the table, or is refused and changes nothing."""

from __future__ import annotations

import pytest

from ivr.acd.agents import EVENTS, INSIDE, LEGAL, TABLE
from ivr.acd.settings import Wrapup
from ivr.acd.state import STATES
from ivr.acd.words import AgentChanged, Refused
from ivr.domain.agent import AgentState
from tests.acd.house import House, card, only, queue

SENT = (
    *("login", "logout", "set_available", "set_break", "hold", "resume", "consult_start"),
    *("consult_cancel", "consult_complete", "merge", "call_ended", "wrapup_extend"),
    *("wrapup_done", "dial", "dial_answered", "dial_failed", "direct_started", "direct_ended"),
    *("endpoint_lost", "endpoint_back", "force"),
)
PATHS = {
    "offline": ("logout",),
    "available": (),
    "break": ("set_break",),
    "not_responding": ("endpoint_lost",),
    "reserved": ("call",),
    "ringing": ("call", "rings"),
    "talking": ("call", "answers"),
    "holding": ("call", "answers", "hold"),
    "consulting": ("call", "answers", "consult_start"),
    "wrapup": ("call", "answers", "call_ended"),
    "dialing": ("dial",),
    "direct": ("direct_started",),
}


def in_state(state: str, wrapup: Wrapup | None = None) -> House:
    """A house whose one agent is in this state."""
    house = House(queue(wrapup=wrapup or Wrapup()), agents=[card("ada", 1)])
    for each in PATHS[state]:
        if each == "call":
            house.call("t1")
        elif each == "rings":
            house.rings("ada")
        elif each == "answers":
            house.answers("ada")
        else:
            house.agent("ada", each, reason="break")
    house.wait(0.5)
    assert house.state("ada") == state
    return house


def test_the_table_has_no_pair_twice_and_no_unknown_state() -> None:
    assert len(LEGAL) == sum(len(move.froms) for move in TABLE)
    assert {state for move in TABLE for state in move.froms} == set(STATES)
    assert tuple(AgentState) == STATES
    assert set(EVENTS) == {*SENT, *INSIDE, "recovered"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("what", EVENTS)
def test_a_pair_is_in_the_table_or_is_refused_without_change(state: str, what: str) -> None:
    """12 states x all events (acd-cti.md 2.3, 16.10)."""
    house = in_state(state)
    agent = house.group.agents[house.cards[0].agent]
    before = (agent.version, agent.state, agent.next, agent.since, house.group.next_due)
    out = house.agent(
        "ada", what, reason="break", to="break" if what in {"force", "login"} else None, seconds=5
    )
    refused = only(out, Refused)
    if (what, state) in LEGAL and what not in INSIDE:
        late = what == "wrapup_extend" and state != "wrapup"  # this wrap-up is never asked for
        late |= (what, state) == ("set_available", "not_responding")  # the telephone is lost
        again = what == "recovered"
        assert bool(refused) == late, refused
        assert late or again or agent.version > before[0]
    else:
        assert [each.code for each in refused] == ["illegal-transition"]
        assert state in refused[0].message
        assert what in refused[0].message
        after = (agent.version, agent.state, agent.next, agent.since, house.group.next_due)
        assert after == before
        assert not only(out, AgentChanged)


@pytest.mark.parametrize(
    ("what", "state", "to"),
    [
        ("hold", "talking", "holding"),
        ("resume", "holding", "talking"),
        ("consult_start", "holding", "consulting"),
        ("consult_cancel", "consulting", "talking"),
        ("merge", "consulting", "talking"),
        ("consult_complete", "consulting", "wrapup"),
        ("call_ended", "holding", "wrapup"),
        ("wrapup_done", "wrapup", "available"),
        ("dial_answered", "dialing", "talking"),
        ("dial_failed", "dialing", "available"),
        ("direct_ended", "direct", "available"),
        ("direct_started", "reserved", "direct"),
        ("direct_started", "not_responding", "direct"),
        ("endpoint_lost", "available", "not_responding"),
        ("endpoint_back", "not_responding", "available"),
        ("endpoint_lost", "talking", "talking"),
        ("set_break", "wrapup", "break"),
        ("logout", "wrapup", "offline"),
        ("logout", "talking", "talking"),
        ("force", "wrapup", "break"),
    ],
)
def test_where_an_event_leads(what: str, state: str, to: str) -> None:
    house = in_state(state)
    house.agent("ada", what, reason="break", to="break" if what == "force" else None)
    assert house.state("ada") == to


@pytest.mark.parametrize("state", [one for one in STATES if one not in {"offline", "available"}])
def test_every_passing_state_has_a_deadline(state: str) -> None:
    """I9, R17, R20: whatever report is lost, time heals it or somebody is alarmed."""
    house = in_state(state)
    deadline = house.group.agents[house.cards[0].agent].deadline
    assert deadline is not None
    assert house.group.next_due is not None
    assert house.group.next_due <= deadline


def test_a_stale_version_is_refused_with_the_current_row() -> None:
    """R12."""
    house = in_state("available")
    version = house.group.agents[house.cards[0].agent].version
    house.agent("ada", "set_break", reason="break", version=version)
    refused = only(house.agent("ada", "logout", version=version), Refused)
    assert [(each.code, each.row["state"]) for each in refused] == [("stale-version", "break")]
    assert house.state("ada") == "break"
