"""Streams over a store in memory, on a clock that the test moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.pops import MemoryPops
from ivr.runtime.streams import Streams
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def clock() -> VirtualClock:
    """Time that the test moves."""
    return VirtualClock()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    """Background work, ended after the test."""
    made = Tasks()
    yield made
    await made.close()


@pytest.fixture
def pops() -> MemoryPops:
    """What was kept."""
    return MemoryPops()


@pytest.fixture
def streams(pops: MemoryPops, clock: VirtualClock, tasks: Tasks) -> Streams:
    """The fan-out."""
    return Streams(pops, clock, tasks)
