"""Newest-only topics: at most once a second, always the last value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.streams.subscription import Subscription
from ivr.runtime.streams.topics import Topics

if TYPE_CHECKING:
    from ivr.runtime.memory.clock import VirtualClock
    from ivr.runtime.tasks import Tasks


@pytest.fixture
def topics(clock: VirtualClock, tasks: Tasks) -> Topics:
    return Topics(clock, tasks)


async def taken(page: Subscription) -> list[dict[str, Any]]:
    return [json.loads(await page.next() or "") for _ in range(page.waiting)]


async def test_the_first_news_is_sent_at_once_and_the_rest_a_second_later(
    topics: Topics, clock: VirtualClock
) -> None:
    page = Subscription(["wallboard"])
    topics.join(page, catch_up=False)
    for waiting in range(10):
        topics.tell("wallboard", "queue.stats", {"waiting": waiting})
    first = await taken(page)
    assert [(one["rev"], one["data"]["waiting"]) for one in first] == [(1, 0)]
    assert (first[0]["type"], first[0]["topic"], "seq" in first[0]) == (
        "queue.stats",
        "wallboard",
        False,
    )
    await clock.advance(0.9)
    assert page.waiting == 0
    await clock.advance(0.1)
    assert [(one["rev"], one["data"]["waiting"]) for one in await taken(page)] == [(2, 9)]


async def test_agents_and_queues_count_each_for_itself(topics: Topics, clock: VirtualClock) -> None:
    page = Subscription(["agents"])
    topics.join(page, catch_up=False)
    for state in ("available", "reserved", "ringing"):
        for agent in ("ayse", "can"):
            topics.tell("agents", "agent.changed", {"agent": agent, "state": state})
    await clock.advance(1)
    assert [(one["data"]["agent"], one["data"]["state"]) for one in await taken(page)] == [
        ("ayse", "ringing"),
        ("can", "ringing"),
    ]


async def test_at_most_one_frame_a_second_reaches_the_page(
    topics: Topics, clock: VirtualClock
) -> None:
    page = Subscription(["wallboard"])
    topics.join(page, catch_up=False)
    seen = []
    for tick in range(100):
        topics.tell("wallboard", "queue.stats", {"waiting": tick})
        await clock.advance(0.1)
        seen += [one["data"]["waiting"] for one in await taken(page)]
    assert len(seen) <= 11
    assert seen == sorted(seen)
    await clock.advance(1)
    assert ([*seen, *(one["data"]["waiting"] for one in await taken(page))])[-1] == 99


async def test_who_catches_up_gets_the_last_of_each_with_rising_revs(topics: Topics) -> None:
    topics.tell("agents", "agent.changed", {"agent": "ayse"})
    topics.tell("agents", "agent.changed", {"agent": "can"})
    topics.tell("queues", "queue.stats", {"queue": "cards"})
    page = Subscription(["agents"], lambda _topic, data: data["agent"] != "can")
    topics.join(page, catch_up=True)
    assert [one["data"]["agent"] for one in await taken(page)] == ["ayse"]
    everybody = Subscription(["agents"])
    topics.join(everybody, catch_up=True)
    assert [one["rev"] for one in await taken(everybody)] == [1, 2]


async def test_who_may_not_see_it_is_not_told_and_who_left_neither(
    topics: Topics, clock: VirtualClock
) -> None:
    page = Subscription(["agents"], lambda _topic, data: data["team"] == "cards")
    topics.join(page, catch_up=False)
    topics.tell("agents", "agent.changed", {"agent": "a", "team": "loans"})
    topics.tell("agents", "agent.changed", {"agent": "b", "team": "cards"})
    assert [one["data"]["agent"] for one in await taken(page)] == ["b"]
    topics.leave(page)
    topics.leave(page)
    topics.tell("agents", "agent.changed", {"agent": "c", "team": "cards"})
    await clock.advance(2)
    assert page.waiting == 0


async def test_the_last_word_about_an_agent_is_told_at_once_and_not_to_latecomers(
    topics: Topics, clock: VirtualClock
) -> None:
    there = Subscription(["agents"])
    topics.join(there, catch_up=True)
    for state in ("available", "talking"):
        topics.tell("agents", "agent.changed", {"agent": "ayse", "state": state})
    topics.end("agents", "agent.changed", {"agent": "ayse", "state": "removed"})
    assert [one["data"]["state"] for one in await taken(there)] == ["removed"]
    page = Subscription(["agents"])
    topics.join(page, catch_up=True)
    await clock.advance(2)
    assert page.waiting == 0


async def test_a_change_is_told_at_once_to_who_may_hear_of_it_and_not_kept(topics: Topics) -> None:
    def sees(team: str) -> Subscription:
        return Subscription(["tickets"], lambda _topic, about: team in about["teams"])

    mine, other = sees("cards"), sees("billing")
    for page in (mine, other):
        topics.join(page, catch_up=True)
    for number in ("1", "2", "1"):
        topics.news("tickets", "ticket.changed", {"number": number}, {"teams": {"cards"}})
    told = await taken(mine)
    assert [(one["rev"], one["data"]) for one in told] == [
        (2, {"number": "2"}),
        (3, {"number": "1"}),
    ]
    assert other.waiting == 0
    late = sees("cards")
    topics.join(late, catch_up=True)
    assert late.waiting == 0
