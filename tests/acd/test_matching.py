"""Who is next, when somebody calls and when an agent is free; see also test_group.py."""

from __future__ import annotations

from ivr.acd.matching import MANY_CLASSES
from ivr.acd.settings import SECOND, Member, Nobody, Span
from ivr.acd.words import Offered, RulesChanged
from tests.acd.house import House, card, only, queue

PATIENT = Nobody(join=(), leave=())


def test_an_eligible_pair_gets_an_offer_in_the_same_event() -> None:
    """R6, I2."""
    house = House(queue(), agents=[card("ada", 1)])
    assert [each.agent for each in only(house.call("t1"), Offered)] == ["ada"]


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


def test_a_new_skill_serves_who_waits_in_the_same_event() -> None:
    bob = card("bob", 2, cards=90)
    house = House(queue(need={"cards": Span(50)}, nobody=PATIENT), agents=[card("ada", 1), bob])
    house.agent("bob", "logout")
    house.call("t1")
    event = RulesChanged(at=house.at, rules=house.rules, agents=(card("ada", 1, cards=60), bob))
    assert [each.agent for each in only(house.give(event), Offered)] == ["ada"]
