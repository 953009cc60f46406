"""Kinds of callers and agents, and who may serve whom."""

from __future__ import annotations

import pytest

from ivr.acd import classes
from ivr.acd.classes import bits, first_limit
from ivr.acd.settings import SECOND, Member, Nobody, Span, Step
from ivr.acd.words import AgentCard, Alarm
from ivr.domain.agent import AgentId, Reach
from tests.acd.house import House, card, only, queue

PATIENT = Nobody(join=(), leave=())


def test_bits_are_numbered_from_the_lowest() -> None:
    assert list(bits(0b1010001)) == [0, 4, 6]


def test_alike_callers_share_a_class_and_alike_agents_a_profile() -> None:
    agents = [card("ada", 1, cards=5), card("bob", 2, cards=5), card("eve", 3, cards=6)]
    house = House(queue(need={"cards": Span(50)}, nobody=PATIENT), agents=agents)
    for n in range(5):
        house.call(f"t{n}", skills=("b", "a") if n % 2 else ("a", "b"))
    assert len(house.group.classes) == 1
    assert len(house.group.profiles) == 2


@pytest.mark.parametrize(
    ("language", "level", "rings"), [("tr", 60, True), ("tr", 40, False), ("", 0, True)]
)
def test_language_stands_for_the_callers_own(language: str, level: int, rings: bool) -> None:
    rule = queue(need={"language": Span(50)}, nobody=PATIENT)
    house = House(rule, agents=[card("ada", 1, tr=level)])
    house.call("t1", language=language)
    assert bool(house.ringing()) is rings


def test_an_expert_is_kept_free_by_a_highest_level() -> None:
    rule = queue(need={"cards": Span(10, 50)}, nobody=PATIENT)
    house = House(rule, agents=[card("ada", 1, cards=90), card("bob", 2, cards=50)])
    house.call("t1")
    assert house.ringing() == {"bob": "t1"}


def test_only_who_has_the_callers_way_is_rung_up() -> None:
    one = AgentCard(
        agent=AgentId("ada"), number=1, teams=("t",), endpoints={Reach.TWILIO: "client:ada"}
    )
    house = House(queue(nobody=PATIENT), agents=[one, card("bob", 2)])
    house.call("t1")
    assert house.ringing() == {"bob": "t1"}
    house.call("t2", reach=Reach.TWILIO)
    assert house.ringing() == {"bob": "t1", "ada": "t2"}
    assert house.group.offers[house.offer_of("ada")].address == "client:ada"


def test_a_step_that_names_a_tier_widens_from_the_lowest() -> None:
    steps = (Step(5 * SECOND, max_tier=2),)
    rule = queue(teams={"t": Member(1), "u": Member(2)}, steps=steps, nobody=PATIENT)
    assert first_limit(rule) == 1
    assert first_limit(queue(teams={"u": Member(2)})) == 0
    house = House(rule, agents=[card("bob", 2, "u")])
    house.call("t1")
    assert house.ringing() == {}
    house.wait(5)
    assert house.ringing() == {"bob": "t1"}


def test_a_certificate_ends_at_its_instant() -> None:
    house = House(queue(), here=False)
    one = AgentCard(
        agent=AgentId("ada"),
        number=1,
        teams=("t",),
        skills={"forex": 100},
        certificates={"forex": house.at + 60 * SECOND},
        endpoints={Reach.SIP: "sip:ada"},
    )
    rule = queue(need={"forex": Span(1)}, nobody=PATIENT)
    house = House(rule, agents=[one])
    house.call("t1")
    assert house.ringing() == {"ada": "t1"}
    house.gone("t1")
    house.wait(60)
    house.call("t2")
    assert house.ringing() == {}


def test_too_many_kinds_of_callers_are_refused_with_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classes, "MOST_CLASSES", 2)
    house = House(queue(), agents=[card("ada", 1)])
    for n in range(3):
        house.call(f"t{n}", skills=(f"s{n}",))
    assert [each.name for each in only(house.out, Alarm)] == ["too_many_classes"]
