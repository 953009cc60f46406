"""The contract is in tests/ports; here: notes come back from the file after a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.store import open_store
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_note_is_there_again_after_a_restart(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ivr.db'}"
    first = open_fresh(address, create=True)
    await first.wrapups.note("c1", "ayse", datetime(2026, 11, 23, tzinfo=UTC), "said")
    await first.close()
    second = open_store(address)
    assert [row.note for row in await second.wrapups.of("c1")] == ["said"]
    await second.close()
