"""How waits end without an agent: full, timeout, nobody there, overflow."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

import pytest

from ivr.acd.leaving import is_empty
from ivr.acd.settings import SECOND, Member, Nobody, Overflow
from ivr.acd.state import STATES
from ivr.acd.words import WaitOver
from tests.acd.house import House, card, only, queue
from tests.acd.test_agents import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterable


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
