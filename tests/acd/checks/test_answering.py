"""Telephones that cannot be asked to answer by themselves are told before a caller waits."""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.checks.queues import judge
from ivr.acd.settings import Member, Queue, Rules, Step
from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId, Reach
from ivr.domain.problem import Severity

CARDS = Queue("cards", teams={"cards": Member()}, answers_itself=True)
LOANS = Queue("loans", teams={"loans": Member()})


def agent(number: int, reach: Reach, address: str, team: str = "cards") -> AgentCard:
    return AgentCard(AgentId(f"a{number}"), number, (team,), endpoints={reach: address})


def told(queue: Queue, *cards: AgentCard) -> list[str]:
    rules = Rules(queues={queue.name: queue, "loans": LOANS})
    found = [each for each in judge(rules, cards) if each.code == "ACD-W05"]
    assert all(each.severity is Severity.WARNING for each in found)
    return [each.message for each in found]


def test_numbers_and_telephones_on_twilio_are_told_and_sip_phones_are_not() -> None:
    by_itself = (agent(1, Reach.SIP, "sip:a@phones"), agent(2, Reach.SIMULATOR, "sim:b"))
    assert told(CARDS, *by_itself) == []
    number, far = agent(3, Reach.SIP, "+905321112233"), agent(4, Reach.TWILIO, "sip:d@example.com")
    (message,) = told(CARDS, *by_itself, number, far)
    assert "agents answer by hand (2, a3 for one)" in message


def test_a_queue_whose_agents_answer_by_hand_says_nothing_of_them() -> None:
    number = agent(3, Reach.SIP, "+905321112233")
    assert told(replace(CARDS, answers_itself=False), number) == []


def test_agents_of_a_queue_that_helps_out_are_told_too() -> None:
    helper = agent(5, Reach.SIP, "+905321112233", team="loans")
    own = agent(1, Reach.SIP, "sip:a@phones")
    assert told(CARDS, own, helper) == []
    helped = Step(10, also=("loans",))
    assert len(told(replace(CARDS, steps=(helped,)), own, helper)) == 1
