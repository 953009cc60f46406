"""Audit rows written in the transaction of what they tell of."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError, StoreError
from ivr.runtime.ports.desk import AuditRow
from ivr.store import open_store
from ivr.store.desk.audit import SqlAudit
from ivr.store.desk.audit_in import audit
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(what: str, **facts: object) -> AuditRow:
    """Something that Ayşe did."""
    return AuditRow(NOON, "ayşe", what, facts=facts)


@pytest.fixture
async def both(address: str) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two servers on one database that nobody has done anything in."""
    first = open_fresh(address, create=True)
    second = open_store(address)
    yield first, second
    await first.close()
    await second.close()


async def test_both_ways_of_writing_make_one_chain(both: tuple[SqlStore, SqlStore]) -> None:
    first, second = both
    for n in range(3):
        await first.audit.append(row(f"a{n}"))
        await first.database.change(partial(audit, row=row(f"b{n}", n=n)))
        await second.database.change(partial(audit, row=row(f"c{n}")))
    assert await SqlAudit(first.database).broken() is None
    assert [each.what for each in await first.audit.recent()][:3] == ["c2", "b2", "a2"]
    assert len(await first.audit.recent()) == 9


async def test_many_at_once_from_two_servers_make_one_chain(
    both: tuple[SqlStore, SqlStore],
) -> None:
    first, second = both
    jobs = [(store, row(f"j{n}")) for n in range(6) for store in both]
    await asyncio.gather(
        *(store.database.change(partial(audit, row=one)) for store, one in jobs),
        *(first.audit.append(row(f"a{n}")) for n in range(6)),
    )
    assert await SqlAudit(second.database).broken() is None
    assert len(await second.audit.recent()) == 18


async def test_what_is_undone_leaves_no_row(both: tuple[SqlStore, SqlStore]) -> None:
    first, _ = both

    def job(connection: Connection) -> None:
        audit(connection, row("lost"))
        raise NotFoundError("no such ticket")

    with pytest.raises(NotFoundError):
        await first.database.change(job)
    with pytest.raises(StoreError, match="no plain data"):
        await first.database.change(lambda it: audit(it, row("odd", x={1})))
    await first.audit.append(row("kept"))
    assert [each.what for each in await first.audit.recent()] == ["kept"]
    assert await SqlAudit(first.database).broken() is None
