"""The only place where background work starts: nothing is forgotten, nothing fails unseen."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Coroutine

_LOG = logging.getLogger(__name__)


class Tasks:
    """Background tasks of one server, all of them ended by `close`."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run in the background; a failure is logged, never lost."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            metrics.TASK_FAILURES.labels(task.get_name()).inc()
            _LOG.error("task_failed", exc_info=error, extra={"task": task.get_name()})

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
