"""The outbox at full speed: 10,000 deliveries to five receivers, of which one is down at first.

2,000 events about 400 tickets, each for all five. Four senders to each receiver on SQLite; on
PostgreSQL (IVR_TEST_POSTGRES) four workers of one sender each, side by side. The receivers stand in
this process and share its CPU. When the others have everything, the fifth comes up: it must get all
of its own, too. Rates count deliveries to the four that were up.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.load import pause
from benchmarks.table import Benchmark, CannotRunError, Row, parameter
from ivr.config.secrets import Secret
from ivr.cti.hooks_out import HookEndpoint
from ivr.cti.outbox.lane import Lane, Post
from ivr.cti.outbox.webhook import WebhookHearer
from ivr.cti.outbox.worker import Worker
from ivr.cti.post import Target
from ivr.runtime.clock import SystemClock
from ivr.runtime.tasks import Tasks
from ivr.store import open_store
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.outside.deliveries import SqlDeliveries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ivr.store import SqlStore

EVENTS, TICKETS, RECEIVERS, WORKERS = 2_000, 400, 5, 4
AT_ONCE = 500
PATIENCE_S = 300.0
SECRET = Secret(base64.b64encode(b"k" * 32).decode())
DOWN = "hook:r0"
"""The receiver that is down at first."""


@dataclass
class Receivers:
    """All of them. seen: name -> (ticket, seq) as they came."""

    seen: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    down: frozenset[str] = frozenset({DOWN})

    async def take(self, request: web.Request) -> web.Response:
        """One event."""
        name = f"hook:{request.match_info['name']}"
        event = json.loads(await request.read())
        if name in self.down:
            return web.Response(status=503)
        self.seen.setdefault(name, []).append((event["subject"], event["seq"]))
        return web.Response()

    @property
    def count(self) -> int:
        """How many have come."""
        return sum(map(len, self.seen.values()))

    def twice(self) -> int:
        """How many came again."""
        return sum(len(each) - len(set(each)) for each in self.seen.values())

    def out_of_order(self) -> int:
        """How many came before an earlier one about the same ticket."""
        return sum(map(_inversions, self.seen.values()))


def _inversions(seen: Sequence[tuple[str, int]]) -> int:
    last: dict[str, int] = {}
    wrong = 0
    for ticket, seq in seen:
        wrong += seq != last.get(ticket, 0) + 1
        last[ticket] = seq
    return wrong


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to."""

    per_s: float
    twice: int
    out_of_order: int
    lost: int


def fill(connection: Connection, first: int, last: int) -> None:
    """Events in one transaction, as a change of a ticket writes them."""
    telling = Telling([Receiver(f"hook:r{number}") for number in range(RECEIVERS)])
    now = SystemClock().now()
    for number in range(first, last):
        data = {"number": f"2600{number % TICKETS:05}", "status": "open", "team": "billing"}
        about = f"T{number % TICKETS}"
        tell(connection, "ticket.updated", "ticket", about, data, now, telling=telling)


def worker(store: SqlStore, base: str, senders: int, tasks: Tasks) -> Worker:
    """A worker that tells every receiver."""
    clock = SystemClock()
    post = Post(SqlDeliveries(store.database), clock, senders=senders)
    lanes: Mapping[str, Lane] = {
        f"hook:r{number}": Lane(f"hook:r{number}", _hearer(base, number, clock), post)
        for number in range(RECEIVERS)
    }
    return Worker(post, lanes, tasks)


def _hearer(base: str, number: int, clock: SystemClock) -> WebhookHearer:
    target = Target(Secret(f"{base}/r{number}"), local=True)
    return WebhookHearer(HookEndpoint(f"r{number}", target, (SECRET,)), clock)


async def measure(url: str, workers: int, senders: int, events: int) -> Figures:
    """One run on a fresh database."""
    receivers = Receivers()
    app = web.Application()
    app.router.add_post("/{name}", receivers.take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    stores = [await asyncio.to_thread(open_store, url, create=True) for _ in range(workers)]
    for first in range(0, events, AT_ONCE):
        last = min(first + AT_ONCE, events)
        await stores[0].database.change(partial(fill, first=first, last=last))
    tasks, base = Tasks(), f"http://127.0.0.1:{server.port}"
    working = [worker(store, base, senders, tasks) for store in stores]
    begun = perf_counter()
    for each in working:
        each.start()
    await _until(receivers, events * (RECEIVERS - 1))
    took_s = perf_counter() - begun
    receivers.down = frozenset()
    await _until(receivers, events * RECEIVERS)
    for each in working:
        await each.close()
    await tasks.close()
    for store in stores:
        await store.close()
    await server.close()
    lost = events * RECEIVERS - sum(len(set(each)) for each in receivers.seen.values())
    per_s = events * (RECEIVERS - 1) / took_s
    return Figures(per_s, receivers.twice(), receivers.out_of_order(), lost)


async def _until(receivers: Receivers, count: int) -> None:
    end = perf_counter() + PATIENCE_S
    while receivers.count < count:
        if perf_counter() > end:
            raise CannotRunError(f"{receivers.count} of {count} came in {PATIENCE_S:g} s")
        await pause(0.02)


def run() -> Sequence[Row]:
    """On SQLite, and on PostgreSQL where there is one."""
    events = int(parameter("CALLS", EVENTS))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ivr.db'}"
        found = asyncio.run(measure(url, 1, WORKERS, events))
    rows = [
        Row("SQLite, one worker, four senders each", found.per_s, "/s", "per_s"),
        Row("  came twice", found.twice, "", "twice"),
        Row("  came out of order", found.out_of_order, "", "out_of_order"),
        Row("  never came", found.lost, "", "lost"),
    ]
    postgres = os.environ.get("IVR_TEST_POSTGRES")
    if postgres:
        found = asyncio.run(measure(postgres, WORKERS, 1, events))
        wrong = found.twice + found.out_of_order + found.lost
        rows += [
            Row("PostgreSQL, four workers", found.per_s, "/s"),
            Row("  twice, out of order or lost", wrong, ""),
        ]
    return rows


BENCHMARK = Benchmark(
    "outbox",
    "deliveries to five receivers, one of them down at first",
    ("per_s", "twice", "out_of_order", "lost"),
    run,
)
