"""The whole queue machine: random days against a slow oracle, replay, and restart from its rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd import matching
from ivr.acd.callers.first import best_call
from ivr.acd.classes import stand
from ivr.acd.group import Group, decide, restore
from ivr.acd.settings import SECOND, Member, Nobody, Overflow, Span
from ivr.acd.strategies import pick
from ivr.acd.words import (
    AgentChanged,
    Alarm,
    Decided,
    OfferAnswered,
    OfferCallback,
    Offered,
    Row,
    RulesChanged,
    Settled,
    Tick,
    WaitOver,
)
from tests.acd import oracle
from tests.acd.house import House, card, only, queue
from tests.acd.walk import Walk, check_repeated, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.acd.state import Agent, Call, Key

STEPS, LONG = 100, 1_500
PATIENT = Nobody(join=(), leave=("offline",))


@pytest.mark.unmeasured
@pytest.mark.parametrize("first", range(0, 1_000, 100))
def test_random_days_agree_with_the_oracle(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """I1 I2 I3 I4 I5 I7 I9, R5, R6, R16: 100,000 steps in all, each looked at."""
    watch(monkeypatch)
    for seed in range(first, first + 100):
        walk = Walk(seed, agents=4 + seed % 4, queues=2 + seed % 3)
        for _ in range(STEPS):
            walk.step()
            oracle.check_rest(walk.house.group)


@pytest.mark.unmeasured
def test_random_days_on_which_queues_send_callers_on_agree_with_the_oracle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch(monkeypatch)
    ways: Counter[str] = Counter()
    for seed in range(40):
        walk = Walk(seed, ways=True)
        for _ in range(STEPS):
            walk.step()
            oracle.check_rest(walk.house.group)
            over = only(walk.house.out, WaitOver)
            ways.update(way for each in over for way in each.ways)
            ways["callback"] += len(only(walk.house.out, OfferCallback))
        check_repeated(walk, 20)
    assert {"number:branch", "flow:message", "callback"} <= ways.keys()


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_long_day_agrees_with_the_oracle(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)
    walk = Walk(seed)
    for _ in range(LONG):
        walk.step()
        oracle.check_rest(walk.house.group)


def last_call(group: Group, agent: Agent) -> tuple[tuple[int, int, int], list[Key], Call] | None:
    """Wrong on purpose: the youngest head of all."""
    found = best_call(group, agent)
    if found is None:
        return None
    last = max(found[1])
    return last[:3], found[1], last[3]


def any_agent(group: Group, call: Call) -> list[Agent]:
    """Wrong on purpose: the strategy's choice, but of the highest number."""
    found = pick(group, call)
    same = [each for each in group.agents.values() if found and each.profile is found[0].profile]
    return [each for each in same if each.stamp][-1:] or found


def unsure_place(group: Group, call: Call) -> None:
    """Wrong on purpose: who comes back stands behind those who came at the same moment."""
    call.seq += 1_000 * (call.attempts > 0)
    stand(group, call)


