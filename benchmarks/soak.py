"""A long run of the shipped server: random callers, repeats, kills; then nobody may be missing.

In the first half the server is killed (SIGKILL) every few seconds and started again on the same
database and port. In the second half one process runs on, and its memory and descriptors are
watched. At the end the database is read without the server's own code.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from benchmarks.callers import Line, Tally
from benchmarks.load import pause, run
from benchmarks.server import HOST, SERVE, Process, free_port, launch, shipped
from benchmarks.table import Benchmark, CannotRunError, Row, middle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

SECONDS = 600.0
LINES = 20
"""Each has two connections; the server takes 50 from one address."""
SEED = 20261123
_API = "https://api.twilio.com"
_OUTCOMES = """
SELECT provider_ref, count(*), sum(outcome <> 'open' AND ended_at IS NOT NULL)
FROM interaction GROUP BY provider_ref
"""


@dataclass(slots=True)
class Watched:
    """The steady half. rss_bytes and descriptors: one for each sample."""

    rss_bytes: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def sample(self, process: Process) -> None:
        """Look at the process now."""
        self.rss_bytes.append(process.rss_bytes)
        self.descriptors.append(process.descriptors)


class Soak:
    """One run: the server, its callers, and who kills it."""

    def __init__(self, port: int, folder: Path, seconds: float) -> None:
        self._rest_port = _without_network(folder)
        self.tally = Tally()
        self.watched = Watched()
        self.kills = 0
        self.exit_code = 0
        self._port = port
        self._folder = folder
        self._seconds = seconds
        self._process = self._started()
        self._over = False

    def _started(self) -> Process:
        process = launch(SERVE, self._port, self._folder)
        try:
            process.wait_ready()
        except BaseException:
            process.kill()
            raise
        return process

    async def live(self) -> None:
        """Callers and kills, then callers alone, then a stop that lets everybody finish."""
        lines = [Line(self._port, number, SEED, self.tally) for number in range(LINES)]
        try:
            async with _knows_nothing(self._rest_port):
                lives = (line.live(lambda: self._over) for line in lines)
                await asyncio.gather(self._supervise(), *lives)
                self.exit_code = await asyncio.to_thread(self._process.stop)
        finally:
            self._process.kill()

    async def _supervise(self) -> None:
        half_s = self._seconds / 2
        try:
            await self._kill_until(time.perf_counter() + half_s)
            end = time.perf_counter() + half_s
            while time.perf_counter() < end:
                self.watched.sample(self._process)
                await pause(half_s / 120)
        finally:
            self._over = True

    async def _kill_until(self, end: float) -> None:
        every_s = min(15.0, max(3.0, self._seconds / 8))
        while time.perf_counter() + every_s < end:
            await pause(every_s)
            self._process.kill()
            self.kills += 1
            self._process = await asyncio.to_thread(self._started)


def _without_network(folder: Path) -> int:
    """Send what the server asks its provider to this machine. Returns the port there."""
    file, port = folder / "config.yaml", free_port()
    text = file.read_text("utf-8")
    if text.count(_API) != 1:
        raise CannotRunError(f"config.yaml no longer names {_API} once")
    file.write_text(text.replace(_API, f"http://{HOST}:{port}"), encoding="utf-8")
    return port


@asynccontextmanager
async def _knows_nothing(port: int) -> AsyncIterator[None]:
    """The provider's REST interface: it has no recording of anybody."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"code": 20404}, status=404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def without_one_outcome(database: Path, calls: Sequence[str]) -> int:
    """Calls that the database does not show as ended exactly once."""
    with closing(sqlite3.connect(database)) as open_one:
        kept = {ref: (count, ended) for ref, count, ended in open_one.execute(_OUTCOMES)}
    return sum(kept.get(ref) != (1, 1) for ref in calls)


def measure(seconds: float) -> Sequence[Row]:
    """One run of so many seconds and what came of it."""
    port = free_port()
    with shipped(port) as folder:
        soak = Soak(port, folder, seconds)
        run(soak.live())
        missing = without_one_outcome(folder / "var" / "ivr.db", soak.tally.calls)
    return [*_counted(soak, missing), *grown(soak.watched)]


def _counted(soak: Soak, missing: int) -> Iterator[Row]:
    tally = soak.tally
    yield Row("calls", len(tally.calls), "")
    yield Row("answers", tally.answers, "")
    yield Row("kills (SIGKILL)", soak.kills, "")
    yield Row("requests without an answer, sent again", tally.retried, "")
    yield Row("answered requests sent again", tally.repeated, "")
    yield Row("longest wait for an answer", tally.longest_s, "s")
    yield Row("exit code after SIGTERM", soak.exit_code, "")
    yield from (Row(f"wrong: {what}", count, "") for what, count in tally.wrong.items())
    yield Row("wrong answers", sum(tally.wrong.values()), "", "wrong_answers")
    yield Row("calls without exactly one outcome", missing, "", "calls_without_one_outcome")


def grown(watched: Watched) -> Iterator[Row]:
    """The steady half: last against middle third; in the first one the process still warms up."""
    rss, more_rss = _thirds(watched.rss_bytes)
    files, more_files = _thirds(watched.descriptors)
    yield Row("RSS, middle third", rss / 2**20, "MiB", is_baseline=True)
    yield Row("RSS, last third", more_rss / 2**20, "MiB")
    yield Row("RSS growth", 100 * (more_rss / rss - 1), "percent", "rss_growth_percent")
    yield Row("descriptors, middle third", files, "", is_baseline=True)
    yield Row("descriptors, more in the last third", more_files - files, "", "descriptor_growth")


def _thirds(samples: Sequence[int]) -> tuple[float, float]:
    third = len(samples) // 3
    return middle(samples[third : 2 * third] or samples), middle(samples[2 * third :])


def benchmark(seconds: float) -> Benchmark:
    """The soak as a table."""
    return Benchmark(
        name="soak",
        title=f"{seconds:g} s, {LINES} lines, the shipped server and flows, seed {SEED}",
        bars=(
            "calls_without_one_outcome",
            "wrong_answers",
            "rss_growth_percent",
            "descriptor_growth",
        ),
        run=partial(measure, seconds),
    )
