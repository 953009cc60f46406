"""Surveys by text at work: one bad row holds up nobody, and nobody looks for what he is told."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from ivr.runtime.surveys import texting
from ivr.runtime.surveys.aside import AGAIN
from ivr.runtime.tasks import Tasks
from tests.fakes.fresh_store import open_fresh
from tests.fakes.survey_house import SurveyHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Decide, Invited


@pytest.fixture
async def house(sqlite_address: str) -> AsyncIterator[SurveyHouse]:
    store = open_fresh(sqlite_address, synchronous="NORMAL", create=True)
    house = SurveyHouse(store)
    await house.agreed()
    yield house
    await store.close()


async def test_rows_that_cannot_be_read_hold_up_nobody_and_are_tried_again(
    house: SurveyHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(texting, "MOST", 3)
    bad = await house.plan("bad")
    await house.spoil(bad[0])
    broken = [await house.missed(bad) for _ in range(7)]
    good = await house.missed(await house.plan())
    await house.look()
    assert await house.state(good) == ("scheduled", "")
    for _look in range(5):
        await house.look(seconds=2)
    assert len(errors(caplog)) == len(broken)
    await house.look(seconds=AGAIN.total_seconds())
    assert len(errors(caplog)) == 2 * len(broken)


async def test_a_survey_that_cannot_be_read_keeps_no_text_from_people(
    house: SurveyHouse, caplog: pytest.LogCaptureFixture
) -> None:
    plan = await house.plan()
    invitation = await house.missed(plan)
    await house.look()
    await house.look(minutes=5)
    await house.deliver()
    await house.spoil(plan[0])
    house.texting = texting.SurveyTexting(house.texting._desk)
    text = await house.arrived("5")
    assert not await house.texting.take(text)
    assert not await house.texting.answers_yes_no(text)
    assert await house.texting.opted_out(text) == ""
    assert await house.state(invitation) == ("opted_out", "")
    assert errors(caplog)


async def test_what_the_database_refuses_of_one_is_no_reason_to_stop(
    house: SurveyHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await house.plan()
    refused, other = await house.missed(plan), await house.missed(plan, "+905337654321")
    change = house.rows.change

    async def picky(invitation: str, decide: Decide, at: datetime) -> Invited | None:
        if invitation == refused:
            raise StoreError("the database refused: a value")
        return await change(invitation, decide, at)

    monkeypatch.setattr(house.rows, "change", picky)
    await house.look()
    assert await house.state(other) == ("scheduled", "")


async def test_all_that_were_sent_are_looked_through_seldom(
    house: SurveyHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    reported = house.rows.reported

    async def counted(limit: int) -> Sequence[str]:
        looks.append(limit)
        return await reported(limit)

    monkeypatch.setattr(house.rows, "reported", counted)
    tasks = Tasks()
    tasks.start(house.texting.run(), "texts")
    await house.clock.advance(timedelta(minutes=10).total_seconds())
    assert len(looks) <= 11
    await tasks.close()


async def test_a_report_that_nobody_told_us_of_is_found(
    house: SurveyHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await house.missed(await house.plan())
    await house.look()
    await house.look(minutes=5)
    monkeypatch.setattr(house.texting, "told", lambda _text: None)
    await house.deliver()
    await house.look()
    assert await house.state(invitation) == ("sent", "")
    await house.look(seconds=texting.REPORTS.total_seconds())
    assert await house.state(invitation) == ("delivered", "")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.message for one in caplog.records if one.levelno == logging.ERROR]
