"""A desk for tickets on each kind of database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.fresh_store import open_fresh
from tests.fakes.ticket_house import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator


@pytest.fixture
async def desk(address: str) -> AsyncIterator[Desk]:
    """A desk where no ticket was opened yet."""
    store = open_fresh(address, synchronous="NORMAL")
    yield Desk(store)
    await store.close()


@pytest.fixture
def lasting(address: str) -> Iterator[tuple[Desk, Callable[[Coroutine[Any, Any, None]], None]]]:
    """One desk for many examples, and what runs them on its own loop."""
    with asyncio.Runner() as runner:
        store = open_fresh(address, synchronous="NORMAL")
        yield Desk(store), runner.run
        runner.run(store.close())
