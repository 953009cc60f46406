"""One TCP or TLS connection: its messages, its deadlines, and what it may leave unsent.

Sources: RFC 3261 sections 7.5 and 18.3 (framing), RFC 5626 section 3.5.1 (ping and pong).
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Final, cast

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.frame import PING, Framer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.endpoint.door import Door, Ears
    from ivr.channels.sip.wire.words import Flow

PONG: Final = b"\r\n"
DEAD_S: Final = 32  # octets not acknowledged for so long (64 T1): the far end is gone
PROBE_S: Final = 60


class Connection(asyncio.Protocol):
    """A connection from its first octet to its end; `gone` is called once, when it is over.

    `dialled`: we opened it, so its far end need not say anything soon. What is written before it
    is open is kept, within limits.
    """

    def __init__(
        self,
        flow: Flow,
        ears: Ears,
        door: Door,
        gone: Callable[[Connection], None],
        *,
        dialled: bool = False,
    ) -> None:
        self.flow = flow
        self._ears = ears
        self._door = door
        self._limits = door.limits
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._framer = Framer()
        self._open: asyncio.Transport | None = None
        self._unsent = bytearray()
        self._over = False
        self._heard = self._answered = dialled
        self._made_s = self._first_s = self._last_s = self._loop.time()
        self._begun_s: float | None = None
        self._closing_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = 0.0

    def begin(self) -> None:
        """Somebody has connected, though there may be no TLS yet: the clock starts."""
        self._watch()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open, TLS included: send what has waited."""
        self._open = cast("asyncio.Transport", transport)
        if self._over:  # given up while it was being opened
            self._open.abort()
            return
        _notice_death(self._open)
        self._watch()
        if self._unsent:
            self._open.write(bytes(self._unsent))
            self._unsent.clear()
        if self._closing_s is not None:
            self._open.close()

    def send(self, data: bytes) -> None:
        """Write a message, or keep it until the connection is open."""
        self._answered, self._last_s = True, self._ears.now()
        self._write(data)

    def data_received(self, data: bytes) -> None:
        """Cut messages out of the stream and hand them over; what is no SIP ends it."""
        if self._over or self._closing_s is not None:
            return
        self._last_s = now = self._ears.now()
        try:
            pieces = self._framer.feed(data)
        except WireError as error:
            self._refuse(error)
            return
        messages = [piece for piece in pieces if piece is not PING]
        if len(pieces) > len(messages):
            self._write(PONG * (len(pieces) - len(messages)))
        if messages:
            self._hand_over(messages, now)
        self._time_the_rest(now, progressed=bool(messages))
        if self._framer.fault is not None:
            self._refuse(self._framer.fault)

    def connection_lost(self, exc: Exception | None) -> None:
        """The far end, the network or we ended it."""
        self._end()

    def cut(self, reason: str) -> None:
        """End it at once and count why; close() would wait for the far end to take our octets."""
        if self._over:
            return
        self._door.turned_away[reason] += 1
        self.abort()

    def abort(self) -> None:
        """End it at once."""
        if self._open is not None:
            self._open.abort()
        self._end()

    def close(self) -> None:
        """End it after what was written has left, which may first need it to open."""
        if self._open is None and not self._unsent:
            self.abort()
            return
        self._closing_s = self._loop.time()
        self._watch()
        if self._open is not None:
            self._open.close()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        self._gone(self)

    def _hand_over(self, messages: list[bytes], now: float) -> None:
        if not self._heard:
            self._heard, self._first_s = True, now
        try:
            for message in messages:
                self._ears.receive(message, self.flow, now)
        finally:
            self._ears.settle()

    def _refuse(self, error: WireError) -> None:
        """Nobody can tell where the next message begins: answer if that is wanted, and close."""
        if self._over:
            return
        self._door.turned_away["malformed"] += 1
        answer = self._ears.garbled(error, self.flow)
        if answer:
            self._write(answer)
        self.close()

    def _write(self, data: bytes) -> None:
        if self._open is None:
            self._unsent += data
            unsent_bytes = len(self._unsent)
        else:
            self._open.write(data)
            unsent_bytes = self._open.get_write_buffer_size()
        if unsent_bytes > self._limits.unsent_bytes:
            self.cut("unsent")

    def _time_the_rest(self, now: float, *, progressed: bool) -> None:
        """A message that has begun must be whole in time; further octets do not buy more."""
        if not self._framer.pending:
            self._begun_s = None
        elif progressed or self._begun_s is None:
            self._begun_s = now
            self._watch()

    def _deadline_s(self) -> float:
        limits = self._limits
        if self._closing_s is not None:
            return self._closing_s + limits.flush_s
        if not self._heard:
            return self._made_s + limits.message_s
        if self._begun_s is not None:
            return self._begun_s + limits.message_s
        if not self._answered:
            return self._first_s + limits.unanswered_s
        return self._last_s + limits.idle_s

    def _watch(self) -> None:
        """Keep one timer that fires at the deadline or before it; it looks again then."""
        due_s = self._deadline_s()
        if self._over or (self._timer is not None and self._timer_s <= due_s):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_s = due_s
        self._timer = self._loop.call_at(due_s, self._is_it_late)

    def _is_it_late(self) -> None:
        self._timer = None
        if self._deadline_s() > self._timer_s:
            self._watch()
        elif self._closing_s is not None:
            self.cut("unsent")
        else:
            self.cut("idle" if self._heard and self._begun_s is None else "slow")


def _notice_death(wire: asyncio.Transport) -> None:
    """Ask the kernel to find out about a far end that vanished without a word.

    By itself it would go on for 15 minutes with unanswered octets, and for ever without any.
    """
    sock = wire.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", PROBE_S), ("TCP_USER_TIMEOUT", DEAD_S * 1_000)):
        option = getattr(socket, name, None)  # not on every system
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
