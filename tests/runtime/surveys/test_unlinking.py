"""Nobody finds the person behind an anonymous answer in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Text, cast, select

from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.surveys.unlinking import AFTER, unlink_now
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.surveyed.unlinking import NO_CALL_LASTS
from ivr.store.tables import METADATA
from tests.fakes.fresh_store import open_fresh
from tests.fakes.opinions import NOON, Opinions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

PHONE = "+905327654321"
CUSTOMER, CONTACT, TICKET = 770_001, 770_002, 770_003
ASKED_AT = NOON + timedelta(hours=3, minutes=17, seconds=41)


@pytest.fixture
async def book(address: str) -> AsyncIterator[Opinions]:
    """An empty database."""
    store = open_fresh(address, create=True)
    yield Opinions(store.database)
    await store.close()


def traces(connection: Connection) -> set[str]:
    """What of the person stands in the tables of surveys."""
    looked_for = {PHONE, str(CUSTOMER), str(CONTACT), str(TICKET), "ayse", "15:17:41"}
    found = set()
    for table in METADATA.sorted_tables:
        if table.name.startswith("survey_"):
            for row in connection.execute(select(*(cast(each, Text) for each in table.c))):
                found |= {trace for trace in looked_for if any(trace in str(each) for each in row)}
    return found


async def answered(book: Opinions, plan: int) -> None:
    response = await book.answered(
        plan, ("csat", 2), customer_id=CUSTOMER, value_norm=PHONE, interaction_id=CONTACT,
        ticket_id=TICKET, created_at=ASKED_AT, reached_at=ASKED_AT, ended_at=ASKED_AT,
    )  # fmt: skip
    await book.answer(response, "why", "", None, "İyi", at=ASKED_AT, input_raw=PHONE)
    table = METADATA.tables["survey_response"]
    judged = table.update().where(table.c.id == response).values(judged_at=ASKED_AT)
    await book.database.change(lambda it: it.execute(judged))


async def test_an_hour_after_the_survey_nothing_leads_to_the_person(book: Opinions) -> None:
    plan = await book.plan(anonymous=True)
    await answered(book, plan)
    opinions, clock = SqlOpinions(book.database), VirtualClock(ASKED_AT)
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert PHONE in await book.database.read(traces), "an hour is left to those who carry on"
    await clock.advance(AFTER.total_seconds() + 1)
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert await book.database.read(traces) == set()
    answers = select(METADATA.tables["survey_answer"].c.value_num)
    assert set(await book.database.read(lambda it: list(it.scalars(answers)))) == {2, None}


async def test_other_plans_and_those_under_way_keep_their_links(book: Opinions) -> None:
    open_plan, hidden = await book.plan(), await book.plan("staff", anonymous=True)
    await answered(book, open_plan)
    await book.invite(hidden, "armed", interaction_id=CONTACT + 1, created_at=ASKED_AT)
    clock = VirtualClock(ASKED_AT + 10 * AFTER)
    await unlink_now(SqlOpinions(book.database), clock, Ulids(clock).new)
    assert {PHONE, str(CUSTOMER), "ayse"} <= await book.database.read(traces)
    table = METADATA.tables["survey_invitation"]
    contacts = select(table.c.interaction_id).where(table.c.state == "armed")
    assert await book.database.read(lambda it: it.scalar(contacts)) == CONTACT + 1


async def test_the_hour_begins_with_the_end_of_the_survey(book: Opinions) -> None:
    plan = await book.plan(anonymous=True)
    await book.invite(
        plan,
        "completed",
        interaction_id=CONTACT,
        created_at=ASKED_AT,
        ended_at=ASKED_AT + 3 * AFTER,
    )
    opinions, clock = SqlOpinions(book.database), VirtualClock(ASKED_AT + 3.5 * AFTER)
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert await contacts(book) == [CONTACT]
    await clock.advance(AFTER.total_seconds())
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert await contacts(book) == []


async def test_a_call_that_goes_on_is_not_cut_off_from_what_was_decided_of_it(
    book: Opinions,
) -> None:
    plan = await book.plan(anonymous=True)
    call = await talks(book)
    await book.invite(plan, "suppressed", interaction_id=call, created_at=ASKED_AT)
    opinions, clock = SqlOpinions(book.database), VirtualClock(ASKED_AT + 3 * AFTER)
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert await contacts(book) == [call]
    table = METADATA.tables["interaction"]
    ended = table.update().values(ended_at=clock.now())
    await book.database.change(lambda it: it.execute(ended))
    await clock.advance(AFTER.total_seconds() + 1)
    await unlink_now(opinions, clock, Ulids(clock).new)
    assert await contacts(book) == []


async def test_a_call_that_was_lost_without_an_end_holds_nothing_up(book: Opinions) -> None:
    plan = await book.plan(anonymous=True)
    await book.invite(plan, "missed", interaction_id=await talks(book), created_at=ASKED_AT)
    clock = VirtualClock(ASKED_AT + NO_CALL_LASTS + 2 * AFTER)
    await unlink_now(SqlOpinions(book.database), clock, Ulids(clock).new)
    assert await contacts(book) == []


async def talks(book: Opinions) -> int:
    """A call that goes on."""
    words = dict.fromkeys(("trunk", "channel", "provider_ref", "flow"), "x")
    more = dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x")
    return await book.add(
        "interaction", **words, **more, public_id="c1", started_at=ASKED_AT, to_norm="x",
        path=[], is_test=False,
    )  # fmt: skip


async def contacts(book: Opinions) -> list[int]:
    """The contacts that invitations lead to."""
    column = METADATA.tables["survey_invitation"].c.interaction_id
    question = select(column).where(column.is_not(None))
    return list(await book.database.read(lambda it: list(it.scalars(question))))
