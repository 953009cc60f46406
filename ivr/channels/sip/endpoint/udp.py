"""Signalling over UDP: one socket, read in batches, written at once, never waited for.

Sources: RFC 3261 section 18; octets that are no SIP (STUN, RTP, keep-alives) die here, counted.
"""

from __future__ import annotations

import asyncio
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ivr.channels.sip.endpoint.door import MESSAGE_BYTES, is_number
from ivr.channels.sip.wire.words import Flow

if TYPE_CHECKING:
    from collections import Counter

    from ivr.channels.sip.endpoint.door import Ears
    from ivr.channels.sip.wire.words import Place

BATCH: Final = 64  # datagrams per wake-up: the streams must get their turn in a flood
KNOWN_FLOWS: Final = 4_096
SOCKET_BYTES: Final = 1 << 20
SHORTEST: Final = 5  # below are keep-alives: 0 octets, NULs, CRLF CRLF
NOISE: Final = frozenset((*range(33), *range(127, 256))) - {10, 13}  # begins no SIP message

# Whether a host needs no look-up; asked for each datagram that goes out.
needs_no_lookup = lru_cache(KNOWN_FLOWS)(is_number)


class Datagrams:
    """One bound UDP socket. `turned_away` counts what was dropped, by a fixed reason."""

    def __init__(self, sock: socket.socket, ears: Ears, turned_away: Counter[str]) -> None:
        self.local: Place = _place(sock.getsockname())
        self.is_ipv6 = sock.family == socket.AF_INET6
        self._sock = sock
        self._ears = ears
        self._turned_away = turned_away
        self._buffer = memoryview(bytearray(MESSAGE_BYTES + 1))  # one more shows what is too long
        self._flows: dict[Any, Flow] = {}
        self._older_flows: dict[Any, Flow] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    def send(self, data: bytes, remote: Place) -> None:
        """Send one datagram now; if the socket is full it is dropped, as the network might."""
        try:
            self._sock.sendto(data, remote)
        except BlockingIOError:
            self._turned_away["udp_full"] += 1
        except OSError:  # no route, a port of 0, too long: to be seen by the core as silence
            self._turned_away["udp_unsent"] += 1

    def close(self) -> None:
        """Stop listening. What lies unread is lost, as if it had come a moment later."""
        self._loop.remove_reader(self._sock)
        self._sock.close()

    def _readable(self) -> None:
        now = self._ears.now()
        try:
            for _ in range(BATCH):
                if not self._read_one(now):
                    break
        finally:
            self._ears.settle()

    def _read_one(self, now: float) -> bool:
        """Hand one datagram over; False when there is none."""
        buffer = self._buffer
        try:
            size, source = self._sock.recvfrom_into(buffer)
        except BlockingIOError:
            return False
        except OSError:  # an ICMP error of an earlier datagram says nothing about the next
            return True
        if size > MESSAGE_BYTES:
            self._turned_away["udp_large"] += 1
        elif size < SHORTEST or buffer[0] in NOISE:
            self._turned_away["udp_noise"] += 1
        else:
            flow = self._flows.get(source) or self._flow(source)
            self._ears.receive(buffer[:size].tobytes(), flow, now)
        return True

    def _flow(self, source: Any) -> Flow:  # noqa: ANN401 - whatever the kernel calls an address
        """The flow of a source not seen lately. Two tables take turns, so memory has a bound."""
        if len(self._flows) >= KNOWN_FLOWS:
            self._older_flows, self._flows = self._flows, {}
        flow = self._older_flows.get(source) or Flow("udp", self.local, _place(source))
        self._flows[source] = flow
        return flow


def bind(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError if the address is not ours or taken.

    No SO_REUSEPORT, no SO_REUSEADDR: with either a second program could take our packets.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
        sock.bind((host, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _place(address: Any) -> Place:  # noqa: ANN401 - 2 items in IPv4, 4 in IPv6
    """Host and port; a link-local IPv6 address keeps its interface, or no answer finds it."""
    if len(address) > 2 and address[3]:
        return f"{address[0]}%{address[3]}", address[1]
    return address[0], address[1]
