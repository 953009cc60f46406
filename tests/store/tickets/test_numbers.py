"""Serial numbers: per tenant and year, on the tenant's own clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from ivr.store import open_store
from ivr.store.tables import number_sequence
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    import pytest

MIDNIGHT = datetime(2026, 12, 31, 21, tzinfo=UTC)
"""New Year in Istanbul."""


async def test_new_year_is_that_of_the_zone(desk: Desk) -> None:
    desk.at = MIDNIGHT - timedelta(microseconds=1)
    assert (await desk.open()).number == "260000019"
    desk.at = MIDNIGHT
    assert (await desk.open()).number == "270000016"
    desk.at = MIDNIGHT - timedelta(seconds=1)  # a late one of the old year
    assert (await desk.open()).number[:8] == "26000002"


async def test_each_tenant_counts_for_itself(desk: Desk) -> None:
    opened = [await desk.open(tenant) for tenant in (1, 2, 1, 2)]
    assert [each.number[2:8] for each in opened] == ["000001", "000001", "000002", "000002"]


async def test_two_servers_that_open_at_once_leave_no_gap(desk: Desk, address: str) -> None:
    second = open_store(address)
    other = Desk(second)
    keys = [f"call:{n}:x:1" for n in range(12)]
    opened = await asyncio.gather(
        *(each.opening(origin_key=key) for key in keys for each in (desk, other))
    )
    await second.close()
    assert sum(each.fresh for each in opened) == 12
    serials = sorted({int(each.ticket.number[2:8]) for each in opened})
    assert serials == list(range(1, 13))


async def test_the_width_grows_and_somebody_is_told_before(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.open()
    for at, number in ((900_000, "26900000"), (999_999, "26999999"), (1_000_000, "261000000")):
        await _jump(desk, at)
        assert (await desk.open()).number[:-1] == number
    await desk.open()
    [row] = await desk.rows("number_sequence")
    assert row["width"] == 7
    told = [each for each in caplog.records if each.message == "ticket_numbers_nearly_used"]
    assert len(told) == 1


async def _jump(desk: Desk, serial: int) -> None:
    jump = update(number_sequence).values(next_value=serial)
    await desk.store.database.change(lambda it: it.execute(jump))
