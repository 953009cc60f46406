"""Callers who wait: keys, priorities, steps, promises, holding, and taking over a place."""

from __future__ import annotations

import random

import pytest

from ivr.acd.forecast import place_in
from ivr.acd.settings import SECOND, Member, Misses, Nobody, Priority, Span, Step, Sticky, Wrapup
from ivr.acd.words import Alarm, CallPriority, NewsAsked, Offered, Told, WaitOver
from ivr.domain.queue import Ticket
from tests.acd.house import House, card, only, queue, wanted

PATIENT = Nobody(join=(), leave=())
ADA = card("ada", 1)
CLASSES = {
    "normal": Priority(),
    "high": Priority(90 * SECOND),
    "emergency": Priority(strict=True, max_waiting=2),
}


def busy_house(wrapup: Wrapup = Wrapup()) -> House:  # noqa: B008 - frozen
    """Everybody is on a break, callers wait patiently."""
    house = House(
        queue(nobody=PATIENT, wrapup=wrapup, told_limit=100),
        agents=[ADA],
        priorities=CLASSES,
        misses=Misses(most_per_minute=1_000),
    )
    house.agent("ada", "set_break", reason="break")
    return house


def served(house: House, count: int) -> list[str]:
    """In what order callers are served from now on."""
    house.agent("ada", "set_available")
    order = []
    for _ in range(count):
        (ticket,) = house.ringing().values()
        order.append(ticket)
        house.answers("ada")
        house.agent("ada", "call_ended")
        if house.state("ada") == "wrapup":
            house.agent("ada", "wrapup_done")
    return order


def test_a_head_start_makes_a_caller_older_and_no_more() -> None:
    """R24: who has waited 90 s longer is before a caller of class high."""
    house = busy_house(wrapup=Wrapup("none"))
    house.call("old")
    house.wait(95)
    house.call("high", priority="high")
    house.wait(1)
    house.call("normal")
    house.call("number", priority="10")
    assert served(house, 4) == ["number", "old", "high", "normal"]


def test_the_strict_lane_is_first_and_degrades_with_an_alarm_when_full() -> None:
    """R24."""
    house = busy_house(wrapup=Wrapup("none"))
    house.call("normal")
    house.wait(200)
    house.call("e1", priority="emergency")
    house.call("e2", priority="emergency")
    out = house.call("e3", priority="emergency")
    assert [each.name for each in only(out, Alarm)] == ["strict_lane_full"]
    assert served(house, 4) == ["e1", "e2", "normal", "e3"]


def test_a_changed_priority_acts_at_once_and_keeps_entry_and_number() -> None:
    """R25."""
    house = busy_house(wrapup=Wrapup("none"))
    house.call("first")
    house.wait(10)
    house.call("second")
    call = house.group.calls[Ticket("second")]
    before = (call.enqueued_at, call.seq)
    change = CallPriority(
        at=house.at, ticket=Ticket("second"), priority="high", by="sue", reason="complaint"
    )
    house.give(change)
    assert (call.enqueued_at, call.seq) == before
    assert call.v == call.enqueued_at - 90 * SECOND
    assert served(house, 2) == ["second", "first"]


def test_overtakes_stay_within_the_bound() -> None:
    """I6: who overtakes arrived within the spread of the head starts."""
    dice = random.Random(5)  # noqa: S311 - not for secrets
    house = busy_house(wrapup=Wrapup("none"))
    entered: dict[str, int] = {}
    heads = {"normal": 0, "high": 90, "2": -90, "9": 120}
    for n in range(120):
        house.wait(dice.choice([0, 1, 5]))
        entered[f"t{n}"] = house.at
        house.call(f"t{n}", priority=dice.choice(list(heads)))
    order = served(house, 120)
    spread = (max(heads.values()) - min(heads.values())) * SECOND
    for place, ticket in enumerate(order):
        for before in order[:place]:
            assert entered[before] < entered[ticket] + spread or before == ticket


def test_steps_are_absolute_ages_also_after_misses() -> None:
    """R23: a step at 90 s fires at 90 s, whatever happened in between."""
    steps = (Step(90 * SECOND, drop=("cards",)),)
    rule = queue(need={"cards": Span(50)}, steps=steps, nobody=PATIENT)
    house = House(rule, agents=[card("ada", 1, cards=90), card("bob", 2)])
    house.call("t1")
    house.fails("ada")
    house.wait(10)
    house.fails("ada")
    assert house.state("ada") == "not_responding"
    house.wait(79.9)
    assert house.ringing() == {}
    house.wait(0.1)
    assert house.ringing() == {"bob": "t1"}


def test_also_opens_another_queue_for_the_same_caller() -> None:
    rule = queue("a", teams={}, steps=(Step(5 * SECOND, also=("q",)),), nobody=PATIENT)
    house = House(rule, queue(), agents=[ADA])
    house.call("t1", "a")
    house.wait(4)
    assert house.ringing() == {}
    house.wait(1)
    assert house.ringing() == {"ada": "t1"}


def test_a_caller_waits_for_the_agent_of_before_and_then_joins_the_others() -> None:
    sticky = Sticky(sources=("last_agent",), longest_ns=30 * SECOND)
    bob = card("bob", 2)
    house = House(queue(sticky=sticky, wrapup=Wrapup("none")), agents=[ADA, bob])
    house.call("busy")
    house.answers("ada")
    house.call("t1", wanted=wanted("ada"))
    assert house.ringing() == {}
    house.wait(29)
    assert house.ringing() == {}
    house.wait(1)
    assert house.ringing() == {"bob": "t1"}


