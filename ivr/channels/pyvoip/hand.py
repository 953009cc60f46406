"""The server's end of the cord to one process around pyVoIP: starts it, listens, notices its death.

A process that gives no sign of life for five seconds is killed. It inherits one socket and nothing
else: no secrets in its environment, no open files.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ivr
from ivr.channels.pyvoip.wire import messages
from ivr.channels.pyvoip.wire.messages import Ping, Pong, Ready
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.pyvoip.wire.messages import Begin, Order, Tiding

BEAT_S: Final = 1.0
MOST_MISSED: Final = 5
START_BEATS: Final = 20
MOST_READ: Final = 64
EXIT_S: Final = 3.0
_ROOT: Final = str(Path(ivr.__file__).resolve().parent.parent)
_COMMAND: Final = (sys.executable, "-P", "-m", "ivr.channels.pyvoip.child")


class Hand:
    """One process. on_tiding: what it tells. on_death: it is gone; not after `leave`.

    It is given the exit code; one below zero is the signal that ended the process.
    """

    def __init__(
        self, begin: Begin, on_tiding: Callable[[Tiding], None], on_death: Callable[[int], None]
    ) -> None:
        """Start it. Raises MediaError if the machine does not let us."""
        self._on_tiding = on_tiding
        self._on_death = on_death
        self._loop = asyncio.get_running_loop()
        self._beats, self._missed, self._may_miss = 0, 0, START_BEATS
        self.alive = True
        self._sock, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sock.setblocking(False)
        with far:
            try:
                self._process = _start(far.fileno())
            except OSError as wrong:
                self._sock.close()
                raise MediaError(f"the process around pyVoIP cannot start: {wrong}") from wrong
        self._loop.add_reader(self._sock, self._read)
        self._timer = self._loop.call_later(BEAT_S, self._beat)
        self.send(begin)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def send(self, order: Order) -> None:
        """Send an order. A process that takes none any more is killed. Raises MediaError."""
        data = messages.write(order)
        if not self.alive:
            return
        try:
            self._sock.send(data)
        except BlockingIOError:
            self.kill()
        except OSError:
            return  # it died; the reader will notice

    def kill(self) -> None:
        """End it at once; `on_death` follows."""
        self._process.kill()

    def leave(self) -> None:
        """Let go: it says goodbye to its callers and to the PBX, and exits."""
        if self.alive:
            self._close()

    async def gone(self) -> None:
        """Wait until it has ended; after three seconds it is killed."""
        try:
            await asyncio.to_thread(self._process.wait, EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    def _read(self) -> None:
        for _ in range(MOST_READ):
            try:
                data = self._sock.recv(messages.MESSAGE_BYTES)
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
            tiding = messages.read(data)
        except MediaError:
            return
        if isinstance(tiding, Pong | Ready):
            self._missed, self._may_miss = 0, MOST_MISSED
        if not isinstance(tiding, Pong):
            self._on_tiding(tiding)  # type: ignore[arg-type]

    def _beat(self) -> None:
        if self._missed >= self._may_miss:
            self.kill()
        self._missed += 1
        self._beats += 1
        self._timer = self._loop.call_later(BEAT_S, self._beat)
        self.send(Ping(self._beats))

    def _die(self) -> None:
        """The other end is closed: the process is dead or as good as that."""
        self._close()
        self._process.kill()
        code = -1
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(0.5)
        self._on_death(code)

    def _close(self) -> None:
        self.alive = False
        self._timer.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()


def _start(file: int) -> subprocess.Popen[bytes]:
    """The process, with nothing but this one socket and the places where code is found."""
    places = [_ROOT, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return subprocess.Popen(  # noqa: S603 - our own module, no word of it from outside
        [*_COMMAND, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # what pyVoIP prints may name callers
        stderr=subprocess.DEVNULL,
        pass_fds=(file,),
        # each thread would reserve an arena of 64 MB of its 512 MB
        env={"PYTHONPATH": os.pathsep.join(places), "MALLOC_ARENA_MAX": "2"},
    )
