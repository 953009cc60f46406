"""Two callers who need the same sound at the same time wait for one making of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable
    from typing import Any

    from ivr.runtime.tasks import Tasks

T = TypeVar("T")


class Flights(Generic[T]):
    """Work under way, by key. It goes on when a caller who waits for it leaves."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        self._tasks = tasks
        self._name = name
        self._running: dict[Hashable, asyncio.Task[T | MediaError]] = {}

    async def join(self, key: Hashable, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives, or that of the same key already under way. Raises `MediaError`."""
        task = self._running.get(key)
        if task is None:
            task = self._tasks.start(self._run(key, work), self._name)
            self._running[key] = task
            task.add_done_callback(lambda _done: self._landed(key, work))
        else:
            work.close()
        found = await asyncio.shield(task)
        if isinstance(found, MediaError):
            raise MediaError(str(found))
        return found

    async def _run(self, key: Hashable, work: Coroutine[Any, Any, T]) -> T | MediaError:
        """A failure is a value: it is told to those who wait, and is no fault of the server."""
        try:
            return await work
        except MediaError as error:
            return error

    def _landed(self, key: Hashable, work: Coroutine[Any, Any, T]) -> None:
        """Over, also if it was cancelled before it began."""
        self._running.pop(key, None)
        work.close()
