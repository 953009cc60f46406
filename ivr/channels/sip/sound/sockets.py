"""The two UDP sockets of a leg, and who may send to them.

While the source is learned, the socket is unconnected and each sender is looked at. Once it is
known the socket is connected: strangers die in the kernel, and a packet costs no question.

Source: sip-media.md section 7; security.md 12.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.leg.latch import RELEARN_MS, Latch
from ivr.media.leg.told import Locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ivr.media.leg.lane import Lane
    from ivr.media.leg.latch import Source
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.terms import Peer
    from ivr.media.leg.told import Told
    from ivr.media.rtp import Buffer

    Read: TypeAlias = Callable[[bytearray], int]
    """Reads one datagram into a buffer; 0: nothing that counts. May raise OSError."""

RECEIVE_BYTES: Final = 65536
MOST_OCTETS: Final = 2048
_BACKLOG: Final = 1024
NOWHERE: Final = ("", 0)
UNSPECIFIED: Final = ("", "0.0.0.0", "::")  # noqa: S104 - never bound, only told by the far end


def bound(address: str, port: int) -> socket.socket:
    """A UDP socket on an address of ours. Raises OSError if the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    fresh = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        fresh.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        fresh.bind((address, port))
    except OSError:
        fresh.close()
        raise
    return fresh


def pair(address: str, ports: Iterable[int], *, mux: bool) -> list[socket.socket]:
    """Sockets for sound and, unless `mux`, for reports, on the first pair of ports that is free.

    Raises MediaError if none is.
    """
    for port in ports:
        opened: list[socket.socket] = []
        try:
            opened.append(bound(address, port))
            if not mux:
                opened.append(bound(address, port + 1 if port else 0))
        except OSError as wrong:
            for each in opened:
                each.close()
            if not port:
                raise MediaError(f"no socket on {address}: {wrong.strerror}") from wrong
        else:
            return opened
    raise MediaError("no RTP port is free")


class Sockets:
    """The sockets of one leg. `read` is how its next datagram of sound is read now."""

    def __init__(
        self,
        lane: Lane,
        opened: Sequence[socket.socket],
        pace: Pace,
        tell: Callable[[Told], None],
        watch: Callable[[Sockets], None],
    ) -> None:
        """watch: told whenever `read` or the socket of the sound has become another one."""
        self.lane = lane
        self.rtp = opened[0]
        self.rtcp = opened[1] if len(opened) > 1 else None
        self.address, self.port = self.rtp.getsockname()[:2]
        self._pace = pace
        self._tell = tell
        self._watch = watch
        self._signalled: Source = NOWHERE
        self._far: Source = NOWHERE
        self._reports_to: Source = NOWHERE
        self._latch = Latch("")
        self._nat = False
        self._connected = False
        self.read: Read = self._read_learning

    @property
    def report_port(self) -> int:
        """The port that reports come to."""
        return self.port if self.rtcp is None else int(self.rtcp.getsockname()[1])

    def agree(self, peer: Peer) -> None:
        """The far end is there now. A source that was learned stays while nothing has changed."""
        self.lane.agree(peer)
        if peer.port == 0 or peer.address in UNSPECIFIED:
            return  # on hold, the old way: the address comes back with the voice
        far = _canonical(peer.address), peer.port
        changed = (far, peer.nat) != (self._signalled, self._nat)
        self._signalled, self._nat = far, peer.nat
        behind = 0 if self.rtcp is None else 1
        self._reports_to = far[0], peer.rtcp_port or peer.port + behind
        if changed and peer.nat:
            self._learn(far)
        elif changed:
            self._connect(far)

    def relearn(self) -> None:
        """Once a second: a far end behind NAT that fell silent may come back from another port."""
        silent_ms = self._pace.now_ms - self.lane.incoming.heard_ms
        if self._nat and self._connected and self.lane.receives and silent_ms >= RELEARN_MS:
            self._learn(self._far)

    def read_report(self, buffer: bytearray) -> None:
        """One datagram on the socket for reports. May raise OSError."""
        if self.rtcp is None:
            return
        length, source = self.rtcp.recvfrom_into(buffer)
        if source[0] != self._signalled[0]:
            self.lane.life.strangers += 1
            return
        if self._nat:
            self._reports_to = source[:2]
        self.lane.life.hear(bytes(buffer[:length]))

    def report(self, data: bytes) -> None:
        """Send a report to where the far end wants it."""
        if self._reports_to == NOWHERE:
            return
        try:
            if self.rtcp is not None:
                self.rtcp.sendto(data, self._reports_to)
            elif self._connected:
                self.rtp.send(data)
            else:
                self.rtp.sendto(data, self._far)
        except OSError:
            self.lane.out.errors += 1

    def close(self) -> None:
        """Say goodbye and let the ports go, even if the first cannot be done."""
        try:
            self.report(self.lane.close())
        finally:
            self.rtp.close()
            if self.rtcp is not None:
                self.rtcp.close()

    def _learn(self, far: Source) -> None:
        """Look at every source until one is believed; meanwhile send to where we think it is."""
        if self._connected:
            self.rtp.close()
            self.rtp = bound(self.address, self.port)
            self._connected = False
        self._far = far
        self._latch = Latch(self._signalled[0])
        self.read = self._read_learning
        self.lane.reach(self._send_to(far))
        self._watch(self)

    def _connect(self, far: Source) -> None:
        """From now on only this source counts, and only it is sent to."""
        self._far = far
        try:
            self.rtp.connect(far)
        except OSError:
            self.lane.out.errors += 1
            self.lane.reach(None)
            return
        self._connected = True
        self._drain()
        self.read = self.rtp.recv_into
        self.lane.reach(self.rtp.sendmsg)
        self._watch(self)

    def _drain(self) -> None:
        """What came before the socket was connected may be from anybody: look once more.

        Keys in it count; its sound is too old to be worth anything.
        """
        buffer = bytearray(MOST_OCTETS)
        self.lane.incoming.take_audio = None
        self._read_all(buffer)
        self.lane.hearing.rewire()

    def _read_all(self, buffer: bytearray) -> None:
        for _ in range(_BACKLOG):
            try:
                length, source = self.rtp.recvfrom_into(buffer)
            except BlockingIOError:
                return
            except OSError:
                continue
            if source[:2] == self._far:
                incoming = self.lane.incoming
                incoming.packet(buffer, length, self._pace.clock, self._pace.now_ms)
            else:
                self.lane.life.strangers += 1

    def _read_learning(self, buffer: bytearray) -> int:
        length, source = self.rtp.recvfrom_into(buffer)
        source = source[:2]
        if not self._latch.packet(source, buffer, length):
            self.lane.life.strangers += source[0] != self._signalled[0]
            return 0
        self.lane.incoming.adopt(self._latch.ssrc, self._pace.clock)
        self.lane.incoming.packet(buffer, length, self._pace.clock, self._pace.now_ms)
        self._connect(source)
        self._tell(Locked(self.lane.leg, *source))
        return 0

    def _send_to(self, far: Source) -> Callable[[Sequence[Buffer]], int]:
        sendmsg = self.rtp.sendmsg
        return lambda parts: sendmsg(parts, (), 0, far)


def _canonical(address: str) -> str:
    """An address as the kernel writes it. Raises MediaError for a name."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.inet_ntop(family, socket.inet_pton(family, address))
    except OSError as wrong:
        raise MediaError("the far end has no numeric address") from wrong
