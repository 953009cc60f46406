"""Who is next, when somebody calls and when an agent is free; see also test_group.py."""

from __future__ import annotations

from ivr.acd.settings import Nobody, Span
from ivr.acd.words import Offered, RulesChanged
from tests.acd.house import House, card, only, queue

PATIENT = Nobody(join=(), leave=())


def test_an_eligible_pair_gets_an_offer_in_the_same_event() -> None:
    """R6, I2."""
    house = House(queue(), agents=[card("ada", 1)])
    assert [each.agent for each in only(house.call("t1"), Offered)] == ["ada"]


def test_a_new_skill_serves_who_waits_in_the_same_event() -> None:
    bob = card("bob", 2, cards=90)
    house = House(queue(need={"cards": Span(50)}, nobody=PATIENT), agents=[card("ada", 1), bob])
    house.agent("bob", "logout")
    house.call("t1")
    event = RulesChanged(at=house.at, rules=house.rules, agents=(card("ada", 1, cards=60), bob))
    assert [each.agent for each in only(house.give(event), Offered)] == ["ada"]
