"""Mails with reports are planned once and taken up by one at a time, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.reports.mailing import Due
from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.reports import DEAD, PENDING, SENT
from ivr.store.reports.mails import SqlReportMails

if TYPE_CHECKING:
    from ivr.store import SqlStore

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DUE = Due(EIGHT, EIGHT - DAY, EIGHT)
ENGINES = ("sqlite", "postgres")
"""They leave from databases only."""


@pytest.fixture
def mails(store: SqlStore) -> SqlReportMails:
    """None yet."""
    return SqlReportMails(store.database, Ulids(SystemClock()).new)


async def test_a_sending_is_planned_once_for_each_address(mails: SqlReportMails) -> None:
    assert await mails.plan("morning", DUE, ["a@x.example", "b@x.example"]) == 2
    assert await mails.plan("morning", DUE, ["a@x.example", "c@x.example"]) == 1
    tomorrow = Due(EIGHT + DAY, EIGHT, EIGHT + DAY)
    assert await mails.plan("morning", tomorrow, ["a@x.example"]) == 1
    assert await mails.plan("evening", DUE, ["a@x.example"]) == 1
    taken = await mails.take(EIGHT, EIGHT + MINUTE)
    assert sorted((each.name, each.to) for each in taken) == [
        ("evening", "a@x.example"), ("morning", "a@x.example"), ("morning", "b@x.example"),
        ("morning", "c@x.example"),
    ]  # fmt: skip
    times = {(each.due_at, each.since, each.until) for each in taken}
    assert times == {(DUE.at, DUE.since, DUE.until)}
    assert len({each.id for each in taken}) == 4


async def test_what_is_taken_comes_back_only_when_its_time_is_over(mails: SqlReportMails) -> None:
    await mails.plan("morning", DUE, ["a@x.example"])
    assert await mails.take(EIGHT - MINUTE, EIGHT) == []
    [mail] = await mails.take(EIGHT, EIGHT + 5 * MINUTE)
    assert await mails.take(EIGHT + 4 * MINUTE, EIGHT + 9 * MINUTE) == []
    [again] = await mails.take(EIGHT + 5 * MINUTE, EIGHT + 10 * MINUTE)
    assert again == mail


@pytest.mark.parametrize("state", [SENT, DEAD])
async def test_what_is_settled_is_over(mails: SqlReportMails, state: str) -> None:
    await mails.plan("morning", DUE, ["a@x.example"])
    [mail] = await mails.take(EIGHT, EIGHT + MINUTE)
    await mails.settle(mail, state)
    assert await mails.take(EIGHT + DAY, EIGHT + DAY) == []
    assert await mails.plan("morning", DUE, ["a@x.example"]) == 0


async def test_what_failed_is_tried_again_at_its_time(mails: SqlReportMails) -> None:
    await mails.plan("morning", DUE, ["a@x.example"])
    [mail] = await mails.take(EIGHT, EIGHT + MINUTE)
    await mails.settle(mail, PENDING, again_at=EIGHT + 3 * MINUTE, reason="away")
    assert await mails.take(EIGHT + 2 * MINUTE, EIGHT + DAY) == []
    [again] = await mails.take(EIGHT + 3 * MINUTE, EIGHT + DAY)
    assert again.attempts == 1
