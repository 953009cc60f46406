"""Webhook answers per second of one process, journal durable, beside bare aiohttp handlers.

The load generator has a core of its own and the servers another one, except in the row that says
`any core`. CPU time per answer is the steadier figure where other work shares the machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import layers
from benchmarks.load import ACCOUNT, Caller, Measured, at_rate, calls, flat_out, run, signed
from benchmarks.server import (
    HOST,
    SERVE,
    Process,
    cores,
    cpu_s,
    free_port,
    lay_out,
    on_cores,
    running,
)
from benchmarks.table import Benchmark, Row, middle, parameter

ROUNDS = 3
SECONDS = parameter("SECONDS", 3.0)
CALLERS = 48
"""Connections; the server takes 50 from one address."""
FORM = {"From": "+905321112233", "To": "+908502220000"}
FLOW = """
flow: two
version: 1
languages: [en]
start: first
always: {"0": {do: back}}
rescue: {error: bye, emergency: bye}
nodes:
  first:
    - menu: first_menu
      keys: {"1": second, "2": bye}
      giveup: bye
  second:
    - menu: second_menu
      keys: {"1": first, "2": bye}
      giveup: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """
first_menu: {en: "For the second menu press 1, to end press 2, to go back press 0."}
second_menu: {en: "For the first menu press 1, to end press 2, to go back press 0."}
goodbye: {en: "Goodbye."}
"""
CONFIG = f"""
zone: Europe/Istanbul
web: {{{{listen: "{HOST}:{{port}}", public_base: "http://{HOST}:{{port}}"}}}}
database: sqlite:///ivr.db
flows: {{{{folder: flows}}}}
keys: {{{{file: master.key}}}}
log: {{{{level: warning}}}}
languages: [en]
trunks:
  main: {{{{provider: twilio, account: {ACCOUNT}, auth_token: "${{{{env:NOT_SET_HERE:demo}}}}"}}}}
numbers:
  "{FORM["To"]}": {{{{flow: two}}}}
"""
BARE = f"""
import sys
from aiohttp import web
DOCUMENT = b'<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="%s"/></Response>'
async def answer(request):
    await request.read()
    return web.Response(body=DOCUMENT, content_type="text/xml")
app = web.Application()
app.add_routes([web.post("/hooks/main/next", answer)])
if sys.argv[2] == "uvloop":
    import uvloop
    uvloop.install()
web.run_app(app, host="{HOST}", port=int(sys.argv[1]))
"""


@dataclass(slots=True)
class Target:
    """One server and what its rounds measured. cpu_us and client_us: CPU time per answer."""

    name: str
    process: Process
    is_bare: bool
    per_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    client_us: list[float] = field(default_factory=list)
    wrong: int = 0

    def round(self, number: int) -> None:
        """Load it for a while with callers that were not there before."""
        port = self.process.port
        before = self.process.cpu_s, cpu_s(os.getpid())
        fresh = (1 + number) * 1000
        clients = bare_callers(port) if self.is_bare else calls(port, CALLERS, fresh, FORM)
        measured = run(flat_out(clients, port, SECONDS))
        each_us = 1e6 / len(measured.times_s)
        self.cpu_us.append((self.process.cpu_s - before[0]) * each_us)
        self.client_us.append((cpu_s(os.getpid()) - before[1]) * each_us)
        self.per_second.append(measured.per_second)
        self.p50_ms.append(measured.percentile_ms(0.5))
        self.p99_ms.append(measured.percentile_ms(0.99))
        self.wrong += measured.wrong

    def rows(self) -> list[Row]:
        """Its own figures: the median of the rounds."""
        name = self.name
        return [
            Row(name, middle(self.per_second), "answers/s", is_baseline=self.is_bare),
            Row(f"{name}: p50", middle(self.p50_ms), "ms"),
            Row(f"{name}: p99", middle(self.p99_ms), "ms"),
            Row(f"{name}: CPU of the server", middle(self.cpu_us), "us/answer"),
            Row(f"{name}: CPU of the generator", middle(self.client_us), "us/answer"),
        ]


