"""Memory of one server with many live calls that wait at a menu.

The shipped server (`ivr serve`, its SQLite store, its flows) runs as a process of its own; the
calls are opened by signed webhooks of the bank line, each followed to its first menu.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from benchmarks.load import Caller, Connection, calls, next_url, run
from benchmarks.server import SERVE, Process, free_port, running, shipped
from benchmarks.table import Benchmark, CannotRunError, Row, parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CALLS = int(parameter("CALLS", 10_000))
FIRST = 100
"""Calls of the baseline: after them everything is loaded that the first calls load."""
CONNECTIONS = 40
BANK = {"From": "+905321112233", "To": "+908502220000"}
_LIVE = re.compile(rb"^ivr_calls_live\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)


def measure() -> Sequence[Row]:
    """Memory with few calls and with all of them, every one waiting at a menu."""
    port = free_port()
    with shipped(port) as folder, running(SERVE, port, folder) as process:
        idle = process.rss_bytes
        before = _opened(process, 0, FIRST)
        after = _opened(process, FIRST, CALLS)
    return [
        Row("RSS with no call", idle / 2**20, "MiB", is_baseline=True),
        Row(f"RSS with {FIRST} calls", before / 2**20, "MiB", is_baseline=True),
        Row(f"RSS with {CALLS:,} calls at a menu", after / 2**20, "MiB", "rss_mib"),
        Row("each call", (after - before) / (CALLS - FIRST), "bytes"),
    ]


def _opened(process: Process, first: int, last: int) -> int:
    """RSS in bytes once the calls from `first` up to `last` wait too."""
    waiting = iter(calls(process.port, last - first, first, BANK))
    run(_bring_to_menus(waiting, process.port))
    rss_bytes = process.rss_bytes
    live = sum(float(one) for one in _LIVE.findall(process.get("/metrics")[1]))
    if live != last:
        raise CannotRunError(f"{live:.0f} calls are live, not {last}")
    return rss_bytes


async def _bring_to_menus(waiting: Iterator[Caller], port: int) -> None:
    """All of them over a few connections, as providers do."""

    async def some() -> None:
        connection = Connection(port)
        for caller in waiting:
            _status, document = await connection.post(caller.first)
            while not next_url(document)[1]:
                _status, document = await connection.post(caller.then(document) or b"")
        connection.close()

    await asyncio.gather(*(some() for _ in range(CONNECTIONS)))


BENCHMARK = Benchmark(
    name="memory",
    title="`ivr serve` with the shipped flows and SQLite; calls opened by signed webhooks",
    bars=("rss_mib",),
    run=measure,
)
