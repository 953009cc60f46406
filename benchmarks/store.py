"""How many durable steps a second the store takes from 64 calls at once.

SQLite files of its own; with IVR_TEST_POSTGRES set, calls are also added to that database.
`event` is a step with its event only; `webhook` one with event, snapshot and reply, as
a provider's request makes it. `busy` runs them while the event loop does other Python work half of
the time, `full` while it never rests (slices of 10 ms). Every step is committed with
`synchronous=FULL` before it counts. `bare` is sqlite3 alone, the same rows in groups of 64 with no
loop, no fencing and no futures: the ceiling of this disk and interpreter. `many` and `core` write
the same groups in the two ways we did not choose: `executemany` of the driver, and SQLAlchemy Core.

Routing events: a batch is one event of the queue machine with what it changes, by turns an offer
(decision record, waiting call, ring group, offer, agent) and its answer. `bare` stores the batches
of 64 groups in one transaction with `executemany`, values prepared and time taken inside it alone,
without fence. `64 groups` and `one group` store each batch before they make the next, through the
port; `32 events` gathers so many into each batch of one group, as a busy mailbox does.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import create_engine, event

from benchmarks.load import pause
from benchmarks.table import Benchmark, Row, parameter
from ivr.acd.words import Row as Projected
from ivr.domain.call import CALLER, CallId
from ivr.runtime.ports import CallOpening, Entry
from ivr.runtime.ports.desk import GroupBatch
from ivr.runtime.replies import Reply
from ivr.store import SqlStore, open_store
from ivr.store.desk.groups import batch_writes
from ivr.store.desk.groups_sql import FENCE
from ivr.store.journal import entry_writes
from ivr.store.sqlite import connect_to_write
from ivr.store.statements import Compiled
from ivr.store.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ClauseElement, Connection, Executable

    from ivr.store.statements import Statement

CALLS = 64
SECONDS = parameter("SECONDS", 2.0)
POSTGRES = "IVR_TEST_POSTGRES"
KINDS = ("event", "webhook")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVENT = '{"type": "KeysCollected", "turn": 3, "keys": "2", "reason": "match", "x": "%s"}' % (
    "e" * 150
)
SNAPSHOT = '{"schema": 1, "vars": "%s"}' % ("s" * 1200)
BODY = b"<Response><Say>" + b"r" * 500 + b"</Say></Response>"
_REST_S = {"idle": None, "busy": 0.01, "full": 0.0}
_SLICE_S = 0.01


def step(call: int, seq: int, kind: str, run: int = 1) -> Entry:
    """One step of one call. run: the epoch, which also makes the names of the calls new."""
    webhook = kind == "webhook"
    name = f"01ARZ3NDEKTSV4{run:08d}{call:04d}"
    first = CallOpening("main", "twilio", name, None, "+90", "f", "0123", "tr", False, b"k" * 60)
    return Entry(
        CallId(name),
        run,
        seq,
        START + timedelta(milliseconds=seq),
        EVENT,
        snapshot=SNAPSHOT if webhook else None,
        opening=first if seq == 1 else None,
        reply=Reply(CALLER, seq, 0, 200, "text/xml", BODY) if webhook else None,
    )


async def through_the_store(url: str, kind: str, load: str, seconds: float) -> float:
    """Steps per second through `open_store` and its port."""
    store = open_store(url, create=True)
    run = await store.calls.claim()
    await asyncio.gather(*(store.journal.append(step(n, 1, kind, run)) for n in range(CALLS)))
    stop = perf_counter() + seconds
    work = [] if _REST_S[load] is None else [_other_work(stop, _REST_S[load] or 0.0)]
    done = await asyncio.gather(
        *(_one_call(store, (n, run), kind, stop) for n in range(CALLS)), *work
    )
    took = perf_counter() - stop + seconds
    await store.close()
    return sum(done) / took


async def _one_call(store: SqlStore, call: tuple[int, int], kind: str, stop: float) -> int:
    seq = 1
    while perf_counter() < stop:
        seq += 1
        await store.journal.append(step(call[0], seq, kind, call[1]))
    return seq - 1


async def _other_work(stop: float, rest_s: float) -> int:
    while perf_counter() < stop:
        until = perf_counter() + _SLICE_S
        while perf_counter() < until:
            pass
        await pause(rest_s)
    return 0


def bare(path: Path, kind: str, seconds: float) -> float:
    """sqlite3 alone: plain inserts by number of the call, no checks."""
    with closing(connect_to_write(path)) as connection:
        _fill(path, connection)

        def group(entries: Sequence[Entry]) -> None:
            at = [
                (int(entry.call[-4:]) + 1, entry.seq, 1, str(entry.at), entry.event)
                for entry in entries
            ]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_BARE[0], at)
            if kind == "webhook":
                connection.executemany(
                    _BARE[1], [(r[0], e.seq, e.snapshot) for r, e in zip(at, entries, strict=True)]
                )
                connection.executemany(
                    _BARE[2],
                    [
                        (r[0], 1, e.seq, 0, 200, "text/xml", BODY)
                        for r, e in zip(at, entries, strict=True)
                    ],
                )
            connection.execute("COMMIT")

        return _groups(kind, seconds, group)


_BARE = (
    "INSERT INTO journal (call_id, seq, epoch, at, event) VALUES (?, ?, ?, ?, ?)",
    "INSERT OR REPLACE INTO call_snapshot (call_id, seq, snapshot) VALUES (?, ?, ?)",
    "INSERT OR REPLACE INTO call_reply (call_id, leg, turn, part, status, content_type, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)",
)


def many(path: Path, kind: str, seconds: float) -> float:
    """Our statements for one row each, by the driver's `executemany`."""
    with closing(connect_to_write(path)) as connection:
        compiled = Compiled(create_engine("sqlite://").dialect)
        _fill(path, connection)

        def group(entries: Sequence[Entry]) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for statement, params in _merged(entries):
                one = compiled.get(statement)
                connection.executemany(one.sql, [one.bind(each) for each in params])
            connection.execute("COMMIT")

        return _groups(kind, seconds, group)


