"""One store per test on every engine: memory, SQLite, PostgreSQL if there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, CallId
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import CallClosing, CallOpening, Entry, SegmentRow
from ivr.runtime.replies import Reply
from ivr.store import postgres
from ivr.store.address import read_address
from ivr.store.tables import METADATA, audit_log, owner
from ivr.store.upgrade import upgrade
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.runtime.ports import Store

ENGINES = ("memory", "sqlite", "postgres")
NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest) -> str:
    """Where an empty database may be made; "memory" for none."""
    if request.param == "memory":
        return "memory"
    name = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    address: str = request.getfixturevalue(name)
    return address


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """Where an SQLite database may be made."""
    return f"sqlite:///{tmp_path / 'ivr.db'}"


@pytest.fixture
def postgres_address(postgres_tables: str) -> str:
    """An empty PostgreSQL database with its tables."""
    postgres.apart(lambda: _empty(postgres_tables))
    return postgres_tables


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> str:
    """The PostgreSQL database with its tables made."""
    upgrade(postgres_url)
    return postgres_url


async def _empty(url: str) -> None:
    engine = postgres.upgrading_engine(read_address(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("TRUNCATE audit_log")
        for table in reversed(METADATA.sorted_tables):
            if table not in (owner, audit_log):
                await connection.execute(table.delete())
        await connection.execute(owner.update().values(epoch=0))
    await engine.dispose()


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    """An empty store of each kind in turn."""
    opened = MemoryStore() if address == "memory" else open_fresh(address, create=True)
    yield opened
    await opened.close()


@pytest.fixture
def step() -> Callable[..., Entry]:
    """Entries one second apart; the first one opens the call `c1` with the reference `CA-c1`."""

    def make(seq: int, *, call: str = "c1", epoch: int = 1) -> Entry:
        at = NOON + timedelta(seconds=seq)
        entry = Entry(CallId(call), epoch, seq, at, event=f'{{"n":  {seq}, "ş": "İ"}}')
        return replace(entry, opening=opening(call)) if seq == 1 else entry

    return make


def opening(call: str) -> CallOpening:
    """The opening of a call."""
    return CallOpening(
        trunk="main",
        channel="twilio",
        provider_ref=f"CA-{call}",
        ani="+905321112233",
        dnis="+908502220000",
        flow="bank",
        flow_hash="0123456789ab",
        language="tr",
        is_test=False,
        sealed_key=b"\x00wrapped\xff",
    )


@pytest.fixture
def closing() -> CallClosing:
    """The end of a call that was handled."""
    return CallClosing(
        outcome="handled",
        result="success",
        cause="normal",
        ended_by="caller",
        note="çağrı bitti",
        language="en",
        path=("main", "cards"),
        segments=(
            SegmentRow("ivr", NOON, NOON + timedelta(milliseconds=1500)),
            SegmentRow("talk", NOON + timedelta(milliseconds=1500), NOON, "agent 7"),
        ),
    )


@pytest.fixture
def reply() -> Reply:
    """The answer to the first request of leg 1."""
    return Reply(CALLER, 1, 0, 200, "text/xml; charset=utf-8", b"<Response/>\xc5\x9f")
