"""Callers in a step that must not be broken: they keep their place, and nobody is rung up."""

from __future__ import annotations

from typing import Any

from ivr.acd import views
from ivr.acd.group import restore
from ivr.acd.settings import SECOND, Nobody, Overflow, Span, Step, Wrapup
from ivr.acd.state import Group, text_of
from ivr.acd.words import (
    CallHeld,
    CallPriority,
    Command,
    Decided,
    OfferAnswered,
    Row,
    RulesChanged,
    Settled,
    WaitOver,
    Withdrawn,
)
from ivr.domain.queue import Ticket
from tests.acd.house import House, card, only, queue
from tests.acd.oracle import check_rest, check_rest_after_restart

PATIENT = Nobody(join=(), leave=())
AT_ONCE = Wrapup("none")
ADA, BOB = card("ada", 1), card("bob", 2)


def house_of(**settings: object) -> House:
    """Two agents on a break; callers wait patiently."""
    facts: dict[str, Any] = {"nobody": PATIENT, "wrapup": AT_ONCE, **settings}
    house = House(queue(**facts), agents=[ADA, BOB])
    for name in ("ada", "bob"):
        house.agent(name, "set_break", reason="break")
    return house


def hold(house: House, ticket: str, seconds: float = 300) -> list[Command]:
    """The caller comes to a step that must not be broken."""
    until = house.at + round(seconds * SECOND)
    return house.give(CallHeld(at=house.at, ticket=Ticket(ticket), until=until))


def let_go(house: House, ticket: str) -> list[Command]:
    """The caller is out of it again."""
    return house.give(CallHeld(at=house.at, ticket=Ticket(ticket), until=None))


def test_a_held_caller_is_not_rung_for_and_at_most_30_s_long() -> None:
    house = house_of()
    house.call("t1")
    hold(house, "t1")
    house.agent("ada", "set_available")
    house.wait(29.9)
    assert house.ringing() == {}
    house.wait(0.1)
    assert house.ringing() == {"ada": "t1"}


def test_a_hold_may_end_earlier_by_itself() -> None:
    house = house_of()
    house.call("t1")
    hold(house, "t1", 5)
    house.agent("ada", "set_available")
    house.wait(5)
    assert house.ringing() == {"ada": "t1"}


def test_whoever_is_let_go_is_rung_for_at_once_and_before_those_behind() -> None:
    house = house_of()
    for name in ("t1", "t2", "t3"):
        house.call(name)
        house.wait(1)
    hold(house, "t1")
    house.agent("ada", "set_available")
    assert house.ringing() == {"ada": "t2"}, "those behind are served meanwhile"
    let_go(house, "t1")
    house.agent("bob", "set_available")
    assert house.ringing() == {"ada": "t2", "bob": "t1"}


def test_a_free_agent_is_found_in_the_event_that_lets_the_caller_go() -> None:
    house = house_of()
    house.call("t1")
    hold(house, "t1")
    house.agent("ada", "set_available")
    let_go(house, "t1")
    assert house.ringing() == {"ada": "t1"}


def test_a_telephone_that_rings_falls_silent_and_its_agent_has_missed_nothing() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    idle_since = house.group.agents[ADA.agent].idle_since
    house.call("t1")
    house.rings("ada")
    (gone,) = only(hold(house, "t1"), Withdrawn)
    ada = house.group.agents[ADA.agent]
    assert (gone.agent, gone.end) == ("ada", "retracted")
    assert (ada.state, sum(ada.misses), ada.idle_since) == ("available", 0, idle_since)
    house.call("t2")
    assert house.ringing() == {"ada": "t2"}


def test_all_telephones_fall_silent_where_all_ring_and_nobody_joins_them() -> None:
    house = house_of(strategy="ring_all")
    house.agent("ada", "set_available")
    house.call("t1")
    assert len(only(hold(house, "t1"), Withdrawn)) == 1
    house.agent("bob", "set_available")
    assert house.ringing() == {}
    let_go(house, "t1")
    assert house.ringing() == {"ada": "t1", "bob": "t1"}


def test_who_has_answered_before_has_the_caller() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    house.call("t1")
    house.answers("ada")
    assert hold(house, "t1") == []
    assert house.state("ada") == "talking"


def test_who_answers_after_it_does_not_get_the_caller() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    house.call("t1")
    offer = house.offer_of("ada")
    hold(house, "t1")
    (settled,) = only(house.give(OfferAnswered(at=house.at, offer=offer)), Settled)
    assert not settled.won
    assert "t1" in house.group.calls


def test_a_held_caller_gets_older_and_comes_to_the_next_step() -> None:
    steps = (Step(20 * SECOND, drop=("cards",)),)
    house = house_of(need={"cards": Span(50)}, steps=steps)
    house.call("t1")
    hold(house, "t1")
    house.agent("ada", "set_available")
    house.wait(20)
    assert house.ringing() == {}, "the step alone lets nobody go"
    let_go(house, "t1")
    assert house.ringing() == {"ada": "t1"}