def core(path: Path, kind: str, seconds: float) -> float:
    """Our statements for one row each, executed by SQLAlchemy Core."""
    engine = create_engine("sqlite://", creator=lambda: connect_to_write(path))
    event.listen(engine, "begin", _begin)
    with closing(connect_to_write(path)) as connection:
        _fill(path, connection)
    with engine.connect() as reached:
        compiled = Compiled(engine.dialect)
        built: dict[Statement, ClauseElement] = {}

        def group(entries: Sequence[Entry]) -> None:
            for statement, params in _merged(entries):
                if statement not in built:
                    built[statement] = statement.build(engine.dialect, 1)
                names = [name for name, _convert in compiled.get(statement).binds]
                named = [{f"{name}_0": each[name] for name in names} for each in params]
                reached.execute(cast("Executable", built[statement]), named)
            reached.commit()

        speed = _groups(kind, seconds, group)
    engine.dispose()
    return speed


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _fill(path: Path, connection: sqlite3.Connection) -> None:
    upgrade(f"sqlite:///{path}")
    compiled = Compiled(create_engine("sqlite://").dialect)
    connection.execute("BEGIN IMMEDIATE")
    for statement, params in _merged([step(one, 1, "event") for one in range(CALLS)]):
        one = compiled.get(statement)
        connection.executemany(one.sql, [one.bind(each) for each in params])
    connection.execute("COMMIT")


def _merged(entries: Sequence[Entry]) -> list[tuple[Statement, list[Mapping[str, Any]]]]:
    merged: dict[Statement, list[Mapping[str, Any]]] = {}
    for entry in entries:
        for statement, params in entry_writes(entry):
            merged.setdefault(statement, []).append(params)
    return sorted(merged.items(), key=lambda item: item[0].rank)


def _groups(kind: str, seconds: float, group: Callable[[Sequence[Entry]], None]) -> float:
    start, seq = perf_counter(), 1
    while perf_counter() < start + seconds:
        seq += 1
        group([step(call, seq, kind) for call in range(CALLS)])
    return (seq - 1) * CALLS / (perf_counter() - start)


WORDS = ("waiting", "ring_group", "offer", "agent_state")
MANY_EVENTS = 32


def routing(group: str, epoch: int, seq: int, events: int = 1) -> GroupBatch:
    """A batch of one group: odd numbers make an offer, even ones end it."""
    rows: list[Projected] = []
    decisions: list[Mapping[str, Any]] = []
    for number in range(seq, seq + events):
        call, live = f"{group}-{epoch}-{(number + 1) // 2}", bool(number % 2)
        rows += _changed(group, call, number, live=live)
        if live:
            skipped = {"talking": 31, "break": 4}
            decisions.append({"id": f"d-{call}", "seq": number, "call": call, "skipped": skipped})
    happened = [("CallQueued", 10**18 + number, EVENT) for number in range(seq, seq + events)]
    return GroupBatch(group, epoch, seq, happened, rows, decisions)


