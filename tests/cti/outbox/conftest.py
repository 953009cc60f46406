"""A database with events in it, and a worker on it that tells a receiver on this machine."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.config.secrets import Secret
from ivr.cti.hooks_out import HookEndpoint
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.webhook import WebhookHearer
from ivr.cti.outbox.worker import Worker
from ivr.runtime.clock import SystemClock
from ivr.runtime.tasks import Tasks
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.outside.deliveries import SqlDeliveries
from tests.fakes.fresh_store import open_fresh
from tests.fakes.waiting import until

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.cti.post import Target
    from ivr.runtime.ports.deliveries import Delivery, DeliveryRow
    from ivr.store import SqlStore

KEY = b"k" * 32
SECRET = Secret(f"whsec_{base64.b64encode(KEY).decode()}")


def endpoint_of(target: Target) -> HookEndpoint:
    """A receiver of webhooks there."""
    return HookEndpoint("ops", target, (SECRET,), ("*",))


@dataclass
class Bed:
    """An outbox on a file of its own; time is real, chance is none: tries follow at once."""

    store: SqlStore
    tasks: Tasks
    clock: SystemClock = field(default_factory=SystemClock)
    workers: list[Worker] = field(default_factory=list)

    @property
    def deliveries(self) -> SqlDeliveries:
        """What is to be delivered."""
        return SqlDeliveries(self.store.database)

    def post(self, lease_s: float = 60.0) -> Post:
        """What lanes stand on."""
        return Post(self.deliveries, self.clock, chance=lambda: 0.0, lease_s=lease_s)

    async def event(
        self, *endpoints: str, about: str = "T1", kind: str = "ticket.updated", n: int = 0
    ) -> str:
        """Something has happened that these are to be told."""
        telling = Telling([Receiver(one) for one in endpoints])
        at, data = self.clock.now(), {"n": n, "word": "İğne"}
        return await self.store.database.change(
            lambda it: tell(it, kind, "ticket", about, data, at, telling=telling)
        )

    def start(self, lanes: dict[str, Lane]) -> Worker:
        """A worker with these lanes."""
        worker = Worker(self.post(), lanes, self.tasks)
        worker.start()
        self.workers.append(worker)
        return worker

    def hook(self, target: Target, name: str = "hook:ops") -> Worker:
        """A worker that tells one webhook."""
        hearer = WebhookHearer(endpoint_of(target), self.clock)
        return self.start({name: Lane(name, hearer, self.post())})

    async def until(self, state: str, count: int) -> tuple[DeliveryRow, ...]:
        """The deliveries of a state, once there are so many."""

        async def there() -> bool:
            return len((await self.deliveries.page(state)).rows) >= count

        await until(there)
        return (await self.deliveries.page(state)).rows


@dataclass
class Ear:
    """Implements `Hearer`. refusals: raised one by one, then it takes everything."""

    refusals: list[Exception] = field(default_factory=list)
    heard: list[tuple[str, int]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    now: int = 0
    most: int = 0
    closed: bool = False

    async def hear(self, delivery: Delivery) -> None:
        """Behind the gate, if there is one."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.refusals:
                raise self.refusals.pop(0)
            self.heard.append((delivery.aggregate_id, delivery.seq))
        finally:
            self.now -= 1

    async def close(self) -> None:
        """It is remembered."""
        self.closed = True


def lane(bed: Bed, ear: Ear, name: str = "a") -> dict[str, Lane]:
    """One lane, to it."""
    return {name: Lane(name, ear, bed.post())}


@pytest.fixture
async def bed(tmp_path: Path) -> AsyncIterator[Bed]:
    """A bed of its own for each test."""
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True, synchronous="NORMAL")
    made = Bed(store, Tasks())
    yield made
    for worker in made.workers:
        await worker.close()
    await made.tasks.close()
    await store.close()
