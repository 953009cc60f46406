"""Who may send to a leg whose far end sits behind an address translator: learned, then locked.

Only the signalled address counts, whatever its port; four packets in a row of one source with one
SSRC lock it. Source: security.md 12, RFC 7362 (latching).
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.media.rtcp import is_rtcp
from ivr.media.rtp import HEADER_OCTETS, Newcomer

if TYPE_CHECKING:
    from ivr.media.rtp import Buffer

Source: TypeAlias = tuple[str, int]
"""Numeric address and port."""
_SSRC: Final = Struct("!8xI")
RELEARN_MS: Final = 5000
"""For so long a locked source must be silent until another port of its address may take over."""


class Latch:
    """Learns one source. `ssrc` is what it sends under, once it is locked."""

    __slots__ = ("_address", "_newcomer", "ssrc")

    def __init__(self, address: str) -> None:
        """address: the only one that is listened to, as signalled."""
        self._address = address
        self._newcomer = Newcomer()
        self.ssrc = 0

    def packet(self, source: Source, packet: Buffer, length: int) -> bool:
        """Count a packet; True: its source is the far end, from now on."""
        if source[0] != self._address or length < HEADER_OCTETS:
            return False
        if packet[0] >> 6 != 2 or is_rtcp(packet, length):
            return False
        (self.ssrc,) = _SSRC.unpack_from(packet)
        return self._newcomer.packet((source, self.ssrc))
