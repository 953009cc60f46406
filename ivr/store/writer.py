"""The one thread that writes: it gathers what many calls want stored and commits it together.

Group commit: everything handed over in one turn of the event loop, and everything that arrived
during the last commit, shares one transaction of up to 256 units. If it is refused, it is rolled
back and its units are tried one by one, so that a bad one costs only itself.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.domain.errors import PortError, StoreError
from ivr.store.faults import CommitError, RefusedError, UnavailableError
from ivr.store.statements import Compiled, Each, Row, Statement, Step, steps

if TYPE_CHECKING:
    from ivr.store.sink import Job, Sink

BATCH_UNITS = 256
QUEUE_UNITS = 10_000
QUEUE_BYTES = 64 * 1024 * 1024
PATIENCE_S = 10.0
UNHURRIED_S = 0.02
_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 0.5

Ask: TypeAlias = Callable[[Each, Mapping[str, Any]], list[Row]]
Explain: TypeAlias = Callable[[Ask, str], PortError | None]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is stored as a whole or not at all.

    call: two units of one call never share a transaction, since the second builds on the first.
    alone: the unit gets a transaction of its own. size_bytes: what it adds to the queue, about.
    unhurried: it may wait 20 ms for others, to be committed with them: nobody is held up by it.
    explain: told why the database refused, finds the error the caller gets; None means that what
    was asked for is already so. job: an operation instead of writes, always alone; whatever it
    raises is for its caller alone.
    """

    writes: Sequence[tuple[Statement, Row]]
    explain: Explain
    call: str = ""
    alone: bool = False
    size_bytes: int = 0
    job: Job[Any] | None = None
    unhurried: bool = False


@dataclass(slots=True)
class _Wait:
    unit: Unit
    answer: asyncio.Future[Any]
    result: Any
    failed: bool = False


def plainly(_ask: Ask, reason: str) -> PortError:
    """The explanation of a unit that has no more to say."""
    return StoreError(f"the database refused: {reason}")


class _Turn:
    """What came in this turn of the loop, handed over at its end, all at once.

    What is not in a hurry goes with it, or when its time is up. The timer runs on when others come
    before: to move it for each unit would cost more.
    """

    def __init__(self, handed: SimpleQueue[list[_Wait] | None]) -> None:
        self._handed = handed
        self._waits: list[_Wait] = []
        self._ends = False
        self._later: asyncio.TimerHandle | None = None

    def add(self, wait: _Wait, loop: asyncio.AbstractEventLoop) -> None:
        """One more, in order."""
        self._waits.append(wait)
        if wait.unit.unhurried:
            self._later = self._later or loop.call_later(UNHURRIED_S, self._time_is_up)
        elif not self._ends:
            self._ends = True
            loop.call_soon(self.end)

    def end(self) -> None:
        """Hand over what there is."""
        self._ends = False
        if self._waits:
            waits, self._waits = self._waits, []
            self._handed.put(waits)

    def close(self) -> None:
        """Hand over what there is; nothing comes after it."""
        if self._later is not None:
            self._later.cancel()
        self.end()

    def _time_is_up(self) -> None:
        self._later = None
        self.end()


