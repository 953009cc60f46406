"""Which of the waiting callers is first for an agent: keys, offsets, ageing, and shares."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ivr.acd.callers import counting, first
from ivr.acd.callers.first import MANY_CLASSES
from ivr.acd.settings import SECOND, Member, Misses, Nobody, Priority, Sticky, Wrapup
from ivr.acd.shares.share import Share
from ivr.acd.words import Decided
from ivr.domain.agent import AgentId
from tests.acd import oracle
from tests.acd.house import House, card, only, queue, wanted
from tests.acd.walk import Walk, check_repeated, watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.group import Group
    from ivr.acd.settings import Queue
    from ivr.acd.state import Key

PATIENT = Nobody(join=(), leave=())
TIRELESS = Misses(most_per_minute=1_000_000)
SEVENTY = {"t": {"cards": 70, "loans": 30}}


def test_an_offset_makes_callers_younger_for_one_team() -> None:
    house = House(
        queue("q", teams={"t": Member(offset_ns=30 * SECOND)}, nobody=PATIENT),
        queue("r", nobody=PATIENT),
        agents=[card("ada", 1)],
    )
    house.agent("ada", "set_break", reason="break")
    house.call("older", "q")
    house.wait(20)
    house.call("younger", "r")
    house.agent("ada", "set_available")
    assert house.ringing() == {"ada": "younger"}


def test_a_faster_ageing_queue_overtakes_with_time() -> None:
    house = House(
        queue("slow", ageing=0.5, nobody=PATIENT),
        queue("fast", ageing=2.0, nobody=PATIENT),
        agents=[card("ada", 1)],
    )
    house.agent("ada", "set_break", reason="break")
    house.call("s", "slow")
    house.wait(20)
    house.call("f", "fast")
    house.wait(10)
    house.agent("ada", "set_available")
    assert house.ringing() == {"ada": "f"}


def test_an_agent_of_very_many_queues_finds_the_first_caller() -> None:
    count = MANY_CLASSES + 10
    queues = [queue(f"q{n}", nobody=PATIENT) for n in range(count)]
    house = House(*queues, agents=[card("ada", 1)])
    house.agent("ada", "set_break", reason="break")
    for n in reversed(range(count)):
        house.call(f"t{n}", f"q{n}")
        house.wait(0.1)
    house.agent("ada", "set_available")
    assert house.ringing() == {"ada": f"t{count - 1}"}


# shares


def calm(name: str, threshold_s: int = 60, **settings: object) -> Queue:
    """A queue that nobody leaves, without wrap-up."""
    facts = {"nobody": PATIENT, "wrapup": Wrapup("none"), **settings}
    return queue(name, service_level_ns=threshold_s * SECOND, **facts)


def two(*queues: Queue, threshold_s: int = 60) -> House:
    """Cards and loans, and one agent who is on a break."""
    rules = queues or (calm("cards", threshold_s), calm("loans", threshold_s))
    house = House(*rules, agents=[card("ada", 1)], share=SEVENTY, misses=TIRELESS)
    house.agent("ada", "set_break", reason="break")
    return house


def served(house: House, count: int) -> list[str]:
    """The callers in the order in which ada gets them."""
    found = []
    if house.state("ada") == "break":
        house.agent("ada", "set_available")
    for _ in range(count):
        found.append(house.ringing()["ada"])
        house.answers("ada")
        house.agent("ada", "call_ended")
    return found


def of_queues(tickets: Iterable[str]) -> Counter[str]:
    """How many of each queue."""
    return Counter(ticket.partition("-")[0] for ticket in tickets)


def test_two_long_queues_are_served_as_was_promised() -> None:
    """Both are in time all along, so that of each ten calls seven are for cards."""
    house = two(threshold_s=3_000)
    for n in range(100):
        house.call(f"loans-{n}", "loans")
        house.call(f"cards-{n}", "cards")
    got = served(house, 100)
    for count in range(10, 101, 10):
        assert of_queues(got[:count]) == {"cards": count * 7 // 10, "loans": count * 3 // 10}
    assert [each for each in got if each.startswith("cards")] == [f"cards-{n}" for n in range(70)]


def test_above_the_threshold_the_key_alone_decides() -> None:
    house = two(threshold_s=20)
    for n in range(40):
        house.call(f"{'loans' if n % 2 else 'cards'}-{n}", "loans" if n % 2 else "cards")
        house.wait(1)
    house.wait(30)
    assert [each.partition("-")[2] for each in served(house, 40)] == [str(n) for n in range(40)]


def test_one_caller_who_is_late_lets_the_key_decide_for_all() -> None:
    house = two(threshold_s=20)
    house.call("loans-0", "loans")
    house.wait(0.1)
    house.call("cards-0", "cards")
    house.call("cards-1", "cards")
    assert served(house, 1) == ["loans-0"]  # nobody has had anything: the key
    house.agent("ada", "set_break", reason="break")
    house.call("loans-1", "loans")
    house.wait(20.1)
    house.call("cards-2", "cards")
    assert served(house, 3) == ["cards-0", "cards-1", "loans-1"]


def test_a_caller_is_late_from_the_first_instant_after_the_threshold() -> None:
    for more_s, expected in ((0, "cards-1"), (0.001, "loans-1")):
        house = two(threshold_s=20)
        house.call("loans-0", "loans")
        assert served(house, 1) == ["loans-0"]
        house.agent("ada", "set_break", reason="break")
        house.call("loans-1", "loans")
        house.wait(10)
        house.call("cards-1", "cards")
        house.wait(10 + more_s)
        assert served(house, 1) == [expected]


def test_strict_callers_are_before_every_share() -> None:
    strict = {"normal": Priority(), "sos": Priority(strict=True)}
    rules = calm("cards"), calm("loans")
    house = House(*rules, agents=[card("ada", 1)], share=SEVENTY, priorities=strict)
    house.call("loans-0", "loans")
    house.answers("ada")
    house.call("cards-1", "cards")
    house.call("loans-1", "loans", priority="sos")
    house.agent("ada", "call_ended")
    assert house.ringing() == {"ada": "loans-1"}


def test_a_queue_without_a_share_lets_the_key_decide() -> None:
    house = two(calm("cards"), calm("loans"), calm("other"))
    house.call("loans-0", "loans")
    served(house, 1)
    house.agent("ada", "set_break", reason="break")
    for name in ("loans", "other", "cards"):
        house.call(f"{name}-1", name)
        house.wait(1)
    assert served(house, 3) == ["loans-1", "other-1", "cards-1"]


def test_callers_who_are_promised_to_an_agent_are_those_of_their_queues() -> None:
    sticky = Sticky(sources=("last_agent",), longest_ns=600 * SECOND)
    house = House(
        calm("cards", sticky=sticky),
        calm("loans", sticky=sticky),
        agents=[card("ada", 1)],
        share=SEVENTY,
    )
    mine = {"wanted": wanted("ada")}
    house.call("loans-0", "loans")
    house.answers("ada")
    house.call("loans-1", "loans", **mine)
    house.call("loans-2", "loans")
    house.call("cards-1", "cards", **mine)
    house.agent("ada", "call_ended")
    assert house.ringing() == {"ada": "cards-1"}


def test_agents_who_become_free_together_are_shared_out() -> None:
    """Whom one is rung up for counts for the next one in the same event."""
    agents = [card(f"a{n}", n) for n in range(10)]
    wrapup = Wrapup("fixed", 10 * SECOND)
    house = House(
        *(calm(name, wrapup=wrapup) for name in ("cards", "loans")),
        agents=agents,
        share=SEVENTY,
    )
    for n in range(10):
        house.call(f"{'loans' if n < 3 else 'cards'}-first{n}", "loans" if n < 3 else "cards")
        house.answers(f"a{n}")
    for n in range(20):
        house.call(f"loans-{n}", "loans")
        house.call(f"cards-{n}", "cards")
    for agent in agents:
        house.agent(agent.agent, "call_ended")
    house.wait(10)
    assert of_queues(house.ringing().values()) == {"cards": 7, "loans": 3}


def test_each_team_has_its_own_shares() -> None:
    both = {"t": Member(), "u": Member()}
    house = House(
        *(calm(name, teams=both) for name in ("cards", "loans")),
        agents=[card("ada", 1, "t"), card("bob", 2, "u"), card("eve", 3, "other", "u", "t")],
        share={"t": {"cards": 90, "loans": 10}, "u": {"cards": 20, "loans": 80}},
        misses=TIRELESS,
        here=False,
    )
    for n in range(60):
        house.call(f"loans-{n}", "loans")
        house.call(f"cards-{n}", "cards")
    got: dict[str, list[str]] = {"ada": [], "bob": []}
    for name in got:
        house.agent(name, "login")
    for _ in range(20):
        for name, tickets in got.items():
            tickets.append(house.ringing()[name])
            house.answers(name)
            house.agent(name, "call_ended")
    assert of_queues(got["ada"]) == {"cards": 18, "loans": 2}
    assert of_queues(got["bob"]) == {"cards": 4, "loans": 16}
    house.agent("eve", "login")
    share = house.group.agents[AgentId("eve")].profile.share
    assert share is not None
    assert share.team == "t"  # of several the first by name


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("heads_s", "offset_s", "bound_s"),
    [({"normal": 0}, 0, 40), ({"normal": 0, "7": 60, "4": -30}, 15, 90 + 15 + 40)],
)
def test_overtakes_stay_within_the_bound_of_shares(
    heads_s: dict[str, int], offset_s: int, bound_s: int
) -> None:
    """I6: who overtakes came within the spread of head starts and offsets and the threshold."""
    dice = random.Random(7)  # noqa: S311 - not for secrets
    house = two(
        calm("cards", 20, teams={"t": Member(offset_ns=offset_s * SECOND)}), calm("loans", 40)
    )
    house.agent("ada", "set_available")
    entered: dict[str, int] = {}
    order: list[str] = []
    for n in range(3_000):
        house.wait(dice.choice([0, 1, 2, 5]))
        name = dice.choice(["cards", "cards", "loans"])
        entered[f"{name}-{n}"] = house.at
        house.call(f"{name}-{n}", name, priority=dice.choice(list(heads_s)))
        if house.state("ada") == "talking" and len(house.group.calls) > dice.choice([0, 5, 40]):
            house.agent("ada", "call_ended")
        if ticket := house.ringing().get("ada"):
            order.append(ticket)
            house.answers("ada")
    overtaken = [
        entered[later] - entered[ticket]
        for place, ticket in enumerate(order)
        for later in order[:place]
        if entered[later] > entered[ticket]
    ]
    assert len(order) > 2_000
    assert bound_s * SECOND / 2 < max(overtaken) < bound_s * SECOND


@pytest.mark.unmeasured
@pytest.mark.parametrize("begin", range(0, 200, 100))
def test_random_days_with_shares_agree_with_the_oracle(
    begin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I3, I4: each decision is looked at, and what was counted."""
    watch(monkeypatch)
    for seed in range(begin, begin + 100):
        walk_of(seed)


