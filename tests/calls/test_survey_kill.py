"""A server that is killed while it writes to many asks each of them exactly once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.fakes.survey_kill import killed_twice, prepare

if TYPE_CHECKING:
    from pathlib import Path

MANY = 60


async def test_each_is_asked_once_although_the_server_is_killed_twice(tmp_path: Path) -> None:
    await asyncio.to_thread(prepare, tmp_path, MANY)
    found = await killed_twice(tmp_path, MANY)
    assert (found.kills, found.delivered, found.sent_once) == (2, MANY, MANY)