def test_the_promise_ends_when_the_agent_goes_away() -> None:
    sticky = Sticky(sources=("last_agent",))
    bob = card("bob", 2)
    house = House(queue(sticky=sticky, wrapup=Wrapup("none")), agents=[ADA, bob])
    house.call("busy")
    house.answers("ada")
    house.call("t1", wanted=wanted("ada"))
    house.agent("ada", "set_break", reason="break")
    house.agent("ada", "call_ended")
    assert house.ringing() == {"bob": "t1"}


def test_if_free_takes_the_agent_of_before_only_when_free() -> None:
    sticky = Sticky(sources=("last_agent",), mode="if_free")
    house = House(queue(sticky=sticky), agents=[ADA, card("bob", 2)])
    house.call("t1", wanted=wanted("bob"))
    assert house.ringing() == {"bob": "t1"}
    house.call("t2", wanted=wanted("bob"))
    assert house.ringing() == {"bob": "t1", "ada": "t2"}


def two_free() -> House:
    """Ada and Bob serve q, and Eve serves another queue; all are free."""
    sticky = Sticky(sources=("ticket_owner", "account_owner", "last_agent"))
    agents = [ADA, card("bob", 2), card("eve", 3, "other")]
    return House(queue(sticky=sticky), queue("r", teams={"other": Member()}), agents=agents)


def test_an_owner_who_serves_other_queues_is_passed_over_for_the_next_one() -> None:
    house = two_free()
    house.call("t1", wanted=wanted("eve", "bob", source="ticket_owner"))
    assert house.ringing() == {"bob": "t1"}


@pytest.mark.parametrize("source", ["ticket_owner", "account_owner"])
def test_owners_who_all_serve_other_queues_leave_the_call_to_everybody(source: str) -> None:
    house = two_free()
    house.call("t1", wanted=wanted("eve", "nobody", source=source))
    assert house.ringing() == {"ada": "t1"}


def test_an_owner_who_is_away_leaves_the_call_to_the_next_source() -> None:
    house = two_free()
    house.agent("ada", "set_break", reason="break")
    both = wanted("ada", source="ticket_owner") + wanted("bob")
    (offered,) = only(house.call("t1", wanted=both), Offered)
    assert (offered.agent, offered.sticky) == ("bob", "last_agent")


def test_whoever_the_caller_was_not_kept_for_is_offered_him_without_a_source() -> None:
    (offered,) = only(two_free().call("t1"), Offered)
    assert (offered.agent, offered.sticky) == ("ada", "")


def test_a_place_is_taken_over_and_only_once() -> None:
    """R19: places are kept by ticket, never by number."""
    house = busy_house(wrapup=Wrapup("none"))
    house.call("t1")
    house.wait(5)
    house.call("t2")
    house.wait(5)
    house.call("t3", keep_from=Ticket("t1"))
    assert [*house.group.calls] == ["t2", "t3"]
    house.call("t4", keep_from=Ticket("t1"))
    assert served(house, 3) == ["t3", "t2", "t4"]


def test_a_transferred_caller_comes_back_to_the_old_place() -> None:
    house = House(queue(wrapup=Wrapup("none"), nobody=PATIENT), agents=[ADA])
    house.call("t1")
    house.answers("ada")
    house.call("t2")
    house.wait(60)
    house.agent("ada", "set_break", reason="break")
    house.agent("ada", "call_ended")
    house.call("t3", keep_from=Ticket("t1"))
    assert served(house, 2) == ["t3", "t2"]


def test_positions_equal_a_count_of_those_before() -> None:
    """R9."""
    house = busy_house()
    for n in range(20):
        house.call(f"t{n}", priority=str(n * 7 % 11))
        house.wait(20)
    for ticket, call in house.group.calls.items():
        before = sum(
            (other.lane, other.v, other.seq) < (call.lane, call.v, call.seq)
            for other in house.group.calls.values()
        )
        told = only(house.give(NewsAsked(at=house.at, ticket=ticket)), Told)
        assert [each.position for each in told] == [before + 1]
        assert place_in(call) == before


def test_nothing_is_said_of_a_caller_who_is_gone() -> None:
    house = busy_house()
    assert house.give(NewsAsked(at=house.at, ticket=Ticket("x"))) == []
    assert house.gone("x") == []


def test_an_unknown_queue_is_refused() -> None:
    house = busy_house()
    assert [each.end for each in only(house.call("t1", "nowhere"), WaitOver)] == ["nobody"]


def test_a_caller_can_count_as_waiting_since_earlier_but_never_since_later() -> None:
    house = busy_house(wrapup=Wrapup("none"))
    house.call("t1")
    house.call("t2", enqueued_at=house.at - 60 * SECOND)
    house.call("t3", enqueued_at=house.at + 60 * SECOND)
    assert served(house, 3) == ["t2", "t1", "t3"]


def test_somebody_who_waits_since_long_ago_comes_before_those_who_came_later() -> None:
    house = House(queue(), agents=[card("a", 1)])
    house.call("busy")
    house.wait(100)
    house.call("t1")
    house.call("t2", enqueued_at=house.at - 60 * SECOND)
    house.call("t3", enqueued_at=house.at + 60 * SECOND)
    calls = house.group.calls
    assert [key[3].ticket for key in house.group.queues["q"].order][-3:] == ["t2", "t1", "t3"]
    assert calls[Ticket("t2")].enqueued_at == house.at - 60 * SECOND
    assert calls[Ticket("t3")].enqueued_at == house.at
