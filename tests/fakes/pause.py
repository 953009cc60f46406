"""A breath for those who ask again and again, so that the processor is free for who must answer."""

from __future__ import annotations

import asyncio


async def pause(seconds: float = 0.01) -> None:
    """Let a moment of real time pass."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await over.wait()
