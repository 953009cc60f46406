"""A UDP socket that knows when each datagram came to the machine, however late somebody looks.

A test and the server it calls share a loop: packets read late by a busy one came in time all the
same, and are not to look as if the sender had been late.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    Take: TypeAlias = Callable[[bytes, tuple[str, int], float], None]

_TIMESTAMP_NS = 35
"""SO_TIMESTAMPNS of Linux (socket(7)), without a name in Python 3.11; a timespec comes with it."""
_TIMESPEC = struct.Struct("@ll")
_MOST_BYTES = 65_536
_ROUND = 50
"""So many are read before others get their turn."""


class Arrivals:
    """A bound socket; `take` gets each datagram, its sender and the loop time of its arrival."""

    def __init__(self, host: str, take: Take) -> None:
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._ask_for_times()
        self._loop.add_reader(self._socket, self._read)

    def _ask_for_times(self) -> None:
        """Where the system cannot tell, the time of reading has to do."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP_NS, 1)
        except OSError:
            return

    def sendto(self, data: bytes, target: tuple[str, int]) -> None:
        """Send a datagram; one that the system has no room for is lost, as on any network."""
        try:
            self._socket.sendto(data, target)
        except (BlockingIOError, ConnectionRefusedError):
            return

    def is_closing(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._socket.fileno() < 0

    def close(self) -> None:
        """Hear nothing more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _datagram in range(_ROUND):
            try:
                data, told, _flags, source = self._socket.recvmsg(_MOST_BYTES, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._take(data, source, self._loop.time() - _age_s(told))
            if self.is_closing():
                return


def _age_s(told: Iterable[tuple[int, int, Any]]) -> float:
    """Seconds since a datagram came, as the system tells beside it."""
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, _TIMESTAMP_NS):
            seconds, nanoseconds = _TIMESPEC.unpack(data[: _TIMESPEC.size])
            age_s: float = time.time() - seconds - nanoseconds / 1e9
            return max(0.0, age_s)
    return 0.0
