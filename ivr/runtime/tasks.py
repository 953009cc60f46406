"""Background work starts here alone, and goes round here: nothing is lost, nothing fails unseen."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import PortError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator
    from datetime import datetime, timedelta

    from ivr.runtime.ports import Clock

_LOG = logging.getLogger(__name__)


def tell_failure(task: asyncio.Task[Any] | None, error: BaseException) -> None:
    """Count and log what background work met by a fault of ours."""
    name = task.get_name() if task else "none"
    metrics.TASK_FAILURES.labels(name).inc()
    _LOG.error("task_failed", exc_info=error, extra={"task": name})


@contextmanager
def survived() -> Iterator[None]:
    """A part of some work without which the rest goes on: a fault in it is counted and logged."""
    try:
        yield
    except Exception as error:
        tell_failure(asyncio.current_task(), error)


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
            tell_failure(task, error)

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def look_again(
    look: Callable[[], Awaitable[object]],
    pause: Callable[[], Awaitable[object]],
    waits: str,
    more: object = True,
) -> None:
    """For ever. A store or a system that is away is asked again at the next look, and so is work
    that failed by a fault of ours: the next look may meet something else.

    more: what `look` gives when it is to be called at once again. waits: what is logged when
    somebody is away.
    """
    while True:
        try:
            while await look() == more:
                pass
        except PortError as error:
            _LOG.warning(waits, extra={"facts": {"why": str(error)}})
        except Exception as error:
            tell_failure(asyncio.current_task(), error)
        await pause()


def every(clock: Clock, span: timedelta) -> Callable[[], Awaitable[None]]:
    """A pause of so long."""
    return lambda: clock.sleep_until(clock.now() + span)


class Bell:
    """Wakes one who waits. Rung while nobody waits, it ends the next wait at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There is work."""
        self._rung.set()

    def every(self, clock: Clock, span: timedelta) -> Callable[[], Coroutine[Any, Any, None]]:
        """A pause of so long, which the bell ends."""
        return lambda: self.wait(clock, clock.now() + span)

    async def wait(self, clock: Clock, until: datetime) -> None:
        """Until it is rung, or that moment has come."""
        waits = {
            asyncio.ensure_future(self._rung.wait()),
            asyncio.ensure_future(clock.sleep_until(until)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._rung.clear()
