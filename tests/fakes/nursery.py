"""Processes that begin at once: forked from one that has loaded `ivr serve` already.

To load it takes 1.2 s of the processor at each start, and is the same each time. All the rest is as
ever: a process of its own with its own folder, surroundings and output, which can be killed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module  # noqa: TID251 - loaded for their own sake
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[2]
LOADED: Final = (
    "ivr.cli.serving",
    "ivr.channels.twilio.provider",
    "ivr.channels.sip.provider",
    "holidays.countries.turkey",
)
"""What a server with the shipped configuration has loaded when it listens."""
_REQUEST_BYTES = 1_000_000
_FILES = 3  # its output, its complaints, and where its end is told


@dataclass(slots=True)
class Forked:
    """One of them; has what `asyncio.subprocess.Process` has, as far as tests ask for it."""

    pid: int
    stdout: asyncio.StreamReader
    _ended: asyncio.Future[int]
    _transports: tuple[asyncio.BaseTransport, ...]

    @property
    def returncode(self) -> int | None:
        """Its exit code, -9 for one that was killed, None while it runs."""
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, sign: int) -> None:
        """Send a signal. Raises ProcessLookupError."""
        if self._ended.done():
            raise ProcessLookupError
        os.kill(self.pid, sign)

    def kill(self) -> None:
        """No goodbye. Raises ProcessLookupError."""
        self.send_signal(signal.SIGKILL)

    async def killed(self) -> bytes:
        """Kill it; what it has said and nobody has read yet."""
        with suppress(ProcessLookupError):
            self.kill()
        rest = await self.stdout.read()
        await self.wait()
        self.close()
        return rest

    async def wait(self) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.shield(self._ended)

    def close(self) -> None:
        """Listen to it no longer."""
        for each in self._transports:
            each.close()


class _End(asyncio.Protocol):
    """Hears the exit code."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if not self.ended.done():
            self.ended.set_result(int(data))


async def fork(folder: Path, *words: str, log: Path, heard: bool = True) -> Forked:
    """Python in a folder. words: `-m` and a module or `-c` and code, and what they are told.

    log: where its complaints go, and its output unless that is to be heard.
    """
    loop = asyncio.get_running_loop()
    (hears, says), (told, tells) = os.pipe(), os.pipe()
    try:
        with log.open("ab") as complaints:
            output = says if heard else complaints.fileno()
            files = (output, complaints.fileno(), tells)
            pid = await asyncio.to_thread(_nursery().fork, folder, words, files)
    finally:
        os.close(says)
        os.close(tells)
    stdout = asyncio.StreamReader()
    hearing, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(hears, "rb", 0)
    )
    waiting, end = await loop.connect_read_pipe(_End, os.fdopen(told, "rb", 0))
    return Forked(pid, stdout, end.ended, (hearing, waiting))


@cache
def _nursery() -> _Nursery:
    return _Nursery()


class _Nursery:
    """The process that has loaded all of it; ends with the tests, whose socket it hears close."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
                [sys.executable, "-m", "tests.fakes.nursery", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def fork(self, folder: Path, words: tuple[str, ...], files: tuple[int, ...]) -> int:
        """The id of a new process. Raises RuntimeError if there is no nursery any more."""
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        wanted = {"folder": str(folder), "words": words, "env": dict(os.environ), "nice": nice}
        socket.send_fds(self._socket, [json.dumps(wanted).encode()], files)
        answer = self._socket.recv(100)
        if not answer:
            raise RuntimeError("the nursery of servers has ended")
        return int(answer)


def _load() -> None:
    gc.disable()
    for each in LOADED:
        import_module(each)
    gc.freeze()
    gc.enable()


class _Mother:
    """The other side, in the nursery."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._ends: dict[int, int] = {}
        self._woken, self._wakes = os.pipe()
        os.set_blocking(self._wakes, False)

    def run(self) -> dict[str, Any] | None:
        """Fork what is asked for until nobody can ask any more; in a child, what it shall be."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes)
        while True:
            ready, _, _ = select.select([self._requests.fileno(), self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._bury()
            if self._requests.fileno() in ready:
                data, files, _, _ = socket.recv_fds(self._requests, _REQUEST_BYTES, _FILES)
                if not data:
                    return None
                if self._fork(files):
                    return dict(json.loads(data))

    def _fork(self, files: list[int]) -> bool:
        """True in the child."""
        output, complaints, end = files
        pid = os.fork()
        if not pid:
            self._leave(output, complaints, end)
            return True
        os.close(output)
        os.close(complaints)
        self._ends[pid] = end
        self._requests.send(str(pid).encode())
        return False

    def _leave(self, output: int, complaints: int, end: int) -> None:
        """The child keeps nothing of the nursery's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(complaints, 2)
        for each in (output, complaints, end, self._woken, self._wakes, *self._ends.values()):
            os.close(each)
        self._requests.close()

    def _bury(self) -> None:
        """Tell the end of each child that has ended."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                end = self._ends.pop(pid)
                with suppress(BrokenPipeError):
                    os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(end)


def _become(wanted: dict[str, Any]) -> None:
    os.nice(wanted["nice"] - os.getpriority(os.PRIO_PROCESS, 0))
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["env"], PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="")
    kind, what, *words = wanted["words"]
    if kind == "-c":
        sys.argv = [kind, *words]
        exec(what, {"__name__": "__main__"})  # noqa: S102 - code that a test has written
    else:
        sys.argv = [what, *words]
        runpy.run_module(what, run_name="__main__")


if __name__ == "__main__":
    _load()
    child = _Mother(socket.socket(fileno=int(sys.argv[1]))).run()
    if child is not None:
        _become(child)
