"""Which free agent is taken, and how ties end."""

from __future__ import annotations

import pytest

from ivr.acd.settings import SECOND, Member, Span, Wrapup
from ivr.acd.strategies import STRATEGIES
from tests.acd.house import House, card, queue
from tests.acd.oracle import chosen

AT_ONCE = Wrapup("none")


def serve(house: House, name: str) -> str:
    """Who gets this caller; the call takes 10 s."""
    house.call(name)
    (agent,) = house.ringing()
    house.answers(agent)
    house.wait(10)
    house.agent(agent, "call_ended")
    return agent


def served(strategy: str, calls: int, *agents: object, **rule: object) -> list[str]:
    """Who gets one caller after the other."""
    cards = agents or tuple(card(name, n) for n, name in enumerate(("ada", "bob", "eve")))
    house = House(queue(strategy=strategy, wrapup=AT_ONCE, **rule), agents=cards)  # type: ignore[arg-type]
    return [serve(house, f"t{n}") for n in range(calls)]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("longest_idle", ["ada", "bob", "eve", "ada"]),
        ("ordered", ["ada", "ada", "ada", "ada"]),
        ("round_robin", ["ada", "bob", "eve", "ada"]),
        ("fewest_calls", ["ada", "bob", "eve", "ada"]),
        ("least_talk", ["ada", "bob", "eve", "ada"]),
        ("least_occupied", ["ada", "bob", "eve", "ada"]),
        ("ring_progressive", ["ada", "bob", "eve", "ada"]),
    ],
)
def test_the_order_of_agents(strategy: str, expected: list[str]) -> None:
    assert served(strategy, 4) == expected


def test_the_best_and_the_least_skilled() -> None:
    cards = (card("ada", 1, cards=60), card("bob", 2, cards=90), card("eve", 3, cards=60))
    need = {"cards": Span(50)}
    assert served("best_skill", 2, *cards, need=need) == ["bob", "bob"]
    assert served("least_skilled", 3, *cards, need=need) == ["ada", "eve", "ada"]


EXPRESSED = (card("ada", 1, cards=60), card("bob", 2, cards=90), card("eve", 3, cards=60))


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (("-agent.skills.cards",), ["bob", "bob", "bob", "bob"]),
        (("agent.calls", "-agent.skills.cards"), ["bob", "ada", "eve", "bob"]),
        (("agent.talk_s / 100 - agent.skills.cards",), ["bob", "bob", "bob", "bob"]),
        (("agent.talk_s * 5 - agent.skills.cards",), ["bob", "ada", "eve", "bob"]),
        (("-agent.idle_s",), ["ada", "bob", "eve", "ada"]),
        (("agent.skills.nothing",), ["ada", "ada", "ada", "ada"]),
        (("-agent.number",), ["eve", "eve", "eve", "eve"]),
        (("agent.occupied_s", "agent.tier"), ["ada", "bob", "eve", "ada"]),
    ],
)
def test_agents_are_compared_by_what_is_written(rank: tuple[str, ...], expected: list[str]) -> None:
    assert served("expression", 4, *EXPRESSED, rank=rank) == expected


def test_what_is_written_may_hang_on_the_caller() -> None:
    wise = "-agent.skills.cards if call.priority == '10' else agent.skills.cards - agent.number"
    house = House(queue(strategy="expression", rank=(wise,), wrapup=AT_ONCE), agents=EXPRESSED)
    house.call("plain")
    house.call("important", priority="10")
    assert house.ringing() == {"eve": "plain", "bob": "important"}


def test_an_agent_for_whom_it_cannot_be_worked_out_comes_last() -> None:
    rank = ("100 / (agent.skills.cards - 60)",)
    assert served("expression", 2, *EXPRESSED, rank=rank) == ["bob", "bob"]
    cards = (card("ada", 1, cards=60), card("eve", 3, cards=60))
    assert served("expression", 2, *cards, rank=rank) == ["ada", "ada"]


def test_random_draws_are_the_same_each_time_and_reach_everybody() -> None:
    drawn = served("random", 30)
    assert drawn == served("random", 30)
    assert set(drawn) == {"ada", "bob", "eve"}


def test_a_team_without_weight_is_not_drawn() -> None:
    cards = (card("ada", 1, "t"), card("bob", 2, "u"))
    teams = {"t": Member(weight=0), "u": Member(weight=3)}
    assert set(served("weighted_random", 20, *cards, teams=teams)) == {"bob"}


def test_round_robin_turns_through_1001_agents_with_a_cursor_for_each_queue() -> None:
    """R11."""
    cards = [card(f"a{n}", n) for n in range(1_001)]
    house = House(
        queue("q", strategy="round_robin", wrapup=AT_ONCE),
        queue("r", strategy="round_robin", wrapup=AT_ONCE),
        agents=cards,
    )
    taken = []
    for n in range(1_001):
        house.call(f"t{n}")
        (agent,) = house.ringing()
        taken.append(agent)
        house.gone(f"t{n}")
    assert taken == [each.agent for each in cards]
    house.call("other", "r")
    assert [*house.ringing()] == ["a0"]


def test_thirty_idle_days_do_not_beat_a_lower_tier() -> None:
    """R11."""
    teams = {"t": Member(1), "u": Member(2)}
    house = House(queue(teams=teams), agents=[card("old", 1, "u"), card("new", 2, "t")], here=False)
    house.agent("old", "login")
    house.wait(30 * 86_400)
    house.agent("new", "login")
    house.call("t1")
    assert [*house.ringing()] == ["new"]
    house.call("t2")
    assert house.ringing() == {"new": "t1", "old": "t2"}


def test_counts_begin_anew_with_the_day() -> None:
    house = House(queue(strategy="fewest_calls", wrapup=AT_ONCE), agents=[card("ada", 1)])
    serve(house, "t1")
    serve(house, "t2")
    agent = house.group.agents[house.cards[0].agent]
    assert agent.tally["q"] == (2, 20 * SECOND)
    house.wait(86_400)
    serve(house, "t3")
    assert agent.tally["q"] == (1, 10 * SECOND)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_equal_keys_are_ended_by_the_number(strategy: str) -> None:
    """I4: storage order never decides."""
    cards = [card("z", 1), card("a", 2)]
    house = House(queue(strategy=strategy), agents=cards, here=False)
    for each in reversed(cards):
        house.agent(each.agent, "login")
    house.agent("z", "set_break", reason="break")
    house.agent("a", "set_break", reason="break")
    house.agent("a", "set_available")
    house.agent("z", "set_available")
    house.call("t1")
    ringing = [*house.ringing()]
    call = next(iter(house.group.calls.values()))
    house.gone("t1")
    call.end = None
    call.attempts = 0
    assert (
        ringing == [agent.name for agent in chosen(house.group, call)] or strategy == "round_robin"
    )
    if "random" not in strategy:
        assert ringing[0] == "z"
