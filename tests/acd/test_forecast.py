"""What the machine learns from waits, and what it lets callers hear."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd import forecast
from ivr.acd.group import Group, decide, restore
from ivr.acd.settings import SECOND, Misses, Nobody, Wrapup
from ivr.acd.words import NewsAsked, Row, RulesChanged, Told
from ivr.domain.queue import Ticket, WaitEnd
from tests.acd.house import House, card, only, queue

if TYPE_CHECKING:
    from ivr.acd.settings import Queue

PATIENT = Nobody(join=(), leave=())


def a_house(*queues: Queue, agents: int = 5) -> House:
    """Agents who wrap nothing up and miss nothing."""
    mine = [
        replace(each, wrapup=Wrapup("none"), nobody=PATIENT, longest_ns=100_000 * SECOND)
        for each in queues or (queue(),)
    ]
    people = [card(f"a{number}", number) for number in range(agents)]
    return House(*mine, agents=people, misses=Misses(most_per_minute=1_000))


def news(house: House, ticket: str, *, cut: bool = False) -> Told:
    """What a caller is told now."""
    [told] = only(house.give(NewsAsked(at=house.at, ticket=Ticket(ticket), cut=cut)), Told)
    return told


def answer_all(house: House) -> None:
    """Whoever is rung up answers."""
    for offer in list(house.group.offers.values()):
        house.answers(offer.agent.name)


def a_day(house: House, calls: int, patience_s: float = 300.0) -> None:
    """Callers come, are served or lose their patience; agents talk for about three minutes."""
    dice = random.Random(5)  # noqa: S311 - not for secrets
    ends: dict[str, float] = {}
    leaves: dict[str, float] = {}
    for number in range(calls):
        house.wait(dice.expovariate(1 / 32))
        now = house.at / SECOND
        for name, agent in house.group.agents.items():
            if agent.state == "talking" and ends.setdefault(name, 0.0) <= now:
                house.agent(name, "call_ended")
        for ticket in [one for one in house.group.calls if leaves.get(one, now + 1) <= now]:
            house.gone(ticket)
        leaves[f"t{number}"] = now + dice.expovariate(1 / patience_s)
        house.call(f"t{number}")
        for offer in list(house.group.offers.values()):
            ends[offer.agent.name] = now + dice.expovariate(1 / 180)
            house.answers(offer.agent.name)


def busy_house(waiting: int, **settings: object) -> House:
    """Everybody talks, and some callers wait."""
    house = a_house(queue(**settings), agents=2)  # type: ignore[arg-type]
    for number in range(2):
        house.call(f"first{number}")
    answer_all(house)
    for number in range(waiting):
        house.call(f"t{number}")
    return house


def test_callers_are_told_a_time_once_two_hundred_waits_have_shown_that_it_is_right() -> None:
    house = a_house()
    a_day(house, 100)
    house.call("x")
    assert house.group.calls, "nobody waits"
    ticket = next(iter(house.group.calls))
    assert news(house, ticket).estimate_min is None
    a_day(house, 2_000)
    outlook = house.group.queues["q"].outlook
    assert outlook.estimator.coverage == pytest.approx(0.8, abs=0.05)
    for _ in range(10):
        house.call(f"y{house.at}-{len(house.group.calls)}")
    assert news(house, list(house.group.calls)[-1]).estimate_min in range(1, 31)


def test_a_told_place_never_rises_and_is_told_again_after_two_minutes() -> None:
    house = busy_house(3)
    assert news(house, "t2").position == 3
    house.wait(30)
    assert news(house, "t2").position is None, "the same, and so soon"
    house.call("vip", priority="9")
    house.wait(120)
    assert news(house, "t2").position is None, "another one is before"
    house.gone("vip")
    assert news(house, "t2").position == 3
    house.gone("t0")
    assert news(house, "t2").position == 2


def test_what_was_cut_off_is_told_again() -> None:
    house = busy_house(2)
    assert news(house, "t1").position == 2
    house.wait(30)
    assert news(house, "t1", cut=True).position == 2
    house.wait(30)
    assert news(house, "t1").position is None


def test_behind_the_limit_no_number_is_told() -> None:
    house = busy_house(6, told_limit=3)
    assert [news(house, f"t{n}").position for n in range(6)] == [1, 2, 3, None, None, None]
    house.wait(130)
    assert [news(house, f"t{n}").more_than for n in range(6)] == [None, None, None, 3, 3, 3]


def test_what_a_caller_was_told_holds_over_a_restart() -> None:
    house = busy_house(2)
    told = house.give(NewsAsked(at=house.at, ticket=Ticket("t1")))
    rows = {(row.kind, row.key): row for row in only(told, Row)}
    assert rows["waiting", "t1"].columns["told"] == [[2, house.at / SECOND], None]
    again = Group("g", 2)
    restore(again, house.rules, house.cards, list(rows.values()))
    soon = NewsAsked(at=house.at + 60 * SECOND, ticket=Ticket("t1"))
    assert [each.position for each in only(decide(again, soon), Told)] == [1]
    later = NewsAsked(at=house.at + 90 * SECOND, ticket=Ticket("t1"))
    assert [each.position for each in only(decide(again, later), Told)] == [None]


def test_who_gave_up_is_an_outcome_when_an_agent_has_nobody_to_serve() -> None:
    house = busy_house(1)
    outlook = house.group.queues["q"].outlook
    house.wait(10)
    house.gone("t0")
    assert (len(outlook.gone), outlook.estimator.outcomes) == (1, 0)
    house.wait(20)
    house.agent("a0", "call_ended")
    assert (len(outlook.gone), outlook.estimator.outcomes) == (0, 1)
    assert house.group.gave_up == {}


@pytest.mark.parametrize("end", [WaitEnd.KEY, WaitEnd.CALLBACK, WaitEnd.SYSTEM_LOST])
def test_other_ends_teach_nothing(end: WaitEnd) -> None:
    house = busy_house(1)
    house.gone("t0", end)
    house.agent("a0", "call_ended")
    assert house.group.queues["q"].outlook.estimator.outcomes == 0


def test_agents_of_two_queues_count_for_each_by_the_time_they_give_it() -> None:
    house = a_house(queue("q"), queue("b"), agents=4)
    group = house.group
    queues = group.queues
    assert forecast.of_queue(queues["q"], house.at).quantile_s == 0
    for number in range(4):
        house.call(f"t{number}", "q")
    answer_all(house)
    assert forecast.of_queue(queues["q"], house.at).quantile_s == pytest.approx(144, rel=0.01)
    house.wait(1_000)
    for number in range(4):
        house.agent(f"a{number}", "call_ended")
        house.call(f"u{number}", "q")
        answer_all(house)
    mine = forecast.of_queue(queues["q"], house.at).quantile_s
    other = forecast.of_queue(queues["b"], house.at).quantile_s
    assert mine is not None
    assert other is not None
    assert other > 5 * mine


def test_the_next_caller_does_not_wait_while_somebody_is_free_and_nobody_before() -> None:
    house = a_house(queue("q"), agents=2)
    line = house.group.queues["q"]
    assert forecast.of_queue(line, house.at).quantile_s == 0
    house.agent("a0", "set_break", reason="break")
    house.agent("a1", "set_break", reason="break")
    assert forecast.of_queue(line, house.at).quantile_s is None


def test_many_agents_who_leave_at_once_silence_the_estimate_for_a_minute() -> None:
    house = a_house()
    a_day(house, 2_000)
    for _ in range(12):
        house.call(f"y{len(house.group.calls)}")
    names = list(house.group.calls)
    house.wait(61)
    assert forecast.of_queue(house.group.queues["q"], house.at).tellable
    for name in ("a0", "a1"):
        agent = house.group.agents[house.cards[int(name[1])].agent]
        if agent.state != "talking":
            pytest.skip("somebody is free")
        house.agent(name, "set_break", reason="break")
        house.agent(name, "call_ended")
    assert news(house, names[-1]).estimate_min is None
    house.wait(61)
    assert forecast.of_queue(house.group.queues["q"], house.at).tellable


def test_new_rules_keep_what_was_learned() -> None:
    house = a_house()
    a_day(house, 300)
    queue_now = house.group.queues["q"]
    before = (queue_now.outlook.estimator.outcomes, queue_now.on_duty)
    given = house.group.agents[house.cards[0].agent].profile.given
    rules = replace(house.rules, queues={"q": replace(house.rules.queues["q"], ring_ns=SECOND)})
    house.give(RulesChanged(at=house.at, rules=rules, agents=house.cards))
    assert (queue_now.outlook.estimator.outcomes, queue_now.on_duty) == before
    assert house.group.agents[house.cards[0].agent].profile.given is given