def walk_of(seed: int, steps: int = 150) -> Walk:
    """A day of teams with shares, looked at after each step."""
    walk = Walk(seed, agents=3 + seed % 3, queues=2 + seed % 2, shares=True)
    for _ in range(steps):
        walk.step()
        oracle.check_rest(walk.house.group)
    return walk


def always(_group: Group, share: Share, heads: list[Key]) -> bool:
    """Wrong on purpose: nobody looks at how long callers have waited."""
    return all(each[3].queue.rule.name in share.promised for each in heads)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("where", "name", "damage"),
    [
        (Share, "ahead", lambda share, queue: -100 * share.given.get(queue, 0)),
        (first, "shares_decide", always),
        (first, "_one_of_each_queue", lambda entries: entries[:1]),
        (counting, "not_given", lambda _group, _share, _offer: None),
        (counting, "_has_other", lambda _share, _offer: False),
        (counting, "count_again", lambda _group: None),
    ],
)
def test_planted_damage_to_shares_is_found(
    where: object, name: str, damage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(monkeypatch)
    monkeypatch.setattr(where, name, damage)

    def days() -> None:
        for seed in range(200):
            walk_of(seed)

    with pytest.raises(AssertionError):
        days()


@pytest.mark.unmeasured
def test_shares_decide_often_enough_on_those_days_to_be_looked_at() -> None:
    records = [
        record["share"]["decides"]
        for seed in range(120)
        for walk in (Walk(seed, agents=3, shares=True),)
        for _ in range(150)
        for record in (step.record for step in only(_outs(walk), Decided))
        if record["share"]
    ]
    assert records.count(True) > 20
    assert records.count(False) > 20


def _outs(walk: Walk) -> list[object]:
    walk.step()
    return list(walk.house.out)


@pytest.mark.parametrize("seed", range(20, 26))
def test_the_same_events_give_the_same_decisions_with_shares(seed: int) -> None:
    """I11."""
    check_repeated(Walk(seed, agents=3, shares=True), 400)
