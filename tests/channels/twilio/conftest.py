"""Servers of `tests/fakes` as fixtures, closed at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import Centre, lay_out
from tests.fakes.twilio_rig import Rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from tests.fakes.twilio_floor import Open


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """A server in memory with the shop's flow."""
    made = Rig()
    made.switch.epoch = await made.store.calls.claim()
    yield made
    await made.close()


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens a call centre; the agents named are signed in."""
    centres: list[Centre] = []

    async def make(*agents: str, changes: Mapping[str, str] | None = None) -> Centre:
        centre = Centre(lay_out(tmp_path, changes))
        centres.append(centre)
        return await centre.start(*agents)

    yield make
    for centre in centres:
        await centre.close()
