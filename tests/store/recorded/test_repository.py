"""Recordings on a database are tried in `tests/ports/test_recordings.py`; here what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.runtime.ports.recorded.recordings import Sound
from ivr.store.recorded.repository import SqlRecordings
from tests.store.conftest import NOON

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOBODY = "01KAJ9Q3Z8M4T7W2Y6B5C1D0EF"


async def test_nothing_is_changed_of_one_that_is_not_there(store: SqlStore) -> None:
    rows = SqlRecordings(store.database)
    assert not await rows.ready(NOBODY, Sound("recordings:aa", 1, "00", 1, b""), NOON)
    assert await rows.due(NOON, 5) == []