def bare_callers(port: int) -> list[Caller]:
    """The same size of request to a handler that looks at nothing."""
    who = {"AccountSid": ACCOUNT, "CallSid": "CA" + "0" * 32, "Digits": "1"}
    url = f"http://{HOST}:{port}/hooks/main/next?c=01M808CYCTAEQ2YGVM46PGCFQX&l=1&t=2"
    request = signed(url, who)
    return [Caller(request, lambda _document: request) for _ in range(CALLERS)]


def measure() -> list[Row]:
    """All four servers in turns, so that a slow moment of the machine hits each of them."""
    mine, other = cores()
    with ExitStack() as open_ones, on_cores(other):
        with on_cores(mine):
            bare, fast, ours = (_opened(open_ones, name) for name in _KINDS)
        with on_cores(mine | other):
            free = _opened(open_ones, "engine, any core")
        targets = [bare, fast, ours, free]
        for number in range(ROUNDS):
            for target in targets:
                target.round(number)
        steady = {rate: _steady(ours.process, rate) for rate in (300, 500)}
        spent = _layers(ours)
    rows = [row for target in targets for row in target.rows()]
    ratios = _shares(bare, fast, ours)
    return [*rows, *spent, *ratios, *_steady_rows(steady), _wrong(targets, steady)]


_KINDS = ("bare aiohttp, web.run_app", "bare aiohttp, uvloop", "engine, journal durable")


def _opened(open_ones: ExitStack, name: str) -> Target:
    folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="ivr-bench-")))
    port, is_bare = free_port(), name.startswith("bare")
    if is_bare:
        (folder / "bare.py").write_text(BARE)
        command = (sys.executable, "bare.py", str(port), name.rpartition(" ")[2])
    else:
        lay_out(folder, CONFIG.format(port=port), two=FLOW, prompts=PROMPTS)
        command = SERVE
    ready = (404,) if is_bare else (200,)
    process = open_ones.enter_context(running(command, port, folder, ready))
    return Target(name, process, is_bare)


def _layers(ours: Target) -> list[Row]:
    """Where the CPU of the engine's server goes: one more round, with samples of its stacks."""
    each_us = middle(ours.cpu_us)
    callers = calls(ours.process.port, CALLERS, 900_000, FORM)
    with layers.sampled(ours.process.popen.pid) as found:
        run(flat_out(callers, ours.process.port, SECONDS))
    return [
        Row(f"engine: of it {each}", part * each_us, "us/answer") for each, part in found.items()
    ]


def _steady(process: Process, rate: int) -> Measured:
    callers = calls(process.port, 40, rate * 1000, FORM)
    return run(at_rate(callers, process.port, rate, 2 * SECONDS))


def _shares(bare: Target, fast: Target, ours: Target) -> list[Row]:
    """Ratios of medians; by CPU time the inverse, so that more is better in both."""
    speed, cpu = middle(ours.per_second), middle(ours.cpu_us)
    return [
        Row("share of web.run_app", speed / middle(bare.per_second), "", "share_of_bare"),
        Row("share of uvloop", speed / middle(fast.per_second), ""),
        Row("share of web.run_app, by CPU time", middle(bare.cpu_us) / cpu, ""),
        Row("share of uvloop, by CPU time", middle(fast.cpu_us) / cpu, ""),
    ]


def _steady_rows(steady: dict[int, Measured]) -> list[Row]:
    rows = []
    for rate, measured in steady.items():
        rows.append(Row(f"engine at {rate}/s: p50", measured.percentile_ms(0.5), "ms"))
        p99 = measured.percentile_ms(0.99)
        rows.append(Row(f"engine at {rate}/s: p99", p99, "ms", f"p99_at_{rate}_ms"))
    return rows


def _wrong(targets: list[Target], steady: dict[int, Measured]) -> Row:
    wrong = sum(one.wrong for one in targets) + sum(one.wrong for one in steady.values())
    return Row("answers other than 200, in all", wrong, "")


BENCHMARK = Benchmark(
    name="webhooks",
    title=f"answers of one process over {CALLERS} connections, median of {ROUNDS} rounds",
    bars=("share_of_bare", "p99_at_300_ms", "p99_at_500_ms"),
    run=measure,
)
