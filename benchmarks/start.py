"""How long the shipped server needs from its command to the first good answer of /readyz."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from benchmarks.server import ROOT, SERVE, command, free_port, running, shipped
from benchmarks.table import Benchmark, Row, middle, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = 5
IMPORTS = "import aiohttp, sqlalchemy"


def measure() -> Sequence[Row]:
    """Starts in turn with bare imports; the first of each only fills the disk cache."""
    bare, cold, warm = [], [], []
    for _ in range(RUNS + 1):
        bare.append(_imports_s())
        first, again = _starts_s()
        cold.append(first)
        warm.append(again)
    return [
        Row(f'python -c "{IMPORTS}"', middle(bare[1:]), "s", is_baseline=True),
        Row("ivr serve, empty database", middle(cold[1:]), "s", "ready_s"),
        Row("ivr serve, empty database, slowest", max(cold[1:]), "s"),
        Row("ivr serve, the same database again", middle(warm[1:]), "s"),
    ]


def _imports_s() -> float:
    return seconds(lambda: command([sys.executable, "-c", IMPORTS], ROOT))


def _starts_s() -> tuple[float, float]:
    """With no database file yet, and with the one the first start has made."""
    port = free_port()
    with shipped(port) as folder:
        times = []
        for _ in range(2):
            began = time.perf_counter()
            with running(SERVE, port, folder):
                times.append(time.perf_counter() - began)
    return times[0], times[1]


BENCHMARK = Benchmark(
    name="start",
    title=f"seconds from the command to /readyz, median of {RUNS} runs",
    bars=("ready_s",),
    run=measure,
)
