"""The worker's end of the cord to its server: messages in whole datagrams, never waiting for it.

Source: sip-media.md section 8 (worker messages).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ivr.channels.sip.wire import control
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    import socket

    from ivr.channels.sip.wire.control import Message

MOST_WAITING = 100_000
MOST_ORDERS = 16


class Cord:
    """Reads orders and tells what was heard. `cut` is true once the server is gone.

    Orders of a server that was replaced (a lower epoch than seen before) are left out.
    """

    def __init__(self, sock: socket.socket) -> None:
        """sock: one end of a `SOCK_SEQPACKET` pair."""
        sock.setblocking(False)
        self.sock = sock
        self.cut = False
        self.epoch = 0
        self.refused = 0
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)

    def orders(self) -> list[Message]:
        """What has come, some 16 at a time: a tick may be due."""
        found: list[Message] = []
        while len(found) < MOST_ORDERS:
            try:
                data = self.sock.recv(control.MESSAGE_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self.cut = True
                break
            for line in control.singly(data):
                found += self._understood(line)
        return found

    def _understood(self, line: bytes) -> list[Message]:
        try:
            epoch, message = control.read(line)
        except MediaError:
            self.refused += 1
            return []
        if epoch < self.epoch:
            self.refused += 1
            return []
        self.epoch = epoch
        return [message]

    def tell(self, message: Message) -> None:
        """Send at the next `flush`, in order."""
        control.add(self._waiting, control.write(message, self.epoch))

    def flush(self) -> None:
        """Send what waits, as far as the server has room."""
        while self._waiting and not self.cut:
            try:
                self.sock.send(self._waiting[0])
            except BlockingIOError:
                return
            except OSError:
                self.cut = True
                return
            self._waiting.popleft()
