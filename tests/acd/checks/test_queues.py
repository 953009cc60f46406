"""Queues that nobody could serve, steps out of order, circles: told before the first caller."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.acd.checks.finding import dotted
from ivr.acd.checks.queues import Staff, judge, stages
from ivr.acd.settings import SECOND, Member, Overflow, Queue, Rules, Span, Step
from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId
from ivr.domain.problem import Severity

SKILLS = {"cards": "level", "loans": "level", "language": "language", "tr": "level", "en": "level"}
TEAMS = {"card_desk": Member(1), "back_office": Member(2)}
CARDS = Queue("cards", need={"cards": Span(60)}, teams=TEAMS)


def rules(*queues: Queue) -> Rules:
    return Rules(queues={each.name: each for each in queues}, skills=SKILLS)


def agent(number: int, *teams: str, **skills: int) -> AgentCard:
    return AgentCard(AgentId(f"a{number}"), number, teams or ("card_desk",), skills)


def told(
    *queues: Queue, cards: list[AgentCard] | None = None, **more: tuple[str, ...]
) -> list[str]:
    found = judge(rules(*queues), cards, **more)
    return [f"{each.code} {dotted(each.path)} | {each.message}" for each in found]


def test_good_queues_have_no_findings() -> None:
    assert told(CARDS, cards=[agent(1, cards=60)]) == []


# skills and levels


def test_a_skill_that_is_not_declared_is_told_with_the_near_one() -> None:
    queue = replace(CARDS, need={"card": Span(1)}, steps=(Step(1, {"x": Span(1)}, ("loan",)),))
    assert told(queue) == [
        "ACD-E01 queues.cards.need.card | "
        "queues.cards.need: skill 'card' is not declared; did you mean 'cards'?",
        "ACD-E01 queues.cards.steps[0].set.x | "
        "queues.cards.steps[0].set: skill 'x' is not declared; declare it under acd.skills",
        "ACD-E01 queues.cards.steps[0].drop[0] | "
        "queues.cards.steps[0].drop: skill 'loan' is not declared; did you mean 'loans'?",
    ]


def test_a_span_that_is_empty_is_told() -> None:
    queue = replace(CARDS, need={"cards": Span(95, 90)}, steps=(Step(1, {"cards": Span(2, 1)}),))
    assert told(queue) == [
        "ACD-E03 queues.cards.need.cards | queues.cards.need.cards: min 95 is above max 90",
        "ACD-E03 queues.cards.steps[0].set.cards | "
        "queues.cards.steps[0].set.cards: min 2 is above max 1",
    ]


def test_steps_must_become_later() -> None:
    steps = (Step(45 * SECOND), Step(45 * SECOND), Step(90 * SECOND), Step(50 * SECOND))
    assert told(replace(CARDS, steps=steps)) == [
        "ACD-E02 queues.cards.steps[1].after | "
        "queues.cards.steps[1].after 45s is not later than steps[0].after 45s",
        "ACD-E02 queues.cards.steps[3].after | "
        "queues.cards.steps[3].after 50s is not later than steps[2].after 90s",
    ]


# overflow


def chain(name: str, *ways: Overflow) -> Queue:
    return Queue(name, teams={"card_desk": Member()}, overflow=ways)


def test_a_circle_is_told_once() -> None:
    found = told(
        chain("cards", Overflow(waiting=1, exit="full"), Overflow(waiting=9, queue="loans")),
        chain("loans", Overflow(free_in="cards", queue="cards")),
        chain("other", Overflow(waiting=9, queue="cards")),
    )
    assert found == [
        "ACD-E05 queues.cards.overflow[1].to | "
        "overflow cards -> loans -> cards can repeat without time passing"
    ]


def test_a_circle_of_one_is_a_circle() -> None:
    assert told(chain("cards", Overflow(waiting=1, queue="cards"))) == [
        "ACD-E05 queues.cards.overflow[0].to | "
        "overflow cards -> cards can repeat without time passing"
    ]


def test_a_wait_does_not_make_a_circle_good_since_calls_keep_their_age() -> None:
    there = chain("cards", Overflow(waiting=9, queue="loans"))
    back = chain("loans", Overflow(waited_ns=60 * SECOND, queue="cards"))
    assert [line.partition(" ")[0] for line in told(there, back)] == ["ACD-E05"]


def test_ways_that_meet_again_are_no_circle() -> None:
    split = chain("cards", Overflow(waiting=1, queue="loans"), Overflow(waiting=2, queue="other"))
    one = chain("loans", Overflow(waiting=1, queue="other"))
    assert told(split, one, chain("other"), chain("gone", Overflow(waiting=1, queue="no"))) == []


def test_two_circles_are_two_findings() -> None:
    found = told(
        chain("a", Overflow(waiting=1, queue="b")),
        chain("b", Overflow(waiting=1, queue="a"), Overflow(waiting=1, queue="b")),
    )
    assert [line.partition(" | ")[2] for line in found] == [
        "overflow a -> b -> a can repeat without time passing",
        "overflow b -> b can repeat without time passing",
    ]


# agents


def test_a_queue_that_nobody_can_serve_names_the_nearest() -> None:
    queue = replace(CARDS, need={"cards": Span(95), "tr": Span(50)})
    staff = [agent(each, cards=90, tr=80) for each in range(4)] + [agent(9, cards=40, tr=80)]
    assert told(queue, cards=staff) == [
        "ACD-E04 queues.cards | queues.cards: no agent can ever serve {cards 95.., tr 50..}; "
        "nearest: 4 agents with cards 90"
    ]


def test_all_steps_are_tried_before_a_queue_is_dead() -> None:
    steps = (Step(45 * SECOND, {"cards": Span(80)}), Step(90 * SECOND, {"cards": Span(40, 60)}))
    queue = replace(CARDS, need={"cards": Span(95)}, steps=steps)
    assert told(queue, cards=[agent(1, cards=50)]) == [
        "ACD-W01 queues.cards.steps[1] | "
        "queues.cards: no agent before step 2; every caller waits at least 90s"
    ]
    assert "nearest: 1 agent with cards 70" in told(queue, cards=[agent(1, cards=70)])[0]


@pytest.mark.parametrize(
    ("step", "teams", "served"),
    [
        (Step(9, drop=("cards",)), ("card_desk",), True),
        (Step(9, max_tier=2), ("back_office",), False),
        (Step(9, {"cards": Span(0)}, max_tier=2), ("back_office",), True),
        (Step(9, {"cards": Span(0)}), ("elsewhere",), False),
        (Step(9, drop=("cards",), also=("loans",)), ("loan_desk",), True),
        (Step(9, drop=("cards",), also=("gone",)), ("loan_desk",), False),
    ],
)
def test_each_way_of_relaxing_counts(step: Step, teams: tuple[str, ...], served: bool) -> None:
    loans = Queue("loans", teams={"loan_desk": Member()})
    staff = [agent(1, *teams, cards=20), agent(2, "loan_desk")]
    found = told(replace(CARDS, steps=(step,)), loans, cards=staff)
    assert [line for line in found if line.startswith("ACD-E04 queues.cards ")] == (
        [] if served else found
    )


def test_a_higher_tier_serves_from_the_start_if_no_step_widens() -> None:
    by_tiers = replace(CARDS, steps=(Step(30 * SECOND, max_tier=2),))
    staff = [agent(1, "back_office", cards=90)]
    assert told(CARDS, cards=staff) == []
    assert "no agent before step 1" in told(by_tiers, cards=staff)[0]


def test_a_step_keeps_what_it_does_not_name() -> None:
    steps = (Step(1, {"loans": Span(5)}), Step(2, drop=("cards",)), Step(3, max_tier=2))
    plan = stages(replace(CARDS, steps=steps), rules(CARDS))
    assert [sorted(stage.need) for stage in plan] == [
        *(["cards"], ["cards", "loans"], ["loans"], ["loans"]),
    ]
    assert [stage.teams for stage in plan] == [("card_desk",)] * 3 + [("card_desk", "back_office")]


def test_each_language_of_callers_is_looked_at() -> None:
    queue = replace(CARDS, need={"language": Span(50)}, steps=(Step(SECOND, drop=("language",)),))
    staff = [agent(1, tr=90)]
    assert told(queue, cards=staff, languages=("tr",)) == []
    assert told(queue, cards=staff, languages=("tr", "en")) == [
        "ACD-W01 queues.cards.steps[0] | "
        "queues.cards: no agent before step 1; every caller in en waits at least 1s"
    ]
    strict = replace(queue, steps=())
    assert told(strict, cards=staff, languages=("tr", "en")) == [
        "ACD-E04 queues.cards | queues.cards: no agent can ever serve {en 50..}; "
        "nearest: 1 agent with en 0"
    ]
    assert told(strict, cards=staff) == [], "languages are not known"


def test_while_there_are_no_agents_at_all_that_is_said_once_as_a_warning() -> None:
    [finding] = judge(rules(CARDS, replace(CARDS, name="loans")), [], ("tr", "en"))
    assert (finding.code, finding.severity) == ("ACD-E04", Severity.WARNING)
    assert finding.message == (
        "queues: there are no agents yet, so that no caller can be served; "
        "add the first with `ivr user add NAME --role agent --team card_desk`"
    )
    [finding] = judge(rules(CARDS), [agent(1, "elsewhere", cards=90)])
    assert finding.severity is Severity.ERROR
    assert judge(rules(), []) == [], "no queue asks for anybody"


def test_without_knowing_the_agents_only_rules_are_judged() -> None:
    assert judge(rules(replace(CARDS, strategy="ring_all"))) == []


@pytest.mark.parametrize(
    ("strategy", "most"), [("ring_all", 30), ("ring_progressive", 30), ("expression", 200)]
)
def test_a_large_team_never_rings_all_at_once_and_is_not_compared_one_by_one(
    strategy: str, most: int
) -> None:
    staff = [agent(each, cards=60) for each in range(most + 1)]
    queue = replace(CARDS, strategy=strategy)
    assert told(queue, cards=staff) == [
        f"ACD-E06 queues.cards.strategy | queues.cards: strategy {strategy} has {most + 1} agents, "
        f"at most {most}"
    ]
    assert told(queue, cards=staff[1:]) == []
    assert told(CARDS, cards=staff) == []


def test_agents_who_are_alike_are_looked_at_once() -> None:
    staff = Staff([agent(each, cards=60) for each in range(1000)] + [agent(1, "x", cards=60)])
    assert sorted(each.count for each in staff.profiles) == [1, 1000]
