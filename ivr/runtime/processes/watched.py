"""A process of ours at the far end of a cord: started, spoken to, and noticed when it dies.

It inherits one socket and nothing else: no open files, no secrets in its environment. One that
gives no sign of life for too long is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ivr
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CODE_PLACE: Final = str(Path(ivr.__file__).resolve().parent.parent)
MOST_READ: Final = 64
DIES_WITHIN_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Launch:
    """How a process is started, and for how long it may be silent.

    what: its name in messages. command: its words; the number of its socket follows. most_bytes: of
    one datagram. patience: beats without a sign of life until it has given the first. exit_s: how
    long it may take to go. quiet: nobody reads what it prints.
    """

    what: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    most_bytes: int
    beat_s: float
    patience: int
    exit_s: float
    quiet: bool = False


class Watched(ABC):
    """The server's end of the cord to one process. What it means is up to who inherits this."""

    def __init__(self, launch: Launch) -> None:
        """Start it. Raises MediaError if the machine does not let us."""
        self._launch = launch
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._will_send = False
        self._beats, self._missed, self._patience = 0, 0, launch.patience
        self.alive = True
        self._sock, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sock.setblocking(False)
        with far:
            try:
                self._process = _start(launch, far.fileno())
            except OSError as wrong:
                self._sock.close()
                raise MediaError(f"{launch.what} cannot be started: {wrong}") from wrong
        self._loop.add_reader(self._sock, self._read)
        self._timer = self._loop.call_later(launch.beat_s, self._beat)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def put(
        self, data: bytes, add: Callable[[deque[bytes], bytes], None] = deque[bytes].append
    ) -> None:
        """Send in this pass of the loop, or when the process has room again; in order.

        add: puts it to the datagrams that wait.
        """
        if not self.alive:
            return
        add(self._waiting, data)
        if not self._will_send:
            self._will_send = True
            self._loop.call_soon(self._send)

    def kill(self) -> None:
        """End it at once; `died` follows."""
        self._process.kill()

    def leave(self) -> None:
        """Let go: the process sees the end of the cord and goes. `died` does not follow."""
        if self.alive:
            self._send()
            self._close()

    async def gone(self) -> None:
        """Wait until the process has ended; one that takes too long is killed."""
        try:
            await asyncio.to_thread(self._process.wait, self._launch.exit_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    @abstractmethod
    def taken(self, data: bytes) -> int:
        """Take a datagram: how many beats may now be missed; 0 if it is no sign of life.

        Raises MediaError for what is none; nothing comes of that.
        """

    @abstractmethod
    def beat(self, number: int) -> None:
        """Ask for a sign of life."""

    @abstractmethod
    def died(self, code: int) -> None:
        """It is gone, told once; code: how it exited, below zero the signal that ended it."""

    def _read(self) -> None:
        for _ in range(MOST_READ):
            try:
                data = self._sock.recv(self._launch.most_bytes)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._die()
                return
            self._take(data)
            if not self.alive:
                return

    def _take(self, data: bytes) -> None:
        with contextlib.suppress(MediaError):
            patience = self.taken(data)
            if patience:
                self._missed, self._patience = 0, patience

    def _send(self) -> None:
        """What waits goes out together: woken for each word, the process would cost us more."""
        self._will_send = False
        if not self.alive:
            return
        try:
            while self._waiting:
                self._sock.send(self._waiting[0])
                self._waiting.popleft()
        except BlockingIOError:
            self._loop.add_writer(self._sock, self._send)
            return
        except OSError:
            self._waiting.clear()  # it died; the reader will notice
        self._loop.remove_writer(self._sock)

    def _beat(self) -> None:
        if self._missed >= self._patience:
            self.kill()
        self._missed += 1
        self._beats += 1
        self._timer = self._loop.call_later(self._launch.beat_s, self._beat)
        self.beat(self._beats)

    def _die(self) -> None:
        """The other end is closed: the process is dead or as good as that."""
        self._close()
        self._process.kill()
        code = -1
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(DIES_WITHIN_S)
        self.died(code)

    def _close(self) -> None:
        self.alive = False
        self._timer.cancel()
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()


def _start(launch: Launch, file: int) -> subprocess.Popen[bytes]:
    """The process, with nothing but this one socket and its few words of environment."""
    told = subprocess.DEVNULL if launch.quiet else None
    return subprocess.Popen(  # noqa: S603 - our own module, no word of it from outside
        [*launch.command, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=told,
        stderr=told,
        pass_fds=(file,),
        env=dict(launch.environment),
    )
