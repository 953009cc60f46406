"""The open promises to call back, in memory, and written down in the order in which they change."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.acd.callbacks import open_of
from ivr.domain.errors import LeaseLostError, PortError, StoreError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from ivr.acd.callbacks import Callback
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.desk import CallbackRow, Callbacks
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
RETRY_S = 0.5


class Ledger:
    """One writer, so that no change overtakes another. rows: the open promises by id."""

    def __init__(self, group: str, books: Callbacks, clock: Clock, tasks: Tasks) -> None:
        self._group = group
        self._books = books
        self._clock = clock
        self._tasks = tasks
        self._last: dict[str, asyncio.Future[None]] = {}
        self._waiting: deque[tuple[CallbackRow, asyncio.Future[None]]] = deque()
        self.rows: dict[str, CallbackRow] = {}

    async def load(self) -> None:
        """Read what is open."""
        self.rows = {row.promise.token: row for row in await self._books.open(self._group)}
        for row in self.rows.values():
            metrics.CALLBACKS_OPEN.labels(row.promise.queue).inc()

    def of(self, identity: str, queue: str) -> CallbackRow | None:
        """The open promise to a person for a queue; withheld callers are never the same person."""
        found = open_of((row.promise for row in self.rows.values()), identity, queue)
        return None if found is None else self.rows[found.token]

    def change(self, row: CallbackRow) -> CallbackRow:
        """A promise is new, or stands elsewhere: in memory at once, then in the books."""
        token = row.promise.token
        known = self.rows.pop(token, None)
        version = 1 + (known.promise.version if known is not None else 0)
        row = replace(row, promise=replace(row.promise, version=version))
        if row.promise.is_open:
            self.rows[token] = row
        _count(row.promise, known.promise if known is not None else None)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_looked_at)
        self._last[token] = done
        self._waiting.append((row, done))
        if len(self._waiting) == 1:
            self._tasks.start(self._write(), "callback ledger")
        return row

    async def written(self, promise: str) -> None:
        """Until the last change of a promise is in the books. Raises PortError if it never is."""
        done = self._last.get(promise)
        if done is not None:
            await asyncio.shield(done)

    async def _write(self) -> None:
        while self._waiting:
            row, done = self._waiting[0]
            try:
                await self._stored(row)
            except PortError as error:
                _LOG.exception("callback_not_stored")
                self._undo(row)
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(None)
            self._waiting.popleft()
            if self._last.get(row.promise.token) is done:
                del self._last[row.promise.token]

    async def _stored(self, row: CallbackRow) -> None:
        """While the database is away, that is a wait."""
        while True:
            try:
                await self._books.save(self._group, row)
            except LeaseLostError:
                raise
            except StoreError as error:
                if not error.retryable:
                    raise
                due = self._clock.now() + timedelta(seconds=RETRY_S)
                await self._clock.sleep_until(due)
            else:
                return

    def _undo(self, row: CallbackRow) -> None:
        """A promise that cannot be written down was never made."""
        if row.promise.version == 1 and self.rows.get(row.promise.token) == row:
            del self.rows[row.promise.token]
            metrics.CALLBACKS_OPEN.labels(row.promise.queue).dec()


def _looked_at(done: asyncio.Future[None]) -> None:
    """Who does not wait for it has read of the failure in the log."""
    if not done.cancelled():
        done.exception()


def _count(now: Callback, before: Callback | None) -> None:
    open_now = metrics.CALLBACKS_OPEN.labels(now.queue)
    if before is None and now.is_open:
        open_now.inc()
    elif before is not None and not now.is_open:
        open_now.dec()
    if before is None or before.state is not now.state:
        metrics.CALLBACKS.labels(now.queue, str(now.state)).inc()
