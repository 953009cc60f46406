"""The lane to one receiver: a few deliveries side by side, never two about the same thing.

Receivers do not wait for each other. One that keeps failing is left alone for a while, and one
that says how long to wait is left alone that long.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ivr.cti.outbox import figures
from ivr.cti.outbox.retrying import MOST_TRIES, NotTakenError, wait_s
from ivr.cti.sources.breaker import CircuitBreaker
from ivr.domain.errors import StoreError
from ivr.runtime.ports.deliveries import BACK, DEAD, DONE, LATER, Outcome, Turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ivr.cti.sources.breaker import Ticket
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.deliveries import Deliveries, Delivery
    from ivr.runtime.tasks import Tasks

SENDERS = 4
LEASE_S = 120.0
LIMIT_S = 90.0
"""A try ends before its lease does."""
AGAIN_S = 1.0
"""After the database failed."""
AT_HAND = 4
"""How many a sender has at hand, so that the database is not asked for each of them."""
SETTLE = timedelta(seconds=1)
LEAST_LEFT = 0.25
"""Of its lease, for a try to begin."""
FAILS, WITHIN_S, ALONE_S = 5, 60.0, 30.0
_LOG = logging.getLogger(__name__)


class Hearer(Protocol):
    """Tells one receiver."""

    async def hear(self, delivery: Delivery) -> None:
        """Returns once the receiver has it for good. Raises NotTakenError."""

    async def close(self) -> None:
        """Let go of every connection."""


@dataclass(frozen=True, slots=True)
class Post:
    """What lanes stand on. chance: from 0 to 1. lease_s: how long a worker that died is waited for;
    limit_s: how long a try may last."""

    deliveries: Deliveries
    clock: Clock
    chance: Callable[[], float] = random.random
    senders: int = SENDERS
    lease_s: float = LEASE_S
    limit_s: float = LIMIT_S


class Lane:
    """One receiver's. `nudge` it when something may be due."""

    def __init__(self, endpoint: str, hearer: Hearer, post: Post) -> None:
        self.endpoint = endpoint
        self.hearer = hearer
        self.post = post
        self._breaker = CircuitBreaker(post.clock, FAILS, WITHIN_S, ALONE_S)
        self._quiet_until = post.clock.now()
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._ready: deque[Delivery] = deque()
        self._sending: dict[asyncio.Task[None], Delivery] = {}
        self._settled_at = post.clock.now()

    def nudge(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def run(self, tasks: Tasks) -> None:
        """Work for ever. What is under way when it is cancelled is given back."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._turn(tasks)
        finally:
            await self._give_back()

    async def _turn(self, tasks: Tasks) -> None:
        """Send what is at hand; only when that runs out is the database asked, for many at once."""
        self._send_ready(tasks)
        if self._ready and not self._is_late():
            return
        outcomes, self._outcomes = self._outcomes, []
        turn = Turn(self.endpoint, self._now(), self._room(), self.post.lease_s)
        self._settled_at = turn.now
        try:
            found = (
                await self.post.deliveries.turn(turn, outcomes) if outcomes or turn.limit else ()
            )
        except StoreError as error:
            self._outcomes, found = outcomes + self._outcomes, ()
            asyncio.get_running_loop().call_later(AGAIN_S, self._wake.set)
            _LOG.warning("outbox_not_read", extra={"facts": {"why": str(error)}})
        self._ready.extend(found)
        self._send_ready(tasks)

    def _room(self) -> int:
        """How many to take up: one where a try decides whether the door opens again."""
        ticket = None if self._ready else self._ticket()
        if ticket is None:
            return 0
        self._breaker.leave(ticket, good=None)
        return 1 if ticket.probe else AT_HAND * self.post.senders

    def _is_late(self) -> bool:
        """Whether what came of tries has waited long enough to be written down."""
        return bool(self._outcomes) and self._now() - self._settled_at > SETTLE

    def _ticket(self) -> Ticket | None:
        return self._breaker.enter() if self._now() >= self._quiet_until else None

    def _send_ready(self, tasks: Tasks) -> None:
        while self._ready and len(self._sending) < self.post.senders:
            is_fresh = self._left_s(self._ready[0]) > self.post.lease_s * LEAST_LEFT
            ticket = self._ticket() if is_fresh else None
            if ticket is None:
                self._outcomes += map(self._back, self._ready)
                self._ready.clear()
                self._wake.set()
                return
            delivery = self._ready.popleft()
            task = tasks.start(self._send(delivery, ticket), f"tell {self.endpoint}")
            self._sending[task] = delivery
            task.add_done_callback(self._sent)

    def _back(self, delivery: Delivery) -> Outcome:
        return Outcome(delivery.key, delivery.leased_until, BACK, "", self._now())

    def _left_s(self, delivery: Delivery) -> float:
        """How long it is ours yet."""
        return (delivery.leased_until - self._now()) / timedelta(seconds=1)

    def _now(self) -> datetime:
        return self.post.clock.now()

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        self._wake.set()

    async def _send(self, delivery: Delivery, ticket: Ticket) -> None:
        good: bool | None = None
        try:
            outcome, good = await self._try(delivery)
        finally:
            self._breaker.leave(ticket, good=good)
        figures.TOLD.labels(self.endpoint, outcome.fate).inc()
        self._outcomes.append(outcome)

    async def _try(self, delivery: Delivery) -> tuple[Outcome, bool]:
        try:
            async with asyncio.timeout(min(self.post.limit_s, self._left_s(delivery))):
                await self.hearer.hear(delivery)
        except NotTakenError as error:
            return await self._not_taken(delivery, error), not error.sick
        except TimeoutError:
            slow = NotTakenError("it took too long")
            return await self._not_taken(delivery, slow), False
        except Exception as error:
            _LOG.exception("outbox_broken", extra={"facts": {"to": self.endpoint}})
            broken = NotTakenError(f"our own mistake: {type(error).__name__}")
            return await self._not_taken(delivery, broken), True
        return Outcome(delivery.key, delivery.leased_until, DONE), True

    async def _not_taken(self, delivery: Delivery, error: NotTakenError) -> Outcome:
        now = self.post.clock.now()
        facts = {"to": self.endpoint, "event": delivery.event, "why": error.reason}
        _LOG.warning("outbox_not_taken", extra={"facts": facts})
        key, lease = delivery.key, delivery.leased_until
        if error.pauses:
            await self._pause(error.reason)
            return Outcome(key, lease, BACK, error.reason, now)
        if error.fate == LATER and delivery.attempts >= MOST_TRIES:
            return Outcome(key, lease, DEAD, f"{MOST_TRIES} tries: {error.reason}")
        if error.fate != LATER:
            return Outcome(key, lease, error.fate, error.reason, error.at)
        if error.after_s:
            asked = now + timedelta(seconds=wait_s(1, 0.0, error.after_s))
            self._quiet_until = max(self._quiet_until, asked)
        wait = wait_s(delivery.attempts, self.post.chance(), error.after_s)
        return Outcome(key, lease, LATER, error.reason, now + timedelta(seconds=wait))

    async def _pause(self, reason: str) -> None:
        with suppress(StoreError):  # then the next delivery finds out again
            await self.post.deliveries.pause(self.endpoint, reason, self.post.clock.now())
            _LOG.error("outbox_paused", extra={"facts": {"to": self.endpoint, "why": reason}})

    async def _give_back(self) -> None:
        """Whatever is not finished is free for the next worker at once."""
        sending = dict(self._sending)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        told = {outcome.key for outcome in self._outcomes}
        left = [each for each in (*sending.values(), *self._ready) if each.key not in told]
        back = [self._back(each) for each in left]
        if back or self._outcomes:
            turn = Turn(self.endpoint, self._now(), 0, self.post.lease_s)
            with suppress(StoreError):  # their leases run out
                await self.post.deliveries.turn(turn, [*self._outcomes, *back])
