"""Keys out of event packets: each told once, however many packets it comes in.

Source: RFC 4733 2.3 and 2.5 (a key is several packets with the time stamp of its start; the first
has the marker, the last three say that it ended). pyVoIP 1.6.8 looks for the marker alone.
"""

from __future__ import annotations

from typing import Final

KEYS: Final = "0123456789*#ABCD"
_ENDS: Final = 0x80


class Pressed:
    """The keys of one stream."""

    def __init__(self) -> None:
        self._source = -1
        self._sequence = 0
        self._began = 0
        self._ended = True

    def take(self, source: int, sequence: int, began: int, payload: bytes, *, marker: bool) -> str:
        """The key that begins with this packet, "" if none does.

        source, sequence, began: SSRC, sequence number and time stamp of the packet.
        """
        if len(payload) < 2 or payload[0] >= len(KEYS):
            return ""
        another = source != self._source
        if not another and not _later(sequence, self._sequence, 16):
            return ""
        begins = another or self._begins(began, marker=marker)
        self._source, self._sequence = source, sequence
        if begins:
            self._began = began
        self._ended = bool(payload[1] & _ENDS)
        return KEYS[payload[0]] if begins else ""

    def _begins(self, began: int, *, marker: bool) -> bool:
        """A later start is another key, also if its first packet was lost.

        A marker is one even if the clock was set back, unless it repeats the key that still runs.
        """
        if _later(began, self._began, 32):
            return True
        return marker and (self._ended or began != self._began)


def _later(number: int, before: int, bits: int) -> bool:
    """Whether a number that wraps around is above another."""
    return 0 < (number - before) % (1 << bits) < 1 << (bits - 1)
