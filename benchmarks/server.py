"""Server processes under test: where they run, when they are ready, what they use."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.table import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
IVR = (sys.executable, "-m", "ivr")
SERVE = (*IVR, "serve")
HOST = "127.0.0.1"
STARTS_WITHIN_S = 20.0
STOPS_WITHIN_S = 30.0
_LOG_TAIL_BYTES = 2000
_LISTEN = "127.0.0.1:8080"
_TICKS = os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """This project is importable also where it is not installed."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


def cores() -> tuple[set[int], set[int]]:
    """One core for the server and one for the load generator; all for both if there is one."""
    free = sorted(os.sched_getaffinity(0))
    return ({free[0]}, {free[1]}) if len(free) > 1 else ({*free}, {*free})


@contextmanager
def on_cores(wanted: set[int]) -> Iterator[None]:
    """Run this process, and what it starts meanwhile, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def shipped(port: int) -> Iterator[Path]:
    """A folder with the flows and the configuration that ship, an empty database, this port."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "flows", folder / "flows")
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        if text.count(_LISTEN) != 2:
            raise CannotRunError(f"config.yaml no longer names {_LISTEN} twice")
        (folder / "config.yaml").write_text(text.replace(_LISTEN, f"{HOST}:{port}"))
        yield folder


def lay_out(folder: Path, config: str, **flows: str) -> None:
    """Write a configuration and the files of its flow folder, each by its name without .yaml."""
    (folder / "flows").mkdir()
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    for name, text in flows.items():
        (folder / "flows" / f"{name}.yaml").write_text(text, encoding="utf-8")


def command(arguments: Sequence[str], folder: Path) -> tuple[str, str]:
    """Run a command there: standard output and error. Raises CannotRunError unless it is good."""
    done = subprocess.run(  # noqa: S603 - our own command
        arguments, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-_LOG_TAIL_BYTES:]
        raise CannotRunError(f"{' '.join(arguments[1:4])} ended with {done.returncode}: {said}")
    return done.stdout, done.stderr


@dataclass(slots=True)
class Process:
    """A server of ours. cpu_s, rss_bytes and descriptors are as the kernel counts them now."""

    port: int
    popen: subprocess.Popen[bytes]
    folder: Path

    @property
    def cpu_s(self) -> float:
        """Seconds of all its threads, on any core."""
        return cpu_s(self.popen.pid)

    @property
    def rss_bytes(self) -> int:
        """Resident memory."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text()
        found = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(found.split()[1]) * 1024

    @property
    def descriptors(self) -> int:
        """Open files and sockets."""
        return len(list(Path(f"/proc/{self.popen.pid}/fd").iterdir()))

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page. Raises OSError, HTTPException."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def wait_ready(self, statuses: Sequence[int] = (200,)) -> None:
        """Until /readyz answers so. Raises CannotRunError if that takes too long."""
        end = time.perf_counter() + STARTS_WITHIN_S
        while time.perf_counter() < end and self.popen.poll() is None:
            try:
                if self.get("/readyz")[0] in statuses:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.01)  # noqa: TID251 - another process is waited for
        tail = (self.folder / "log").read_bytes()[-_LOG_TAIL_BYTES:].decode(errors="replace")
        raise CannotRunError(f"the server did not start:\n{tail}")

    def kill(self) -> None:
        """SIGKILL: it gets no chance to save anything."""
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        """SIGTERM, and at last SIGKILL. Returns the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.popen.returncode


def cpu_s(pid: int | str) -> float:
    """User and system seconds of a process. Source: proc(5), fields 14 and 15 of stat.

    pid: also `PID/task/TID`, a thread.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def launch(arguments: Sequence[str], port: int, folder: Path) -> Process:
    """Start a server that will listen on this port; its output goes to `log` in the folder."""
    with (folder / "log").open("ab") as log:
        popen = subprocess.Popen(  # noqa: S603 - our own command
            arguments, stdout=log, stderr=log, cwd=folder, env=environment()
        )
    return Process(port, popen, folder)


@contextmanager
def running(
    arguments: Sequence[str], port: int, folder: Path, statuses: Sequence[int] = (200,)
) -> Iterator[Process]:
    """A server that is ready, killed in the end."""
    process = launch(arguments, port, folder)
    try:
        process.wait_ready(statuses)
        yield process
    finally:
        process.kill()
