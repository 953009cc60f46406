"""The rig of `tests/fakes` as a fixture, closed at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_rig import Rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """A server in memory with the shop's flow."""
    made = Rig()
    made.switch.epoch = await made.store.calls.claim()
    yield made
    await made.close()
