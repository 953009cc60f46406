"""How waits end without an agent: full, timeout, nobody there, overflow."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import pytest

from ivr.acd.leaving import is_empty
from ivr.acd.settings import SECOND, Member, Nobody, Overflow
from ivr.acd.state import STATES
from ivr.acd.words import CallbackDeclined, OfferCallback, WaitOver
from ivr.domain.queue import Ticket
from tests.acd.house import House, card, only, queue
from tests.acd.test_agents import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.words import Command


PATIENT = Nobody(join=(), leave=())
WORDS = ("offline", "break", "not_responding", "talking", "ringing", "wrapup")
MEANS = {
    "talking": {"talking", "holding", "consulting", "dialing", "direct"},
    "ringing": {"reserved", "ringing"},
}
SUBSETS = list(chain.from_iterable(combinations(WORDS, n) for n in range(len(WORDS) + 1)))


def ends(out: Iterable[object]) -> list[tuple[str, str, str]]:
    """(end, exit, target) of the waits that are over."""
    return [(each.end.value, each.exit, each.target) for each in only(out, WaitOver)]


@pytest.mark.parametrize("state", STATES)
def test_every_set_of_words_with_an_agent_in_every_state(state: str) -> None:
    """acd-cti.md 3.3: the truth table, one agent in this state and one on a break."""
    house = House(queue(nobody=PATIENT), agents=[card("ada", 1)])
    for each in PATHS[state]:
        if each == "call":
            house.call("t1")
        elif each in {"rings", "answers"}:
            getattr(house, each)("ada")
        else:
            house.agent("ada", each, reason="break")
    house.call("t2")
    demand = next(iter(house.group.queues["q"].demands.values()))
    actual = house.state("ada")
    for words in SUBSETS:
        away = set().union(*(MEANS.get(word, {word}) for word in words))
        assert is_empty(house.group, demand, words, 0) == (actual in away), words


def test_nobody_at_all_is_empty_whatever_the_words() -> None:
    house = House(queue(nobody=PATIENT), agents=[card("eve", 1, "elsewhere")])
    house.call("t1")
    demand = next(iter(house.group.queues["q"].demands.values()))
    assert all(is_empty(house.group, demand, words, 0) for words in SUBSETS)


def test_the_word_tier_leaves_out_who_is_above_the_limit() -> None:
    house = House(queue(teams={"t": Member(2)}, nobody=PATIENT), agents=[card("ada", 1)])
    house.call("t1")
    demand = next(iter(house.group.queues["q"].demands.values()))
    assert is_empty(house.group, demand, ("tier",), 1)
    assert not is_empty(house.group, demand, ("tier",), 2)


def test_nobody_at_entry_leaves_at_once() -> None:
    house = House(queue(), agents=[card("ada", 1)], here=False)
    assert ends(house.call("t1")) == [("nobody", "nobody", "")]


def test_who_waits_leaves_after_the_grace_if_nobody_has_come_back() -> None:
    house = House(queue(), agents=[card("ada", 1), card("bob", 2)])
    house.call("busy")
    house.answers("ada")
    house.call("busy2")
    house.answers("bob")
    house.call("t1")
    house.agent("ada", "logout")
    house.agent("ada", "call_ended")
    house.wait(31)
    house.agent("bob", "logout")
    house.agent("bob", "call_ended")
    house.agent("bob", "logout")
    assert house.states() == "ada:offline bob:offline"
    assert ends(house.wait(59)) == []
    house.agent("ada", "login", to="break", reason="break")
    assert ends(house.wait(59)) == []
    house.agent("ada", "logout")
    assert ends(house.wait(60)) == [("nobody", "nobody", "")]


def test_a_full_queue_takes_nobody() -> None:
    house = House(queue(max_waiting=1, nobody=PATIENT), agents=[card("ada", 1)], here=False)
    house.call("t1")
    assert ends(house.call("t2")) == [("full", "full", "")]


def test_the_shorter_of_the_two_longest_waits_counts() -> None:
    house = House(
        queue(longest_ns=60 * SECOND, nobody=PATIENT), agents=[card("ada", 1)], here=False
    )
    house.call("t1", longest_ns=20 * SECOND)
    house.call("t2", longest_ns=900 * SECOND)
    assert [each.ticket for each in only(house.wait(20), WaitOver)] == ["t1"]
    assert ends(house.wait(40)) == [("timeout", "timeout", "")]


def test_a_rule_of_length_alone_turns_away_who_joins_and_nobody_else() -> None:
    rule = Overflow(waiting=2, exit="full")
    house = House(queue(overflow=(rule,), nobody=PATIENT), agents=[card("ada", 1)], here=False)
    house.call("t1")
    house.call("t2")
    assert ends(house.call("t3")) == [("full", "full", "")]
    assert [*house.group.calls] == ["t1", "t2"]


def test_a_rule_of_time_acts_at_its_time_and_needs_all_its_conditions() -> None:
    rules = (
        Overflow(waited_ns=10 * SECOND, free_in="b", queue="b"),
        Overflow(waited_ns=30 * SECOND, exit="timeout"),
    )
    house = House(
        queue(overflow=rules, nobody=PATIENT),
        queue("b", teams={"u": Member()}, nobody=PATIENT),
        agents=[card("bob", 1, "u"), card("ada", 2)],
        here=False,
    )
    house.call("t1")
    assert ends(house.wait(29)) == []
    assert ends(house.wait(1)) == [("timeout", "timeout", "")]


def test_a_long_estimate_makes_a_caller_overflow() -> None:
    """An agent who takes 180 s: the first who waits is likely served within 290 s, not the next."""
    rule = Overflow(estimate_ns=300 * SECOND, queue="b")
    house = House(
        queue(overflow=(rule,), nobody=PATIENT), queue("b", teams={}), agents=[card("ada", 1)]
    )
    house.call("t1")
    assert ends(house.call("t2")) == []
    assert ends(house.call("t3")) == [("overflow", "", "b")]


def test_without_anybody_there_is_no_estimate_and_no_overflow_by_it() -> None:
    rule = Overflow(estimate_ns=SECOND, queue="b")
    house = House(
        queue(overflow=(rule,), nobody=PATIENT), queue("b"), agents=[card("ada", 1)], here=False
    )
    assert ends(house.call("t1")) == []


# the ways of overflow


def over(out: Iterable[object]) -> list[tuple[str, tuple[str, ...]]]:
    """(end, ways) of the waits that are over."""
    return [(each.end.value, each.ways) for each in only(out, WaitOver)]


def asked(out: Iterable[object]) -> list[tuple[str, str]]:
    """(ticket, queue) of those who are asked whether they want to be called back."""
    return [(each.ticket, each.queue) for each in only(out, OfferCallback)]


def quiet(*rules: Overflow) -> House:
    """A queue with these ways out and an agent who is not there."""
    return House(queue(overflow=rules, nobody=PATIENT), agents=[card("ada", 1)], here=False)


def test_a_caller_is_sent_on_with_every_way_that_is_open_in_order() -> None:
    late: dict[str, Any] = {"waited_ns": 10 * SECOND}
    house = quiet(
        Overflow(waited_ns=20 * SECOND, flow="later"),
        Overflow(**late, number="branch"),
        Overflow(**late, queue="b"),
        Overflow(**late, flow="message"),
        Overflow(**late, exit="nobody"),
    )
    house.call("t1")
    ways = ("number:branch", "queue:b", "flow:message", "exit:nobody")
    assert over(house.wait(10)) == [("overflow", ways)]


def test_who_is_turned_away_at_the_door_leaves_as_full_if_no_way_leads_anywhere() -> None:
    house = quiet(Overflow(waiting=1, flow="message"))
    house.call("t1")
    assert over(house.call("t2")) == [("overflow", ("flow:message", "exit:full"))]


def test_a_callback_is_offered_once_while_the_caller_waits_on() -> None:
    house = quiet(Overflow(waited_ns=10 * SECOND, callback="b"))
    house.call("t1")
    out = house.wait(10)
    assert (asked(out), over(out)) == ([("t1", "b")], [])
    assert asked(house.wait(300)) == []
    house.agent("ada", "login")
    assert house.ringing() == {"ada": "t1"}


def test_while_a_caller_thinks_about_it_no_other_way_counts() -> None:
    both: dict[str, Any] = {"waited_ns": 10 * SECOND}
    house = quiet(Overflow(**both, callback="q"), Overflow(**both, flow="message"))
    house.call("t1")
    assert over(house.wait(69.9)) == []
    assert over(house.wait(0.1)) == [("overflow", ("flow:message",))]


def test_who_declines_goes_by_the_next_way_at_once() -> None:
    both: dict[str, Any] = {"waited_ns": 10 * SECOND}
    house = quiet(Overflow(**both, callback="q"), Overflow(**both, number="branch"))
    house.call("t1")
    house.wait(11)
    assert over(declines(house, "t1")) == [("overflow", ("number:branch",))]
    assert over(declines(house, "t1")) == []


def test_who_was_asked_at_the_door_and_declines_is_turned_away_there() -> None:
    house = quiet(Overflow(waiting=1, callback="q"), Overflow(waiting=1, exit="full"))
    house.call("t1")
    assert asked(house.call("t2")) == [("t2", "q")]
    house.wait(5)
    assert [each.exit for each in only(declines(house, "t2"), WaitOver)] == ["full"]


def test_who_declines_where_no_other_way_is_written_waits_on_and_leaves_once() -> None:
    house = quiet(Overflow(waiting=1, callback="q"))
    house.call("t1")
    house.call("t2")
    assert over(declines(house, "t2")) == []
    assert [*house.group.calls] == ["t1", "t2"]


def test_an_agent_who_becomes_free_gets_a_caller_who_thinks_about_a_callback() -> None:
    house = quiet(Overflow(waited_ns=10 * SECOND, callback="q"))
    house.call("t1")
    house.wait(11)
    house.agent("ada", "login")
    assert house.ringing() == {"ada": "t1"}
    assert over(declines(house, "t1")) == []
    assert house.ringing() == {"ada": "t1"}


def test_a_call_without_anybody_on_the_line_only_goes_to_queues_and_exits() -> None:
    late: dict[str, Any] = {"waited_ns": 10 * SECOND}
    house = quiet(
        Overflow(**late, flow="message"),
        Overflow(**late, number="branch"),
        Overflow(**late, callback="q"),
        Overflow(**late, queue="b"),
    )
    house.call("t1", agent_first=True)
    assert over(house.wait(10)) == [("overflow", ("queue:b",))]


def test_who_has_waited_long_leaves_as_the_queue_reaches_the_number() -> None:
    """The metric `waiting` changes: nobody waits for the next step of his own."""
    house = quiet(Overflow(waited_ns=10 * SECOND, waiting=2, flow="message"))
    house.call("t1")
    house.wait(20)
    assert over(house.call("t2")) == []
    out = house.call("t3")
    assert [each.ticket for each in only(out, WaitOver)] == ["t1"]


def test_who_must_wait_long_leaves_as_agents_go() -> None:
    """The metric `estimate` changes: an agent's half of the work falls to the other."""
    rule = Overflow(estimate_ns=300 * SECOND, flow="message")
    cards = [card("ada", 1), card("bob", 2)]
    house = House(queue(overflow=(rule,), nobody=PATIENT), agents=cards)
    for name in ("t1", "t2", "t3", "t4"):
        assert over(house.call(name)) == []
    for name in ("ada", "bob"):
        house.rings(name)
        house.answers(name)
    house.agent("ada", "logout")
    assert over(house.wait(180)) == []
    house.agent("ada", "call_ended")
    out = house.agent("ada", "wrapup_done")
    assert over(out) == [("overflow", ("flow:message",))]
    assert [each.ticket for each in only(out, WaitOver)] == ["t4"]


def declines(house: House, name: str) -> list[Command]:
    """The caller does not want to be called back."""
    return house.give(CallbackDeclined(at=house.at, ticket=Ticket(name)))
