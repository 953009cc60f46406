"""The port of the inbox on both databases: each once, in order, by leases, listed, replayed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.ports.far.inbox import DEAD, DONE, HELD, PENDING, InboxBacklog, Message, Settled
from ivr.store.outside.inbox import SqlInbox
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
async def inbox(address: str) -> AsyncIterator[SqlInbox]:
    store = open_fresh(address, create=True)
    yield SqlInbox(store.database)
    await store.close()


def message(event: str, far_id: str = "7", version: str = "1") -> Message:
    return Message(event, far_id, version, "Comment", '{"İ": 1}')


async def test_a_message_that_comes_twice_is_kept_once(inbox: SqlInbox) -> None:
    assert await inbox.arrive("rt", [message("a"), message("b"), message("a")], NOON) == 2
    assert await inbox.arrive("rt", [message("b"), message("c")], NOON) == 1
    assert await inbox.arrive("zen", [message("a")], NOON) == 1
    assert [row.event for row in (await inbox.page(PENDING, source="rt")).rows] == ["c", "b", "a"]


async def test_two_that_come_at_once_are_one(inbox: SqlInbox) -> None:
    both = [inbox.arrive("rt", [message("a")], NOON) for _each in range(2)]
    found = await asyncio.gather(*both, return_exceptions=True)
    assert 1 in found
    assert len((await inbox.page(PENDING)).rows) == 1


async def test_how_far_a_source_was_read_is_kept_with_what_was_read(inbox: SqlInbox) -> None:
    assert await inbox.position("rt") == ""
    await inbox.arrive("rt", [], NOON, "17")
    await inbox.arrive("rt", [message("a")], NOON)
    await inbox.arrive("zen", [], NOON, "3")
    assert await inbox.position("rt") == "17"
    await inbox.arrive("rt", [message("b")], NOON, "18")
    assert await inbox.position("rt") == "18"


async def test_what_waits_about_a_ticket_is_taken_up_as_it_happened_there(inbox: SqlInbox) -> None:
    arrived = [message("late", version="3"), message("other", "8"), message("early", version="2")]
    await inbox.arrive("rt", arrived, NOON)
    batch = await inbox.take_up("rt", NOON, 60)
    assert batch is not None
    assert [each.event for each in batch.messages] == ["early", "late"]
    assert (batch.far_id, batch.attempts) == ("7", 1)
    other = await inbox.take_up("rt", NOON, 60)
    assert other is not None
    assert [each.event for each in other.messages] == ["other"]
    assert await inbox.take_up("rt", NOON, 60) is None
    assert await inbox.take_up("zen", NOON, 60) is None


async def test_who_lost_his_lease_is_not_heard(inbox: SqlInbox) -> None:
    await inbox.arrive("rt", [message("a")], NOON)
    lost = await inbox.take_up("rt", NOON, 60)
    again = await inbox.take_up("rt", LATER, 60)
    assert lost is not None
    assert again is not None
    assert again.attempts == 2
    await inbox.settle(lost, Settled(DEAD, "gone"), LATER)
    assert (await inbox.page(DEAD)).rows == ()
    await inbox.settle(again, Settled(DONE, "1 changes", ticket="T" * 26), LATER)
    [row] = (await inbox.page(DONE)).rows
    assert (row.reason, row.ticket, row.done_at, row.body) == (
        *("1 changes", "T" * 26, LATER),
        '{"İ": 1}',
    )


async def test_what_is_tried_later_waits_and_then_takes_what_came_meanwhile_along(
    inbox: SqlInbox,
) -> None:
    await inbox.arrive("rt", [message("a")], NOON)
    batch = await inbox.take_up("rt", NOON, 60)
    assert batch is not None
    await inbox.settle(batch, Settled(PENDING, "busy", LATER), NOON)
    assert await inbox.take_up("rt", NOON, 60) is None
    await inbox.arrive("rt", [message("b", version="2")], NOON)
    batch = await inbox.take_up("rt", NOON, 60)
    assert batch is not None
    assert [each.event for each in batch.messages] == ["a", "b"]


async def test_what_was_held_is_over_with_a_later_one_of_the_same_ticket(inbox: SqlInbox) -> None:
    for event, far_id, state in (("a", "7", HELD), ("x", "8", HELD), ("b", "7", DONE)):
        await inbox.arrive("rt", [message(event, far_id)], NOON)
        batch = await inbox.take_up("rt", NOON, 60)
        assert batch is not None
        await inbox.settle(batch, Settled(state, untold={"Konu": "ı"}), NOON)
    assert [row.event for row in (await inbox.page(HELD)).rows] == ["x"]
    assert [row.event for row in (await inbox.page(DONE, untold=True)).rows] == ["b", "a"]
    assert await inbox.backlog() == [InboxBacklog("rt", 0, 1, 0, 0)]


async def test_pages_follow_each_other_without_gap(inbox: SqlInbox) -> None:
    await inbox.arrive("rt", [message(str(n)) for n in range(5)], NOON)
    first = await inbox.page(PENDING, limit=2)
    second = await inbox.page(PENDING, limit=2, cursor=first.next)
    third = await inbox.page(PENDING, limit=2, cursor=second.next)
    found = [row.event for page in (first, second, third) for row in page.rows]
    assert found == ["4", "3", "2", "1", "0"]
    assert third.next == ""
    for wrong in ("x", "-1", "9" * 19):
        with pytest.raises(NotValidError):
            await inbox.page(PENDING, cursor=wrong)
    with pytest.raises(NotValidError):
        await inbox.page("lost")


async def test_what_was_given_up_is_dealt_with_again(inbox: SqlInbox) -> None:
    await inbox.arrive("rt", [message("a")], NOON)
    with pytest.raises(IllegalTransitionError):
        await inbox.replay("rt", "a", NOON)
    batch = await inbox.take_up("rt", NOON, 60)
    assert batch is not None
    await inbox.settle(batch, Settled(DEAD, "gone"), NOON)
    row = await inbox.replay("rt", "a", LATER)
    assert (row.state, row.attempts, row.reason) == (PENDING, 0, "")
    assert await inbox.take_up("rt", LATER, 60) is not None
    with pytest.raises(NotFoundError):
        await inbox.replay("zen", "a", NOON)
    assert await inbox.get("zen", "a") is None
    assert await inbox.get("rt", "a") is not None
