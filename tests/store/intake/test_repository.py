"""The port of the intake is one transaction per operation: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.intake import Conversion

if TYPE_CHECKING:
    from tests.fakes.intake import Pool

TABLES = ("customer", "contact_point", "ticket", "ticket_article", "outbox_event", "audit_log")


async def test_what_fails_at_the_end_has_never_begun(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.intake.claim(item.id, pool.act())
    before = {name: await pool.rows(name) for name in TABLES}
    how = Conversion(new_customer="Ali Işık", custom={"no": "such field"})
    with pytest.raises(NotValidError):
        await pool.intake.convert(item.id, how, pool.act())
    assert {name: await pool.rows(name) for name in TABLES} == before


async def test_a_ticket_its_message_and_its_customer_come_together(pool: Pool) -> None:
    item = await pool.arrive()
    await pool.convert(item.id, new_customer="Ali Işık")
    counts = [len(await pool.rows(name)) for name in TABLES[:4]]
    assert counts == [1, 1, 1, 1]
    kinds = [row["type"] for row in await pool.rows("outbox_event")]
    assert kinds.count("ticket.created") == 1
