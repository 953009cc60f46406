"""Shares that cannot be kept: told before the first caller."""

from __future__ import annotations

from ivr.acd.checks.finding import dotted
from ivr.acd.checks.queues import judge
from ivr.acd.settings import Member, Queue, Rules
from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId
from ivr.domain.problem import Severity

QUEUES = {
    "cards": Queue("cards", teams={"desk": Member(), "office": Member(2)}),
    "loans": Queue("loans", teams={"desk": Member(), "office": Member(2)}),
    "other": Queue("other", teams={"helpers": Member()}),
}


def told(**share: dict[str, int]) -> list[str]:
    found = judge(Rules(queues=QUEUES, share=share))
    return [f"{each.code} {dotted(each.path)} | {each.message}" for each in found]


def test_shares_of_all_queues_that_make_100_are_good() -> None:
    assert told(desk={"cards": 70, "loans": 30}, helpers={"other": 100}) == []


def test_shares_that_do_not_make_100_are_told_with_what_is_written() -> None:
    assert told(desk={"cards": 70, "loans": 40}) == [
        "ACD-E08 acd.share.desk | acd.share.desk: 70 + 40 is not 100"
    ]
    assert (
        told(helpers={})[0] == "ACD-E08 acd.share.helpers | acd.share.helpers: nothing is not 100"
    )


def test_a_queue_that_the_team_does_not_serve_is_told() -> None:
    assert told(desk={"cards": 60, "loans": 30, "other": 10}) == [
        "ACD-E09 acd.share.desk.other | acd.share.desk: team desk does not serve queue other"
    ]


def test_a_queue_that_was_forgotten_is_told() -> None:
    assert told(desk={"cards": 100}) == [
        "ACD-E09 acd.share.desk | acd.share.desk: queue loans, which team desk serves, has no share"
    ]


def test_what_is_not_there_at_all_is_left_to_the_check_of_names() -> None:
    assert told(nobody={"cards": 100}) == []
    assert told(desk={"cards": 60, "loans": 30, "laons": 10}) == []


def test_agents_for_whom_several_shares_might_hold_are_warned_of() -> None:
    share = {"desk": {"cards": 70, "loans": 30}, "office": {"cards": 50, "loans": 50}}
    teams = (("desk",), ("office", "desk"), ("office", "helpers", "desk"), ("helpers", "office"))
    cards = [AgentCard(AgentId(f"a{n}"), n, each) for n, each in enumerate(teams)]
    found = judge(Rules(queues=QUEUES, share=share), cards)
    assert [(each.code, each.severity, each.message) for each in found] == [
        (
            "ACD-W04",
            Severity.WARNING,
            "acd.share: 2 agents are in desk and office; the shares of desk hold",
        )
    ]
