"""A listening socket that asks before it lets anybody in.

The loop's own server would begin TLS with everyone who connects, and count nobody before that.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.words import Place

BACKLOG: Final = 512
BATCH: Final = 64  # connections per wake-up
BREATH_S: Final = 1.0
EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener:
    """One listening TCP socket. `greet` gets each new connection (non-blocking), and both its ends.

    Our end is the address we listen on. Raises OSError if the address is not ours or taken.
    """

    def __init__(
        self, host: str, port: int, greet: Callable[[socket.socket, Place, Place], None]
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._sock = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._sock.setblocking(False)
        self._greet = greet
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self.local: Place = self._sock.getsockname()[:2]
        self._go_on()

    def close(self) -> None:
        """Listen no more."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()

    def _go_on(self) -> None:
        self._pause = None
        self._loop.add_reader(self._sock, self._readable)

    def _readable(self) -> None:
        for _ in range(BATCH):
            try:
                sock, remote = self._sock.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in EXHAUSTED:
                    self._rest()
                    return
                continue  # whoever it was has left already
            sock.setblocking(False)
            self._greet(sock, self.local, remote[:2])

    def _rest(self) -> None:
        """No descriptor is free: without a pause the loop would do nothing but fail here."""
        self._loop.remove_reader(self._sock)
        self._pause = self._loop.call_later(BREATH_S, self._go_on)