def _changed(group: str, call: str, number: int, *, live: bool) -> list[Projected]:
    state = "ringing" if live else "accepted"
    columns: dict[str, Any] = {
        "call": call,
        "queue": "cards",
        "live": live,
        "winner": None if live else call,
        "group": call,
        "agent": group,
        "slot": "voice",
        "endpoint": f"sip:{group}",
        "state": state,
        "version": number,
        "at": 10**18 + number,
        "note": "n" * 150,
    }
    keys = (call, call, call, group)
    return [
        Projected(kind=kind, key=key, columns=columns)
        for kind, key in zip(WORDS, keys, strict=True)
    ]


async def routing_events(url: str, groups: int, events: int, seconds: float) -> float:
    """Events per second of so many groups, each storing a batch before it makes the next."""
    store = open_store(url, create=True)
    names = [f"{groups}-{events}-{number}" for number in range(groups)]
    owned = [(name, *await store.groups.claim(name)) for name in names]
    stop = perf_counter() + seconds
    done = await asyncio.gather(*(_one_group(store, one, events, stop) for one in owned))
    took = perf_counter() - stop + seconds
    await store.close()
    return sum(done) / took


async def _one_group(store: SqlStore, owned: tuple[str, int, int], events: int, stop: float) -> int:
    name, epoch, last = owned
    seq = last + 1
    while perf_counter() < stop:
        await store.groups.append(routing(name, epoch, seq, events))
        seq += events
    return seq - 1 - last


def bare_routing(path: Path, seconds: float) -> float:
    """Prepared rows of 64 groups at a time, by `executemany` of sqlite3; time inside it alone."""
    names = [f"bare-{number}" for number in range(CALLS)]
    upgrade(f"sqlite:///{path}")
    compiled = Compiled(create_engine("sqlite://").dialect)
    with closing(connect_to_write(path)) as connection:
        shards = [(name,) for name in names]
        connection.executemany("INSERT INTO acd_shard (id, owner) VALUES (?, '')", shards)
        took, seq = 0.0, 0
        while took < seconds:
            seq += 1
            merged: dict[str, list[Any]] = {}
            for name in names:
                for statement, params in batch_writes(routing(name, 1, seq)):
                    one = compiled.get(statement)
                    if statement is not FENCE:
                        merged.setdefault(one.sql, []).append(one.bind(params))
            began = perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for sql, values in merged.items():
                connection.executemany(sql, values)
            connection.execute("COMMIT")
            took += perf_counter() - began
    return seq * CALLS / took


def _routing_rows() -> list[Row]:
    """The bare ceiling, then the port on SQLite, then on PostgreSQL if there is one."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        speed = bare_routing(Path(folder) / "ivr.db", SECONDS)
        rows = [Row("routing events, bare", speed, "events/s", is_baseline=True)]
        places = {"": f"sqlite:///{folder}/port.db", "PostgreSQL, ": os.environ.get(POSTGRES, "")}
        for place, url in places.items():
            for what, (groups, events) in _LOADS.items() if url else ():
                speed = asyncio.run(routing_events(url, groups, events, SECONDS))
                rows.append(Row(f"{place}routing events, {what}", speed, "events/s"))
    return rows


_LOADS = {
    f"{CALLS} groups": (CALLS, 1),
    "one group": (1, 1),
    f"one group, {MANY_EVENTS} events a batch": (1, MANY_EVENTS),
}


def measure() -> Sequence[Row]:
    """SQLite in every way, then PostgreSQL through the store."""
    rows = [
        Row(f"{name}, {kind}", _sqlite(name, kind), "steps/s", is_baseline=name == "bare")
        for name in ("bare", "many", "core", *_REST_S)
        for kind in KINDS
    ]
    url = os.environ.get(POSTGRES, "")
    rows += [
        Row(
            f"PostgreSQL, {name}, {kind}",
            asyncio.run(through_the_store(url, kind, name, SECONDS)),
            "steps/s",
        )
        for name in (_REST_S if url else ())
        for kind in KINDS
    ]
    return [*rows, *_routing_rows()]


def _sqlite(name: str, kind: str) -> float:
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        path = Path(folder) / "ivr.db"
        if name in _REST_S:
            return asyncio.run(through_the_store(f"sqlite:///{path}", kind, name, SECONDS))
        plain = {"bare": bare, "many": many, "core": core}[name]
        return plain(path, kind, SECONDS)


BENCHMARK = Benchmark(
    name="store",
    title=f"durable steps per second of {CALLS} calls at once, SQLite {sqlite3.sqlite_version}",
    bars=(),
    run=measure,
)
