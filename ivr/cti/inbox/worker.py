"""The worker of the inbox: asks who is to be asked, and deals with what came in, ticket by ticket.

What came in about one ticket is dealt with together, oldest first. A message about a ticket that we
do not know is tried a few times, since the answer to our own opening may still be on its way.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ivr.cti.inbox import figures
from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError, wait_s
from ivr.domain.errors import PortError
from ivr.runtime.ports.deliveries import DEAD as GIVEN_UP
from ivr.runtime.ports.deliveries import HELD as NEEDS_A_PERSON
from ivr.runtime.ports.far.inbox import DEAD, DONE, HELD, PENDING, UNKNOWN, Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.cti.adapters.agreement import Reached
    from ivr.cti.adapters.far import News
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.far.inbox import Batch, Inbox
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)
LOOK_S = 0.5
COUNT_S = 15.0
LEASE_S = 120.0
LIMIT_S = 90.0
PAUSE = timedelta(minutes=1)
"""After they did not let us in."""
STRANGE_TRIES = 4
STRANGE_S = 2.0
"""The first wait for a ticket that is not known yet; it doubles with every try."""


class Taker(Protocol):
    """Brings a ticket of theirs up to date here."""

    async def take(self, far_id: str) -> Reached | None:
        """None: we have none of it. Raises NotTakenError."""


class Asked(Protocol):
    """A system that is asked for what has happened."""

    async def news(self, position: str) -> News:
        """What has happened since. Raises NotTakenError."""


@dataclass(frozen=True, slots=True)
class Source:
    """One system. every_s: how often it is asked, 0 = it posts. strangers: whether to keep what is
    about no ticket of ours."""

    taker: Taker
    system: Asked
    every_s: float = 0.0
    strangers: bool = True


@dataclass(slots=True)
class InboxWorker:
    """All systems that we listen to. `start` it once, `close` it once."""

    inbox: Inbox
    sources: Mapping[str, Source]
    clock: Clock
    tasks: Tasks
    chance: Callable[[], float] = random.random
    strange_s: float = STRANGE_S
    look_s: float = LOOK_S
    _arrived: dict[str, asyncio.Event] = field(default_factory=dict)
    _running: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Begin, with what earlier runs left."""
        for name, source in self.sources.items():
            self._arrived[name] = asyncio.Event()
            self._running.append(self.tasks.start(self._deal(name, source), f"inbox {name}"))
            if source.every_s:
                self._running.append(self.tasks.start(self._ask(name, source), f"ask {name}"))
        self._running.append(self.tasks.start(self._count(), "inbox count"))

    def nudge(self, name: str) -> None:
        """Something has come in."""
        self._arrived[name].set()

    async def close(self) -> None:
        """End: what is under way is dealt with again by the next run."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _ask(self, name: str, source: Source) -> None:
        while True:
            try:
                while await self.ask_once(name, source):  # there may be more than one page of it
                    pass
            except (NotTakenError, PortError) as error:
                _LOG.warning("inbox_not_asked", extra={"facts": {"who": name, "why": str(error)}})
            except Exception:  # an answer of a strange shape must not be the last that is asked
                _LOG.exception("inbox_not_understood", extra={"facts": {"who": name}})
            await self._sleep(source.every_s)

    async def ask_once(self, name: str, source: Source) -> int:
        """Keep what has happened since the last time; gives how much of it is new."""
        news = await source.system.news(await self.inbox.position(name))
        fresh = await self.inbox.arrive(name, news.messages, self.clock.now(), news.position)
        if fresh:
            self.nudge(name)
        return fresh

    async def _deal(self, name: str, source: Source) -> None:
        while True:
            self._arrived[name].clear()
            try:
                while await self.deal_once(name, source):
                    pass
            except PortError as error:
                _LOG.warning("inbox_not_read", extra={"facts": {"who": name, "why": str(error)}})
            except Exception:
                _LOG.exception("inbox_fault", extra={"facts": {"who": name}})
            with suppress(TimeoutError):
                async with asyncio.timeout(self.look_s):
                    await self._arrived[name].wait()

    async def deal_once(self, name: str, source: Source) -> bool:
        """Deal with one ticket; False if none waits."""
        batch = await self.inbox.take_up(name, self.clock.now(), LEASE_S)
        if batch is None:
            return False
        settled = await self._settled(batch, source)
        figures.TAKEN.labels(name, settled.state).inc(len(batch.keys))
        await self.inbox.settle(batch, settled, self.clock.now())
        return True

    async def _settled(self, batch: Batch, source: Source) -> Settled:
        try:
            async with asyncio.timeout(LIMIT_S):
                reached = await source.taker.take(batch.far_id)
        except NotTakenError as error:
            return self._not_taken(batch, error)
        except TimeoutError:
            return self._later(batch, f"not done within {LIMIT_S:g} s")
        except PortError as error:
            return self._later(batch, f"our own database: {error}")
        except Exception as error:
            _LOG.exception("inbox_fault", extra={"facts": {"who": batch.source}})
            return Settled(DEAD, f"a fault of ours: {type(error).__name__}")
        if reached is None:
            return self._strange(batch, source)
        return _outcome(reached)

    def _not_taken(self, batch: Batch, error: NotTakenError) -> Settled:
        if error.fate == NEEDS_A_PERSON:
            return Settled(HELD, error.reason)
        if error.pauses:
            return Settled(PENDING, error.reason, self.clock.now() + PAUSE)
        if error.fate == GIVEN_UP:
            return Settled(DEAD, error.reason)
        return self._later(batch, error.reason, error.after_s)

    def _later(self, batch: Batch, reason: str, after_s: float = 0.0) -> Settled:
        if batch.attempts >= MOST_TRIES:
            return Settled(DEAD, reason)
        wait = wait_s(batch.attempts, self.chance(), after_s)
        return Settled(PENDING, reason, self.clock.now() + timedelta(seconds=wait))

    def _strange(self, batch: Batch, source: Source) -> Settled:
        if batch.attempts < STRANGE_TRIES:
            wait = timedelta(seconds=self.strange_s * 2 ** (batch.attempts - 1))
            return Settled(PENDING, "no ticket of ours yet", self.clock.now() + wait)
        if not source.strangers:
            return Settled(DONE, "no ticket of ours")
        return Settled(UNKNOWN, "no ticket of ours")

    async def _count(self) -> None:
        while True:
            with suppress(PortError):
                rows = {row.source: row for row in await self.inbox.backlog()}
                for name in sorted({*self.sources, *rows}):
                    for state in ("pending", "held", "unknown", "dead"):
                        count = getattr(rows.get(name), state, 0)
                        figures.WAITING.labels(name, state).set(count)
            await self._sleep(COUNT_S)

    async def _sleep(self, seconds: float) -> None:
        await self.clock.sleep_until(self.clock.now() + timedelta(seconds=seconds))


def _outcome(reached: Reached) -> Settled:
    if reached.refused:
        why = "; ".join(reached.refused)
        return Settled(HELD, why, ticket=reached.ticket, untold=reached.untold)
    taken = reached.changes + reached.articles
    what = f"{reached.changes} changes, {reached.articles} articles" if taken else "nothing new"
    return Settled(DONE, what, ticket=reached.ticket, untold=reached.untold)
