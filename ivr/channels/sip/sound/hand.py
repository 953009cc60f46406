"""The server's end of the cord to one media worker: starts it, talks to it, notices its death.

A worker that does not answer three heartbeats of a second is killed. It inherits one socket and
nothing else: no secrets, no open files.

Source: sip-media.md section 8 (worker messages, death of a worker).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ivr
from ivr.channels.sip.wire import control
from ivr.channels.sip.wire.control import Beat
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.control import Message

BEAT_S: Final = 1.0
MOST_MISSED: Final = 3
MOST_READ: Final = 64
EXIT_S: Final = 2.0
_ROOT: Final = str(Path(ivr.__file__).resolve().parent.parent)
_COMMAND: Final = (sys.executable, "-S", "-P", "-m", "ivr.channels.sip.sound.worker")


class Hand:
    """One worker process. on_message: what it tells. on_death: it is gone; told once, unasked."""

    def __init__(
        self, epoch: int, on_message: Callable[[Message], None], on_death: Callable[[], None]
    ) -> None:
        """Start the process. Raises MediaError if the machine does not let it."""
        self._epoch = epoch
        self._on_message = on_message
        self._on_death = on_death
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._missed = 0
        self._beats = 0
        self.alive = True
        self._sock, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sock.setblocking(False)
        with far:
            try:
                self._process = _start(far.fileno())
            except OSError as wrong:
                self._sock.close()
                raise MediaError(f"the media worker cannot be started: {wrong}") from wrong
        self._loop.add_reader(self._sock, self._read)
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Send an order, now or when the worker has room again. Raises MediaError if too long."""
        data = control.write(message, self._epoch)
        if not self.alive:
            return
        self._waiting.append(data)
        if len(self._waiting) == 1:
            self._flush()
            if self._waiting and self.alive:
                self._loop.add_writer(self._sock, self._flush)

    def kill(self) -> None:
        """End it at once; `on_death` follows."""
        self._process.kill()

    def leave(self) -> None:
        """Let go: the worker says goodbye to the far ends and exits. `on_death` does not follow."""
        if self.alive:
            self._close()

    async def gone(self) -> None:
        """Wait until the process has ended; after two seconds it is killed."""
        try:
            await asyncio.to_thread(self._process.wait, EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    def _read(self) -> None:
        for _ in range(MOST_READ):
            try:
                data = self._sock.recv(control.MESSAGE_BYTES)
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
        try:
            _epoch, message = control.read(data)
        except MediaError:
            return
        self._missed = 0
        if not isinstance(message, Beat):
            self._on_message(message)

    def _flush(self) -> None:
        try:
            while self._waiting:
                self._sock.send(self._waiting[0])
                self._waiting.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._waiting.clear()  # it died; the reader will notice
        self._loop.remove_writer(self._sock)

    def _beat(self) -> None:
        if self._missed >= MOST_MISSED:
            self.kill()
        self._missed += 1
        self._beats += 1
        self._timer = self._loop.call_later(BEAT_S, self._beat)
        self.send(Beat(self._beats))

    def _die(self) -> None:
        """The other end is closed: the process is dead or as good as that."""
        self._close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        self._on_death()

    def _close(self) -> None:
        self.alive = False
        self._timer.cancel()
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()


def _start(file: int) -> subprocess.Popen[bytes]:
    """The process, with nothing but this one socket and the place of our own code."""
    return subprocess.Popen(  # noqa: S603 - our own module, no word of it from outside
        [*_COMMAND, str(file)],
        stdin=subprocess.DEVNULL,
        pass_fds=(file,),
        env={"PYTHONPATH": _ROOT},
    )
