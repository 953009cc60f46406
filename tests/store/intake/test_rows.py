"""Items as they are read, and what tenants see of each other: nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.intake import ItemFilter

if TYPE_CHECKING:
    from tests.fakes.intake import Pool


async def test_the_backlog_is_what_nobody_has(pool: Pool) -> None:
    assert await pool.intake.backlog() == (0, None)
    first = await pool.arrive()
    second = await pool.arrive(received_at=pool.later(minutes=1).at)
    assert await pool.intake.backlog() == (2, first.received_at)
    await pool.intake.claim(first.id, pool.act())
    assert await pool.intake.backlog() == (1, second.received_at)


async def test_no_tenant_reaches_an_item_of_another(pool: Pool) -> None:
    item = (await pool.arrive(dedupe_key="same")).id
    assert await pool.intake.get(item, tenant=2) is None
    assert await pool.intake.known("same", tenant=2) is None
    assert not (await pool.intake.list(ItemFilter(), tenant=2)).rows
    for ask in (pool.intake.claim, pool.intake.release):
        with pytest.raises(NotFoundError):
            await ask(item, pool.act(), tenant=2)
    with pytest.raises(NotFoundError):
        await pool.intake.assign(item, "ali", pool.act(), tenant=2)
    assert await pool.intake.distribute({"ali": ()}, ItemFilter(), pool.act(), tenant=2) == []