@pytest.mark.parametrize(
    ("where", "name", "damage"),
    [
        (matching, "best_call", last_call),
        (matching, "pick", any_agent),
        (matching, "stand", unsure_place),
        (matching, "_serve_freed", lambda group, *, alone: group.freed.clear()),
    ],
)
def test_planted_damage_is_found(
    where: object, name: str, damage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(monkeypatch)
    monkeypatch.setattr(where, name, damage)

    def days() -> None:
        for seed in range(40):
            walk = Walk(seed)
            for _ in range(80):
                walk.step()
                oracle.check_rest(walk.house.group)

    with pytest.raises((AssertionError, IndexError, ValueError)):
        days()


@pytest.mark.parametrize("seed", range(20, 26))
def test_the_same_events_give_the_same_commands(seed: int) -> None:
    """I11."""
    check_repeated(Walk(seed), 300)


def stored(rows: dict[tuple[str, str], Row], out: Iterable[object]) -> None:
    """Keep rows as a store does."""
    for row in only(out, Row):
        columns = json.loads(json.dumps(row.columns))
        assert columns == row.columns, "not plain JSON"
        rows[row.kind, row.key] = Row(kind=row.kind, key=row.key, columns=columns)


def facts_of(group: Group) -> Mapping[str, object]:
    """What must be the same after a restart."""
    return {
        "agents": {
            name: (each.state, each.version, each.deadline, each.cool_until, each.idle_since)
            for name, each in group.agents.items()
        },
        "order": {
            name: [(key[:3], key[3].ticket, key[3].step) for key in each.order]
            for name, each in group.queues.items()
        },
        "offers": {
            name: (each.agent.name, each.call.ticket, each.state, each.ring.name)
            for name, each in group.offers.items()
        },
    }


@pytest.mark.parametrize("seed", range(30, 50))
def test_a_group_is_the_same_after_a_restart(seed: int) -> None:
    """R22: order, offers, states and deadlines are those of before; nothing is offered anew."""
    walk = Walk(seed)
    walk.dice.random()
    rows: dict[tuple[str, str], Row] = {}
    house = walk.house
    give = house.give

    def keeping(event: object) -> list[object]:
        out = give(event)  # type: ignore[arg-type]
        stored(rows, out)
        return out  # type: ignore[return-value]

    house.give = keeping  # type: ignore[assignment, method-assign]
    walk._rules = lambda: None  # type: ignore[method-assign]
    for _ in range(150):
        walk.step()
    again = Group("g", 2)
    restore(again, house.rules, house.cards, list(rows.values()))
    assert facts_of(again) == facts_of(house.group)
    out = decide(again, Tick(at=house.at))
    assert not only(out, Offered)
    oracle.check_rest_after_restart(again)


def test_ids_of_offers_and_decisions_carry_the_epoch() -> None:
    house = House(queue(), agents=[card("ada", 1)])
    offers = only(house.call("t1"), Offered)
    assert [each.offer for each in offers] == ["o-1-1"]
    assert only(house.out, Decided)[0].record["id"] == "d-1-1"


def test_fifty_answers_at_once_give_one_bridge() -> None:
    """R1, I1."""
    agents = [card(f"a{n:02}", n) for n in range(30)]
    house = House(queue(strategy="ring_all"), agents=agents)
    house.call("t1")
    assert len(house.ringing()) == 30
    offers = [each.name for each in house.group.offers.values()]
    won = []
    for offer in [*offers, *offers]:
        out = house.give(OfferAnswered(at=house.at, offer=offer))
        won += [(each.offer, each.won) for each in only(out, Settled)]
    assert won[0] == (offers[0], True)
    assert {offer for offer, has in won if has} == {offers[0]}
    assert sum(house.state(each.agent) == "talking" for each in agents) == 1
    assert sum(house.state(each.agent) == "available" for each in agents) == 29


def test_a_heavier_queue_without_agents_does_not_block_a_lighter_one() -> None:
    """R5."""
    house = House(
        queue("heavy", need={"rare": Span(90)}, priority="9", nobody=PATIENT),
        queue("light", nobody=PATIENT),
        agents=[card("ada", 1)],
    )
    house.agent("ada", "set_break", reason="break")
    house.call("h", "heavy")
    house.call("l", "light")
    house.agent("ada", "set_available")
    assert house.ringing() == {"ada": "l"}


def test_time_that_goes_back_stands_still() -> None:
    """I10: no key, deadline or duration moves."""
    house = House(queue(), agents=[card("ada", 1)])
    house.call("t1")
    deadline = house.group.agents[house.cards[0].agent].deadline
    decide(house.group, Tick(at=house.at - 300 * SECOND))
    assert house.group.now == house.at
    assert house.group.agents[house.cards[0].agent].deadline == deadline


def test_removed_agents_leave_when_their_call_is_over() -> None:
    house = House(queue(), agents=[card("ada", 1), card("bob", 2)])
    house.call("t1")
    house.answers("ada")
    out = house.give(RulesChanged(at=house.at, rules=house.rules, agents=()))
    assert [each.agent for each in only(out, AgentChanged)] == ["ada", "bob"]
    assert house.state("ada") == "talking"
    house.agent("ada", "call_ended")
    house.wait(31)
    assert house.state("ada") == "offline"


def test_an_unknown_strategy_is_said_and_longest_idle_is_used() -> None:
    house = House(queue(strategy="tallest"), agents=[card("ada", 1), card("bob", 2)], here=False)
    assert [each.name for each in only(house.out, Alarm)] == ["unknown_strategy"]
    house.agent("bob", "login")
    house.wait(1)
    house.agent("ada", "login")
    house.call("t1")
    assert house.ringing() == {"bob": "t1"}


def test_a_queue_that_is_no_longer_configured_keeps_its_callers_until_they_leave() -> None:
    house = House(queue(nobody=PATIENT), queue("other"), agents=[card("ada", 1)])
    house.agent("ada", "set_break", reason="break")
    house.call("t1")
    rules = replace(house.rules, queues={"other": house.rules.queues["other"]})
    house.give(RulesChanged(at=house.at, rules=rules, agents=house.cards))
    house.agent("ada", "set_available")
    assert house.ringing() == {}
    house.wait(61)
    assert not house.group.calls


def test_a_free_agent_elsewhere_takes_over_who_may_overflow() -> None:
    rule = Overflow(waited_ns=10 * SECOND, free_in="b", queue="b")
    house = House(
        queue("a", teams={"x": Member()}, overflow=(rule,), nobody=PATIENT),
        queue("b", teams={"y": Member()}),
        agents=[card("ada", 1, "x"), card("bob", 2, "y")],
    )
    house.agent("ada", "set_break", reason="break")
    house.agent("bob", "set_break", reason="break")
    house.call("t1", "a")
    house.wait(20)
    out = house.agent("bob", "set_available")
    assert [(each.end, each.target) for each in only(out, WaitOver)] == [("overflow", "b")]


def test_the_cost_of_an_agent_event_does_not_grow_with_the_number_of_agents() -> None:
    """R7: counted in looks at agents, not in time: heaps hold a bounded number of entries."""
    agents = [card(f"a{n}", n) for n in range(300)]
    house = House(queue(), agents=agents)
    for n in range(100):
        house.call(f"t{n}")
        house.answers(next(iter(house.ringing())))
    for profile in house.group.by_number:
        for heap in profile.heaps.values():
            assert len(heap.entries) <= 2 * len(profile.idle) + 128
    assert len(house.group.by_bit) == 1


HOUR = 3_600 * SECOND


@pytest.mark.parametrize(
    ("offsets", "hours"),
    [
        (((0, 0),), 24),
        (((0, 3 * HOUR),), 21),
        (((0, -5 * HOUR),), 5),
        (((0, HOUR), (2 * HOUR, 2 * HOUR)), 22),
        (((0, 2 * HOUR), (2 * HOUR, HOUR)), 23),
    ],
    ids=["UTC", "east", "west", "summer time begins", "summer time ends"],
)
def test_counts_of_the_day_begin_anew_at_local_midnight(
    offsets: tuple[tuple[int, int], ...], hours: int
) -> None:
    house = House(queue(nobody=PATIENT), agents=[card("ada", 1)], day_offsets=offsets)
    house.agent("ada", "set_break", reason="break")
    house.call("t1")
    midnight = hours * HOUR if house.at < hours * HOUR else (hours + 24) * HOUR
    house.wait((midnight - house.at) / SECOND - 1)
    house.call("t2")
    assert house.group.queues["q"].counts.offered == 2
    house.wait(1)
    house.call("t3")
    assert house.group.queues["q"].counts.offered == 1


def test_a_restart_on_a_day_that_is_another_one_in_utc_begins_no_day() -> None:
    offsets = ((0, 3 * HOUR),)
    house = House(queue(strategy="fewest_calls"), agents=[card("ada", 1)], day_offsets=offsets)
    house.wait(22 * 3600)
    rows = {(row.kind, row.key): row for row in only(house.agent("ada", "login"), Row)}
    rows |= {(row.kind, row.key): row for row in only(house.call("t1"), Row)}
    rows |= {(row.kind, row.key): row for row in only(house.answers("ada"), Row)}
    again = Group("g", 2)
    restore(again, house.rules, house.cards, list(rows.values()))
    assert again.day == house.group.day == 1
    assert again.agents[house.cards[0].agent].day == again.day
