"""Waiting in real time, for what other programs do in theirs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.fakes.pause import pause

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def until(done: Callable[[], Awaitable[object]], limit_s: float = 30.0) -> None:
    """Until it is so. Raises TimeoutError."""
    async with asyncio.timeout(limit_s):
        while not await done():
            await pause()


async def until_now(done: Callable[[], object], limit_s: float = 30.0) -> None:
    """The same for what needs not be asked."""

    async def is_done() -> object:
        return done()

    await until(is_done, limit_s)
