"""The time of the real world. Tests bring `runtime/memory/clock.py` instead."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """Wall clock in UTC that never runs backwards inside a process; implements `Clock`."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Aware UTC, whole microseconds."""
        self._last = max(self._last, datetime.now(UTC))
        return self._last

    async def sleep_until(self, due: datetime) -> None:
        """Return at `due` or just after it."""
        while (left_s := (due - self.now()).total_seconds()) > 0:
            await asyncio.sleep(left_s)
