"""One store per test on every engine: memory, SQLite, PostgreSQL if there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, CallId
from ivr.engine.record.stretches import Stretch
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import CallClosing, CallOpening, Entry
from ivr.runtime.replies import Reply
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ivr.runtime.ports import Store

ENGINES = ("memory", "sqlite", "postgres")
NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test on every engine; those of a module with `ENGINES` of its own on these."""
    if "address" in metafunc.fixturenames:
        engines = getattr(metafunc.module, "ENGINES", ENGINES)
        metafunc.parametrize("address", engines, indirect=True)


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    """Where an empty database may be made; "memory" for none."""
    if request.param == "memory":
        return "memory"
    name = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    address: str = request.getfixturevalue(name)
    return address


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
            Stretch("ivr", NOON, NOON + timedelta(milliseconds=1500)),
            Stretch("talk", NOON + timedelta(milliseconds=1500), NOON, "agent 7"),
        ),
    )


@pytest.fixture
def reply() -> Reply:
    """The answer to the first request of leg 1."""
    return Reply(CALLER, 1, 0, 200, "text/xml; charset=utf-8", b"<Response/>\xc5\x9f")
