"""Routing events a second that are durable before anything of them leaves: the whole mailbox.

64 agents and as many callers at once on a SQLite file: each caller queues, is offered, is answered,
hangs up; the agent wraps up and is free again. Every event goes through `runtime/groups/host.py`
and waits until it is committed (`synchronous=FULL`). The baseline is the same host on a store in
memory. `offered before stored` counts offers that were let out before their row was in the
database: it must be none.
"""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.table import Benchmark, Row, parameter
from ivr.acd import words
from ivr.acd.settings import Member, Misses, Nobody, Queue, Rules, Wrapup
from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId, Reach
from ivr.domain.call import CallId
from ivr.domain.queue import Ticket
from ivr.runtime.clock import SystemClock
from ivr.runtime.groups.host import Host
from ivr.runtime.memory.groups import MemoryGroupLog
from ivr.runtime.tasks import Tasks
from ivr.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.runtime.ports.desk import GroupBatch, GroupLog

AGENTS = 64
SECONDS = parameter("SECONDS", 3.0)
RULES = Rules(
    queues={
        "cards": Queue(
            "cards",
            teams={"desk": Member()},
            nobody=Nobody(join=(), leave=()),
            wrapup=Wrapup("skippable"),
        )
    },
    misses=Misses(most_per_minute=1_000_000),
)


class Watched:
    """A log that knows which offers it holds."""

    def __init__(self, log: GroupLog) -> None:
        self._log = log
        self.claim, self.load, self.ended = log.claim, log.load, log.ended
        self.decisions, self.offers = log.decisions, log.offers
        self.groups, self.events, self.decided = log.groups, log.events, log.decided
        self.stored: set[str] = set()

    async def append(self, batch: GroupBatch) -> None:
        """Store it, then count it as stored."""
        await self._log.append(batch)
        self.stored.update(row.key for row in batch.rows if row.kind == "offer")


class Floor:
    """Callers and agents who never rest."""

    def __init__(self, log: GroupLog) -> None:
        self._log = Watched(log)
        self._tasks = Tasks()
        self._offers: dict[str, asyncio.Future[words.Offered]] = {}
        self._host = Host("bench", self._log, SystemClock(), self._tasks, self._carry)
        self.events = self.early = 0

    def _carry(self, command: words.Command) -> None:
        if isinstance(command, words.Offered):
            self.early += command.offer not in self._log.stored
            waiting = self._offers.get(command.call)
            if waiting is not None and not waiting.done():
                waiting.set_result(command)

    async def run(self, seconds: float) -> float:
        """Events a second."""
        cards = [
            AgentCard(AgentId(f"a{n}"), n, ("desk",), endpoints={Reach.SIP: f"sip:a{n}@p"})
            for n in range(1, AGENTS + 1)
        ]
        await self._host.start(RULES, cards)
        for card in cards:
            await self._ask(words.AgentEvent, agent=card.agent, what="login")
        began, self.events = perf_counter(), 0
        await asyncio.gather(*(self._caller(n, began + seconds) for n in range(AGENTS)))
        rate = self.events / (perf_counter() - began)
        await self._tasks.close()
        return rate

    async def _caller(self, number: int, end: float) -> None:
        turn = 0
        while perf_counter() < end:
            turn += 1
            await self._call(CallId(f"c{number}x{turn}"))

    async def _call(self, call: CallId) -> None:
        ticket = Ticket(f"{call}/1")
        self._offers[call] = asyncio.get_running_loop().create_future()
        facts = {"ticket": ticket, "call": call, "turn": 1, "queue": "cards", "reach": Reach.SIP}
        await self._ask(words.CallQueued, **facts)
        offer = await self._offers[call]
        del self._offers[call]
        await self._ask(words.OfferRinging, offer=offer.offer)
        await self._ask(words.OfferAnswered, offer=offer.offer)
        done = {"agent": offer.agent, "offer": offer.offer}
        await self._ask(words.AgentEvent, what="call_ended", **done)
        await self._ask(words.AgentEvent, what="wrapup_done", agent=offer.agent)

    async def _ask(self, kind: type[words.Event], **facts: Any) -> None:  # noqa: ANN401
        await self._host.ask(partial(_made, kind, facts))
        self.events += 1


def _made(kind: type[words.Event], facts: dict[str, Any], at: int) -> words.Event:
    return kind(at=at, **facts)


async def _on_sqlite(folder: Path) -> tuple[float, int]:
    store = await asyncio.to_thread(open_store, f"sqlite:///{folder}/ivr.db", create=True)
    floor = Floor(store.groups)
    rate = await floor.run(SECONDS)
    await store.close()
    return rate, floor.early


def run() -> Sequence[Row]:
    """Memory first, then SQLite."""
    memory = asyncio.run(Floor(MemoryGroupLog()).run(SECONDS))
    with tempfile.TemporaryDirectory() as folder:
        rate, early = asyncio.run(_on_sqlite(Path(folder)))
    return (
        Row("in memory", memory, "events/s", is_baseline=True),
        Row("durable on SQLite", rate, "events/s", "events"),
        Row("offered before stored", early, "offers", "early"),
    )


BENCHMARK = Benchmark(
    "routing_host",
    "routing events, committed before they are let out, 64 callers at once",
    ("events", "early"),
    run,
)
