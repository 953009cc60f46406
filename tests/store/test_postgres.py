"""PostgreSQL: what differs from SQLite is the connection, so that is what is tested here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from ivr.domain.errors import LeaseLostError, StoreError
from ivr.store import open_store, postgres
from ivr.store.address import read_address
from ivr.store.upgrade import downgrade
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore


@pytest.fixture
def url(postgres_url: str) -> str:
    """An empty PostgreSQL database."""
    downgrade(postgres_url)
    return postgres_url


@pytest.fixture
async def shared(url: str) -> AsyncIterator[SqlStore]:
    """A store on PostgreSQL."""
    opened = open_fresh(url, create=True, patience_s=5)
    yield opened
    await opened.close()


def test_without_the_driver_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    with pytest.raises(StoreError, match=r'pip install "ivr-server\[postgres\]"'):
        open_store("postgresql://ivr:secret@127.0.0.1:1/ivr")


async def test_readers_cannot_write(shared: SqlStore) -> None:
    with pytest.raises(StoreError, match="read-only"):
        await shared.database.read(lambda reader: reader.execute(text("DELETE FROM journal")))


async def test_no_query_is_compiled(shared: SqlStore) -> None:
    asked = text("SHOW jit")
    assert await shared.database.read(lambda reader: reader.execute(asked).scalar_one()) == "off"


async def test_a_lost_connection_is_replaced_without_losing_a_step(
    shared: SqlStore, url: str, step: Callable[..., Entry]
) -> None:
    await shared.journal.append(step(1))
    await asyncio.to_thread(lambda: postgres.apart(lambda: _cut_others(url)))
    await shared.journal.append(step(2))
    saved = await shared.journal.load(step(1).call)
    assert saved is not None
    assert [seq for seq, _event in saved.events] == [1, 2]


async def _cut_others(url: str) -> None:
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await engine.dispose()


async def test_of_two_processes_only_the_newer_writes(
    shared: SqlStore, url: str, step: Callable[..., Entry]
) -> None:
    old = await shared.calls.claim()
    names = [f"c{number}" for number in range(30)]
    await asyncio.gather(*(shared.journal.append(step(1, call=n, epoch=old)) for n in names))
    other = open_store(url)
    steps = [shared.journal.append(step(2, call=name, epoch=old)) for name in names]
    new, *ends = await asyncio.gather(other.calls.claim(), *steps, return_exceptions=True)
    assert new == old + 1
    for name, end in zip(names, ends, strict=True):
        assert end is None or isinstance(end, LeaseLostError)
        await other.journal.append(step(2 if end else 3, call=name, epoch=new))
        with pytest.raises(LeaseLostError):
            await shared.journal.append(step(3 if end else 4, call=name, epoch=old))
    await other.close()


async def test_a_text_postgresql_cannot_hold_is_refused_at_once(
    shared: SqlStore, step: Callable[..., Entry]
) -> None:
    for bad in ("a\x00b", "\ud800"):
        with pytest.raises(StoreError) as caught:
            await shared.journal.append(replace(step(1), event=bad))
        assert not caught.value.retryable
    await shared.journal.append(step(1))
