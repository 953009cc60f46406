"""A server that is killed while it writes to many asks each of them exactly once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.fakes.survey_kill import killed_in_a_wave, killed_twice, prepare, prepare_wave

if TYPE_CHECKING:
    from pathlib import Path

MANY, FEW = 60, 24


async def test_each_is_asked_once_although_the_server_is_killed_twice(tmp_path: Path) -> None:
    await asyncio.to_thread(prepare, tmp_path, MANY)
    found = await killed_twice(tmp_path, MANY, loaded=True)
    assert (found.kills, found.delivered, found.sent_once) == (2, MANY, MANY)


async def test_a_wave_is_drawn_once_and_sent_once_although_the_server_is_killed_thrice(
    tmp_path: Path,
) -> None:
    await asyncio.to_thread(prepare_wave, tmp_path, FEW)
    found = await killed_in_a_wave(tmp_path, FEW, loaded=True)
    assert (found.kills, found.delivered, found.sent_once) == (3, FEW, FEW)