class Writer:
    """The queue and its thread. Used from one event loop."""

    def __init__(self, sink: Sink, compiled: Compiled, *, patience_s: float = PATIENCE_S) -> None:
        self._sink = sink
        self._compiled = compiled
        self._patience_s = patience_s
        self._handed: SimpleQueue[list[_Wait] | None] = SimpleQueue()
        self._turn = _Turn(self._handed)
        self._units = 0
        self._bytes = 0
        self._stop = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Future[None] | None = None
        self._thread = Thread(target=self._work, name="store-writer", daemon=True)

    @property
    def load(self) -> float:
        """Share of the queue in use, 0 to 1."""
        return max(self._units / QUEUE_UNITS, self._bytes / QUEUE_BYTES)

    def submit(self, unit: Unit) -> asyncio.Future[Any]:
        """Queue a unit. The future ends when it is durable, or with the error it met.

        Its result is what the job gave, else the rows of the last write that gave any.
        """
        if self._stop.is_set():
            raise StoreError("the store is closed")
        if self._units >= QUEUE_UNITS or self._bytes >= QUEUE_BYTES:
            raise StoreError("the write queue is full", retryable=True)
        loop = self._started()
        wait = _Wait(unit, loop.create_future(), [])
        self._turn.add(wait, loop)
        self._units += 1
        self._bytes += unit.size_bytes
        return wait.answer

    async def close(self) -> None:
        """Write what is queued, then end the thread and release the connection."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._loop is None:
            return
        self._ended = self._loop.create_future()
        self._turn.close()
        self._handed.put(None)
        await self._ended

    def _started(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
            self._thread.start()
        elif self._loop is not loop:
            raise StoreError("a store belongs to the event loop that used it first")
        return loop

    def _settle(self, waits: Sequence[_Wait]) -> None:
        for wait in waits:
            self._units -= 1
            self._bytes -= wait.unit.size_bytes
            if wait.answer.done():
                continue
            if wait.failed or isinstance(wait.result, PortError):
                wait.answer.set_exception(wait.result)
            else:
                wait.answer.set_result(wait.result)

    # From here on everything runs in the writer thread.

    def _work(self) -> None:
        waiting: deque[_Wait] = deque()
        batch: list[_Wait] = []
        try:
            while self._gather(waiting):
                batch = _batch(waiting)
                self._commit(batch)
                self._tell(self._settle, batch)
                batch = []
        finally:
            self._finish([*batch, *waiting])

    def _gather(self, waiting: deque[_Wait]) -> bool:
        """Fill `waiting`; False when all is written and the writer is to end."""
        try:
            while len(waiting) < BATCH_UNITS:
                turn = self._handed.get(block=not waiting)
                if turn is None:
                    self._handed.put(None)
                    break
                waiting.extend(turn)
        except Empty:
            return True
        return bool(waiting)

    def _finish(self, lost: list[_Wait]) -> None:
        """The end of the thread, by `close` (nothing is lost) or by a bug (nobody may hang)."""
        self._stop.set()
        self._tell(self._lose, lost)
        with suppress(UnavailableError, RefusedError):
            self._sink.close()
        self._tell(self._end)

    def _lose(self, lost: list[_Wait]) -> None:
        self._turn.end()
        with suppress(Empty):
            while True:
                lost.extend(self._handed.get_nowait() or ())
        for wait in lost:
            wait.result = StoreError("the writer stopped", retryable=True)
        self._settle(lost)

    def _end(self) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _tell(self, what: Callable[..., None], *values: list[_Wait]) -> None:
        with suppress(RuntimeError):  # the loop is gone and nobody waits any more
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what, *values)

    def _commit(self, batch: Sequence[_Wait]) -> None:
        try:
            found = self._patiently(batch)
        except RefusedError as error:
            self._one_by_one(batch, str(error))
        except UnavailableError as error:
            _fail(batch, f"the database cannot be written: {error}")
        except CommitError as error:
            _fail(batch, f"the commit failed: {error}")
        except Exception as error:
            if batch[0].unit.job is None:
                raise
            batch[0].result, batch[0].failed = error, True
        else:
            for wait in batch:
                wait.result = found

    def _one_by_one(self, batch: Sequence[_Wait], reason: str) -> None:
        if len(batch) > 1:
            for wait in batch:
                self._commit([wait])
            return
        try:
            told = batch[0].unit.explain(self._ask, reason)
        except (RefusedError, UnavailableError) as error:
            told = StoreError(f"the database cannot be read: {error}", retryable=True)
        if told is not None:
            batch[0].result = told

    def _ask(self, question: Each, params: Mapping[str, Any]) -> list[Row]:
        return self._sink.ask(self._compiled.get(question), self._compiled.bind(question, params))

    def _patiently(self, batch: Sequence[_Wait]) -> Any:  # noqa: ANN401 - what the job gives
        """Try until the database answers or patience ends; pauses double, with jitter."""
        work = self._work_of(batch)
        give_up, pause_s = monotonic() + self._patience_s, _FIRST_PAUSE_S
        while True:
            try:
                return work()
            except UnavailableError:
                if monotonic() + pause_s > give_up:
                    raise
            self._pause(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _work_of(self, batch: Sequence[_Wait]) -> Callable[[], Any]:
        job = batch[0].unit.job
        if job is not None:
            return partial(self._sink.change, job)
        return partial(self._sink.transact, self._plan(batch))

    def _pause(self, pause_s: float) -> None:
        Event().wait(pause_s)

    def _plan(self, batch: Sequence[_Wait]) -> list[Step]:
        writes: dict[Statement, list[Row]] = {}
        for wait in batch:
            for statement, row in wait.unit.writes:
                writes.setdefault(statement, []).append(row)
        return list(steps(self._compiled, writes))


def _batch(waiting: deque[_Wait]) -> list[_Wait]:
    """Take the next units that may share a transaction, in order."""
    batch, calls = [waiting.popleft()], set[str]()
    if batch[0].unit.alone:
        return batch
    calls.add(batch[0].unit.call)
    while waiting and len(batch) < BATCH_UNITS:
        unit = waiting[0].unit
        if unit.alone or (unit.call and unit.call in calls):
            break
        calls.add(unit.call)
        batch.append(waiting.popleft())
    return batch


def _fail(batch: Sequence[_Wait], message: str) -> None:
    for wait in batch:
        wait.result = StoreError(message, retryable=True)
