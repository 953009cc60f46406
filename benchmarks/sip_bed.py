"""The server that the benchmark `sip` measures, and how it is measured.

`ivr serve` in a folder of its own: journal on, SQLite with synchronous=FULL, prompts recorded (no
speech engine is needed). Server and media worker share one core, the load has the other one.
"""

from __future__ import annotations

import io
import math
import os
import struct
import tempfile
import time
import wave
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = """
zone: Europe/Istanbul
web: {{listen: "{host}:{web}", public_base: "http://{host}:{web}"}}
database: sqlite:///ivr.db
flows: {{folder: flows}}
keys: {{file: master.key}}
log: {{level: warning}}
languages: [en]
limits: {{drain: 1s}}
media: {{legs_per_worker: 2000, sounds: speech}}
places:
  bob: {{sip: "sip:bob@{host}:{peer}"}}
trunks:
  main:
    provider: sip
    listen: "{host}:{sip}"
    open: true
    rtp_ports: 10000-32000
    limits: {{live: 10000, per_second: 10000}}
"""
MENU = """
flow: menu
version: 1
languages: [en]
start: first
rescue: {error: bye, emergency: bye}
nodes:
  first:
    - menu: long
      keys: {"1": second, "2": bye}
      giveup: bye
  second:
    - menu: long_too
      keys: {"1": first, "2": bye}
      giveup: bye
  bye:
    - hangup: short
"""
ASKS = """
flow: asks
version: 1
languages: [en]
start: first
rescue: {error: bye, emergency: bye}
vars: {number: digits?}
nodes:
  first:
    - ask: long
      into: number
      digits: 8
      giveup: bye
    - go: bye
  bye:
    - hangup: short
"""
DESK = """
flow: desk
version: 1
languages: [en]
start: first
rescue: {error: bye, emergency: bye}
uses: {places: [bob]}
nodes:
  first:
    - transfer: bob
      ring: 10s
      busy: bye
      noanswer: bye
      failed: bye
      done: bye
  bye:
    - hangup: short
"""
PROMPTS = """
long: {en: "For the second menu press 1, to end press 2."}
long_too: {en: "For the first menu press 1, to end press 2."}
short: {en: "Goodbye."}
"""
LONG_S, SHORT_S = 40.0, 0.5
RATE = 8000
QUIET_S, QUIET_SHARE = 4.0, 0.12
PATIENCE_S = 24.0
"""Real time spent on waiting for a quiet machine, in all rows together."""
_STEP_S = 0.5


def recording(seconds: float) -> bytes:
    """A WAV of two tones that never pauses (8 kHz, 16 bit)."""
    angles = (math.tau * place / RATE for place in range(int(seconds * RATE)))
    levels = [int(6000 * (math.sin(440 * a) + math.sin(620 * a))) for a in angles]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(levels)}h", *levels))
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Bed:
    """The running server. sip: its port for SIP; peer: the port where the phone `bob` must be.

    core: where it runs.
    """

    process: Process
    core: set[int]
    sip: int
    peer: int

    @property
    def pids(self) -> list[int]:
        """The server and all that it has started."""
        return family(self.process.popen.pid)

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all our processes so far."""
        return sum(cpu_s(pid) for pid in self.pids)

    @property
    def refused(self) -> int:
        """Calls refused before a flow began, so far."""
        lines = self.process.get("/metrics")[1].decode().splitlines()
        found = [line for line in lines if line.startswith("ivr_sip_refused_total{")]
        return int(sum(float(line.rpartition(" ")[2]) for line in found))

    @property
    def rss_bytes(self) -> int:
        """Memory of all our processes now."""
        return sum(_status(pid, "VmRSS") for pid in self.pids) * 1024

    @property
    def threads(self) -> int:
        """Threads of all our processes now."""
        return sum(_status(pid, "Threads") for pid in self.pids)

    @property
    def descriptors(self) -> int:
        """Open files and sockets of all our processes now."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self.pids)


@contextmanager
def serving() -> Iterator[Bed]:
    """The server on its core; this process, the load, on the other one."""
    mine, other = cores()
    web, sip, peer = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name, on_cores(other):
        folder = Path(name)
        text = CONFIG.format(host=HOST, web=web, sip=sip, peer=peer)
        lay_out(folder, text, menu=MENU, asks=ASKS, desk=DESK, prompts=PROMPTS)
        sounds = folder / "flows" / "prompts" / "en"
        sounds.mkdir(parents=True)
        for prompt, seconds in (("long", LONG_S), ("long_too", LONG_S), ("short", SHORT_S)):
            (sounds / f"{prompt}.wav").write_bytes(recording(seconds))
        with on_cores(mine):
            started = running(SERVE, web, folder)
            process = started.__enter__()
        try:
            yield Bed(process, mine, sip, peer)
        finally:
            started.__exit__(None, None, None)


def family(pid: int) -> list[int]:
    """A process and all that descend from it. Source: proc(5), children."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _status(pid: int, field_name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{field_name}:")).split()[1])


def rest(seconds: float) -> None:
    """Real time passes while other processes work."""
    time.sleep(seconds)  # noqa: TID251 - see above


@dataclass(slots=True)
class Quiet:
    """Waits until other work has left both cores. noisy: the last row began without that."""

    left_s: float = PATIENCE_S
    noisy: bool = False
    shares: list[float] = field(default_factory=list)
    _cores: set[int] = field(default_factory=lambda: set.union(*cores()))

    def wait(self) -> None:
        """Until both cores were less than 12 % busy over 4 s, or patience is at its end."""
        seen = [(time.monotonic(), _busy(self._cores))]
        while True:
            rest(_STEP_S)
            now_s = time.monotonic()
            seen.append((now_s, _busy(self._cores)))
            first_s, first = next(one for one in seen if now_s - one[0] <= QUIET_S + _STEP_S)
            spent_s = now_s - first_s
            self.shares = [
                (now - then) / spent_s for now, then in zip(seen[-1][1], first, strict=True)
            ]
            self.noisy = max(self.shares) >= QUIET_SHARE
            if spent_s >= QUIET_S and not self.noisy:
                return
            if now_s - seen[0][0] > QUIET_S:
                self.left_s -= _STEP_S
            if spent_s >= QUIET_S and self.left_s <= 0:
                return


def _busy(wanted: set[int]) -> list[float]:
    """Seconds that each of these cores was busy. Source: proc(5), stat, cpuN."""
    tick = os.sysconf("SC_CLK_TCK")
    busy = []
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in wanted:
            spent = [int(each) for each in fields[:8]]
            busy.append((sum(spent) - spent[3] - spent[4]) / tick)
    return busy
