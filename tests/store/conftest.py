"""A database file of its own for each test, and entries to fill it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CallId
from ivr.runtime.ports import CallOpening, Entry
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = b"a key that nobody may read later"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database file will be."""
    return tmp_path / "ivr.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqlStore]:
    """An open, empty SQLite store that gives up on a bad database after a moment."""
    opened = open_fresh(f"sqlite:///{path}", create=True, patience_s=0.05)
    yield opened
    await opened.close()


@pytest.fixture
def step() -> Callable[..., Entry]:
    """Entries of a call; number 1 opens it."""

    def make(seq: int, *, call: str = "c1", epoch: int = 1) -> Entry:
        entry = Entry(CallId(call), epoch, seq, NOON + timedelta(seconds=seq), event="{}")
        if seq > 1:
            return entry
        first = CallOpening("main", "sip", f"r-{call}", None, "1", "bank", "h", "tr", True, KEY)
        return replace(entry, opening=first)

    return make
