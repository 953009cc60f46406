"""Callers and agents who do anything at any time: nobody is rung twice, nobody is ever stuck.

More of it: IVR_SEEDS=500 pytest tests/calls/test_agents_random.py
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.fakes.busy_floor import BusyFloor

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = int(os.environ.get("IVR_SEEDS", "16"))
STEPS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_happens_all_holds_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.chdir(tmp_path)
    floor = await BusyFloor.open(tmp_path, seed)
    try:
        await floor.run(STEPS)
        await floor.ends()
    finally:
        await floor.close()
