"""Webhook answers per second of one process, journal durable, beside a bare aiohttp handler.

Bars: at least 0.35 of the bare handler that returns a fixed TwiML document; p99 under 50 ms at 300
requests a second. Server on one core, load generator on the other. Run: python -m benchmarks bench
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.load import Caller, Measured, at_rate, flat_out, next_url

ACCOUNT = "AC" + "0" * 32
SECONDS = 6.0
CALLERS = 48
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
BARE = """
import sys
from aiohttp import web
DOCUMENT = b'<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="%s"/></Response>'
async def answer(request):
    await request.read()
    return web.Response(body=DOCUMENT, content_type="text/xml")
app = web.Application()
app.add_routes([web.post("/hooks/main/voice", answer), web.post("/hooks/main/next", answer)])
try:
    import uvloop; uvloop.install()
except ImportError: pass
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""


def config(folder: Path, port: int) -> str:
    """A configuration with one menu flow and a durable SQLite journal."""
    return f"""
zone: Europe/Istanbul
web: {{listen: "127.0.0.1:{port}", public_base: "http://127.0.0.1:{port}"}}
database: sqlite:///{folder}/ivr.db
flows: {{folder: {folder}/flows}}
keys: {{file: {folder}/master.key}}
log: {{level: warning}}
languages: [en]
trunks:
  main: {{provider: twilio, account: {ACCOUNT}, auth_token: "${{env:NOT_SET_HERE:demo}}"}}
numbers:
  "+908502220000": {{flow: two}}
"""


def started(arguments: list[str], port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A server process on the first core, once it answers."""
    pinned = ["taskset", "-c", "0"] if (os.cpu_count() or 1) > 1 else []
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*pinned, *arguments], stdout=log, stderr=log, cwd=folder, env=_environment()
        )
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1)
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
            continue
        break
    return process


def _environment() -> dict[str, str]:
    """This project is importable also where it is not installed."""
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": root}


def callers(base: str, count: int, first: int = 0) -> list[Caller]:
    """Callers that walk from one menu to the other and back for ever."""

    def caller(number: int) -> Caller:
        who = {"AccountSid": ACCOUNT, "CallSid": f"CA{number:032x}"}
        ring = {**who, "From": "+905321112233", "To": "+908502220000", "CallStatus": "ringing"}
        return Caller(
            (f"{base}/hooks/main/voice", ring),
            lambda document, _number: (next_url(document), {**who, "Digits": "1"}),
        )

    return [caller(first + number) for number in range(count)]


def bare_callers(base: str, count: int) -> list[Caller]:
    """The same requests to a handler that looks at nothing."""
    who = {"AccountSid": ACCOUNT, "CallSid": "CA" + "0" * 32, "Digits": "1"}
    request = (f"{base}/hooks/main/next?c=01M808CYCTAEQ2YGVM46PGCFQX&l=1&t=2", who)
    return [Caller(request, lambda _document, _number: request) for _ in range(count)]


def run() -> None:
    """Measure both and print one table."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "flows").mkdir()
        (folder / "flows" / "two.yaml").write_text(FLOW)
        (folder / "flows" / "prompts.yaml").write_text(PROMPTS)
        (folder / "config.yaml").write_text(config(folder, 18080))
        (folder / "bare.py").write_text(BARE)
        bare = _bare(folder)
        full, steady = _full(folder)
    _table(bare, full, steady)


def _bare(folder: Path) -> Measured:
    process = started([sys.executable, "bare.py", "18081"], 18081, folder)
    try:
        clients = bare_callers("http://127.0.0.1:18081", CALLERS)
        return asyncio.run(flat_out(clients, "127.0.0.1", 18081, SECONDS))
    finally:
        process.send_signal(signal.SIGKILL)


def _full(folder: Path) -> tuple[Measured, Measured]:
    base = "http://127.0.0.1:18080"
    process = started([sys.executable, "-m", "ivr", "serve"], 18080, folder)
    try:
        first = asyncio.run(flat_out(callers(base, CALLERS), "127.0.0.1", 18080, SECONDS))
        steady = asyncio.run(at_rate(callers(base, 40, 1000), "127.0.0.1", 18080, 300, SECONDS))
        return first, steady
    finally:
        process.send_signal(signal.SIGKILL)


def _table(bare: Measured, full: Measured, steady: Measured) -> None:
    ratio = full.per_second / bare.per_second
    rows = [
        ("bare aiohttp handler, fixed TwiML", bare, "1.00"),
        ("webhook through the engine, durable", full, f"{ratio:.2f} (bar 0.35)"),
        ("the same at 300 requests/s", steady, "p99 bar 50 ms"),
    ]
    print(f"{'what':38} {'answers/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'wrong':>6}  ratio to bare")
    for what, measured, note in rows:
        figures = f"{measured.per_second:10.0f} {measured.percentile_ms(0.5):8.1f}"
        print(f"{what:38} {figures} {measured.percentile_ms(0.99):8.1f} {measured.wrong:6}  {note}")


if __name__ == "__main__":
    run()
