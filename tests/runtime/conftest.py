"""A switch in memory, closed at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.house import House

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A switch that owns its calls."""
    made = House()
    await made.open()
    yield made
    await made.close()
