"""A year of a large call centre in the database: how fast people find what they need in it.

1,000,000 contacts, 200,000 customers, 200,000 tickets on SQLite; with IVR_TEST_POSTGRES set, in
that database too, which must be empty. One question after the other through the ports the server
uses. `interactions` are whole contacts, opened and closed with three segments, from 64 calls at
once; `bare` stores the same rows with sqlite3 alone, in groups of 64.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.filled import DAYS, END, TEAMS, WORDS, Size, fill, phone
from benchmarks.table import Benchmark, Row, parameter
from ivr.domain.call import CallId
from ivr.engine.record.stretches import Stretch
from ivr.reports.model import Question
from ivr.runtime.ports import CallClosing, CallOpening, Entry
from ivr.runtime.ports.search import SearchSight
from ivr.runtime.ports.tickets import TicketFilter, TicketRules
from ivr.store import SqlStore, open_store
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.store.reports.repository import SqlReports
from ivr.store.search.repository import SqlSearch
from ivr.store.sqlite import connect_to_write
from ivr.store.tickets.jobs import Jobs
from ivr.store.tickets.repository import SqlTickets
from ivr.store.upgrade import upgrade
from ivr.tickets.catalogue.model import Catalogue
from ivr.tickets.identity.trust import Trust
from ivr.tickets.search import parse_query

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Sequence

SIZE = Size(int(parameter("INTERACTIONS", 1_000_000)), int(parameter("CUSTOMERS", 200_000)))
POSTGRES = "IVR_TEST_POSTGRES"
QUESTIONS = 300
CALLS = 64
CONTACTS = 6000
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULES = TicketRules(Catalogue(), {}, UTC)


def percentile(times_s: Sequence[float], share: float) -> float:
    """In milliseconds, rounded up to a measured one."""
    ordered = sorted(times_s)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def timed(ask: Callable[[int], Awaitable[object]], times: int) -> list[float]:
    """Seconds of each question, after five that only warm up."""
    for number in range(5):
        await ask(-1 - number)
    took = []
    for number in range(times):
        began = perf_counter()
        await ask(number)
        took.append(perf_counter() - began)
    return took


async def questions(url: str) -> dict[str, float]:
    """The figures of one database."""
    store = open_store(url)
    dice = Random(3)  # noqa: S311 - the same questions every time
    customers = SqlCustomers(store.database, House("TR"))
    tickets = SqlTickets(Jobs(store.database, lambda: RULES))
    search = SqlSearch(store.database, lambda: RULES)
    reports = SqlReports(store.database)

    async def card(_number: int) -> object:
        who = phone(dice.randint(1, SIZE.customers))
        return await customers.card_of_number(who, Trust.PLAIN, START)

    async def listed(number: int) -> object:
        which = TicketFilter(teams=(TEAMS[number % 5],), is_open=True)
        return await tickets.list(which, sort="due" if number % 2 else "activity")

    async def found(number: int) -> object:
        one, two = dice.sample(WORDS, 2)
        text = f"{one} {two}" if number % 3 else f"{one} {number % 1000}"
        sight = SearchSight(tickets=True, customers=True, names=True)
        return await search.find(parse_query(text, "TR"), ("ticket", "customer"), sight)

    async def month(number: int) -> object:
        until = END - timedelta(days=number % (DAYS - 31))
        wanted = Question(until - timedelta(days=30), until, START, ("metric", "category"))
        return await reports.facts("R11", wanted)

    figures = {
        "lookup_p99_ms": percentile(await timed(card, QUESTIONS * 3), 0.99),
        "list_p95_ms": percentile(await timed(listed, QUESTIONS), 0.95),
        "search_p95_ms": percentile(await timed(found, QUESTIONS), 0.95),
        "month_p95_ms": percentile(await timed(month, 40), 0.95),
    }
    await store.close()
    return figures


def _contact(number: int, run: int) -> tuple[Entry, Entry]:
    name = CallId(f"01ARZ3NDEKTSV4{run:04d}{number:08d}")
    opening = CallOpening(
        *("main", "twilio", str(name), phone(number), "+908502220000", "bank", "0123", "tr", False),
        b"k" * 60,
    )
    cuts = [START + timedelta(seconds=second) for second in (0, 40, 60, 240)]
    segments = tuple(
        Stretch(kind, begins, ends)
        for kind, begins, ends in zip(("ivr", "queue", "talk"), cuts, cuts[1:], strict=False)
    )
    closing_ = CallClosing(
        *("handled", "success", "normal", "caller", "", "tr", ("main", "queue")), segments
    )
    first = Entry(name, run, 1, cuts[0], '{"type": "CallOffered"}', opening=opening)
    return first, Entry(name, run, 2, cuts[-1], '{"type": "LegEnded"}', closing=closing_)


async def written(url: str) -> float:
    """Whole contacts a second."""
    store = open_store(url, create=True)
    run = await store.calls.claim()
    began = perf_counter()
    await asyncio.gather(*(_lane(store, run, lane) for lane in range(CALLS)))
    took = perf_counter() - began
    await store.close()
    return CONTACTS / took


async def _lane(store: SqlStore, run: int, lane: int) -> None:
    for number in range(lane, CONTACTS, CALLS):
        for entry in _contact(number, run):
            await store.journal.append(entry)


def bare(path: Path) -> float:
    """The same rows by sqlite3 alone."""
    upgrade(f"sqlite:///{path}")
    with closing(connect_to_write(path)) as connection:
        began = perf_counter()
        for start in range(0, CONTACTS, CALLS):
            connection.execute("BEGIN IMMEDIATE")
            for number in range(start, min(start + CALLS, CONTACTS)):
                _plainly(connection, number + 1)
            connection.execute("COMMIT")
        return CONTACTS / (perf_counter() - began)


def _plainly(connection: sqlite3.Connection, number: int) -> None:
    name, at = f"c{number}", str(START)
    connection.execute(
        "INSERT INTO call (id, public_id, trunk, channel, provider_ref, flow_hash, epoch,"
        " opened_at, ended_at) VALUES (?, ?, 'main', 'twilio', ?, '0123', 1, ?, ?)",
        (number, name, name, at, at),
    )
    connection.execute(
        "INSERT INTO interaction (id, public_id, trunk, channel, provider_ref, from_raw, to_norm,"
        " started_at, ended_at, flow, flow_version, locale, outcome, note, path, is_test)"
        " VALUES (?, ?, 'main', 'twilio', ?, ?, '+90', ?, ?, 'bank', '0123', 'tr', 'handled', '',"
        " '[]', 0)",
        (number, name, name, phone(number), at, at),
    )
    connection.executemany(
        "INSERT INTO journal (call_id, seq, epoch, at, event) VALUES (?, ?, 1, ?, '{}')",
        [(number, 1, at), (number, 2, at)],
    )
    connection.executemany(
        "INSERT INTO interaction_segment (interaction_id, seq, kind, started_at, ended_at, detail)"
        " VALUES (?, ?, ?, ?, ?, '')",
        [(number, seq, kind, at, at) for seq, kind in enumerate(("ivr", "queue", "talk"), 1)],
    )


def run() -> Sequence[Row]:
    """Fill, ask, write."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        places = {"sqlite": f"sqlite:///{path / 'year.db'}"}
        if POSTGRES in os.environ:
            places["postgres"] = os.environ[POSTGRES]
        for engine, url in places.items():
            fill(url, SIZE)
            figures = asyncio.run(questions(url))
            rows += [
                Row(f"{engine}: {name}", figure, "ms", f"{engine}_{name}")
                for name, figure in figures.items()
            ]
        mine = asyncio.run(written(f"sqlite:///{path / 'write.db'}"))
        ground = bare(path / "bare.db")
        rows += [
            Row("bare sqlite3", ground, "contacts/s", is_baseline=True),
            Row("interactions, durable", mine, "contacts/s", "interactions_per_s"),
        ]
    return rows


BARS = (
    *("sqlite_lookup_p99_ms", "sqlite_list_p95_ms", "sqlite_search_p95_ms", "sqlite_month_p95_ms"),
    *("postgres_lookup_p99_ms", "postgres_list_p95_ms"),
    *("postgres_search_p95_ms", "postgres_month_p95_ms"),
    "interactions_per_s",
)
BENCHMARK = Benchmark(
    "tickets",
    f"{SIZE.interactions:,} contacts, {SIZE.customers:,} customers",
    BARS,
    run,
)