def test_a_wait_that_gets_too_long_meanwhile_ends_when_the_caller_is_let_go() -> None:
    house = house_of(longest_ns=10 * SECOND)
    house.call("t1")
    hold(house, "t1")
    assert only(house.wait(20), WaitOver) == []
    assert [each.end for each in only(let_go(house, "t1"), WaitOver)] == ["timeout"]


def test_a_free_agent_is_better_than_an_end_that_came_meanwhile() -> None:
    house = house_of(longest_ns=10 * SECOND)
    house.call("t1")
    hold(house, "t1")
    house.wait(20)
    house.agent("ada", "set_available")
    let_go(house, "t1")
    assert house.ringing() == {"ada": "t1"}


def test_a_wait_that_gets_too_long_meanwhile_ends_with_the_hold_at_the_latest() -> None:
    house = house_of(longest_ns=10 * SECOND)
    house.call("t1")
    hold(house, "t1")
    assert [each.end for each in only(house.wait(30), WaitOver)] == ["timeout"]


def test_nobody_overflows_in_the_middle_of_it() -> None:
    rule = Overflow(waited_ns=5 * SECOND, queue="r")
    house = House(queue(overflow=(rule,), nobody=PATIENT), queue("r"), agents=[ADA])
    house.agent("ada", "set_break", reason="break")
    house.call("t1")
    hold(house, "t1")
    assert only(house.wait(10), WaitOver) == []
    assert [each.target for each in only(let_go(house, "t1"), WaitOver)] == ["r"]


def test_a_changed_priority_or_other_rules_let_nobody_go() -> None:
    house = house_of()
    house.call("t1")
    hold(house, "t1")
    house.agent("ada", "set_available")
    ticket = Ticket("t1")
    house.give(CallPriority(at=house.at, ticket=ticket, priority="9", by="sue", reason="angry"))
    house.give(RulesChanged(at=house.at, rules=house.rules, agents=house.cards))
    assert house.ringing() == {}
    check_rest(house.group)


def test_it_is_seen_who_is_held_at_which_place() -> None:
    house = house_of()
    house.call("t1")
    house.call("t2")
    hold(house, "t1")
    rows = views.waiting(house.group, "q")
    assert [(row["position"], row["state"]) for row in rows] == [(1, "held"), (2, "waiting")]


def test_the_record_says_that_the_caller_is_held_and_until_when() -> None:
    house = house_of()
    house.call("t1")
    (decided,) = only(hold(house, "t1", 12), Decided)
    assert (decided.record["agent"], decided.record["call"]) == (None, "c-t1")
    assert decided.record["held_until"] == text_of(house.at + 12 * SECOND)


def test_the_record_of_who_is_served_names_who_was_passed_over() -> None:
    rule = queue("r", need={"cards": Span(50)}, nobody=PATIENT)
    house = House(queue(nobody=PATIENT), rule, agents=[ADA])
    house.agent("ada", "set_break", reason="break")
    for name, where in (("t1", "q"), ("other", "r"), ("t2", "q"), ("t3", "q")):
        house.call(name, where)
        house.wait(1)
    for name in ("t1", "other", "t3"):
        hold(house, name)
    (decided,) = only(house.agent("ada", "set_available"), Decided)
    assert decided.record["call"] == "c-t2"
    assert [each["call"] for each in decided.record["held"]] == ["c-t1"]


def test_a_caller_is_still_held_after_a_restart_and_no_longer_than_before() -> None:
    house = house_of()
    rows: dict[tuple[str, str], Row] = {}
    house.call("t1")
    rows |= {(row.kind, row.key): row for row in only(house.out, Row)}
    rows |= {(row.kind, row.key): row for row in only(hold(house, "t1"), Row)}
    house.group = Group("g", 2)
    restore(house.group, house.rules, house.cards, rows.values(), house.at)
    house.agent("ada", "login")
    house.wait(20)
    check_rest_after_restart(house.group)
    assert house.ringing() == {}
    house.wait(10)
    assert house.ringing() == {"ada": "t1"}


def test_after_a_restart_the_call_itself_says_whether_it_is_held() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    house.call("t1")
    house.call("t1", turn=2, held_until=house.at + 8 * SECOND)
    assert house.ringing() == {}
    house.call("t1", turn=3)
    assert house.ringing() == {"ada": "t1"}


def test_who_comes_over_from_another_queue_in_the_middle_of_it_is_held_there() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    house.call("t1", held_until=house.at + 8 * SECOND)
    assert house.ringing() == {}
    house.wait(8)
    assert house.ringing() == {"ada": "t1"}


def test_a_hold_that_is_over_by_now_or_of_somebody_unknown_means_nothing() -> None:
    house = house_of()
    house.agent("ada", "set_available")
    house.call("t1")
    hold(house, "t1", -1)
    assert hold(house, "nobody") == []
    assert house.ringing() == {"ada": "t1"}


def test_a_held_caller_who_hangs_up_is_held_no_longer() -> None:
    house = house_of()
    house.call("t1")
    hold(house, "t1")
    house.gone("t1")
    check_rest(house.group)
    assert let_go(house, "t1") == []
