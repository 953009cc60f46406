"""Sound for test phones: G.711 by its tables of the standard, tones, and RTP packets of any form.

Sources: ITU-T G.711 tables 1a and 2a, ITU-T Q.23 (tones of keys), RFC 3550 5.1, RFC 4733 2.3.
"""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.sip_phone import KEYS

if TYPE_CHECKING:
    from tests.fakes.sip_phone import Dialog, SipPhone

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
PAD = ("123A", "456B", "789C", "*0#D")
RATE, FRAME = 8000, 160


def _alaw(octet: int) -> int:
    bits = octet ^ 0x55
    chord, step = bits >> 4 & 7, bits & 15
    size = (2 * step + 1) << 3 if chord == 0 else (2 * step + 33) << (chord + 2)
    return size if bits & 0x80 else -size


def _ulaw(octet: int) -> int:
    bits = octet ^ 0xFF
    chord, step = bits >> 4 & 7, bits & 15
    size = ((2 * step + 33) << (chord + 2)) - 132
    return -size if bits & 0x80 else size


ALAW = tuple(map(_alaw, range(256)))
ULAW = tuple(map(_ulaw, range(256)))
_SORTED = {table: sorted((value, at) for at, value in enumerate(table)) for table in (ALAW, ULAW)}


def decode(data: bytes, table: tuple[int, ...]) -> list[int]:
    """Samples of 16 bits."""
    return [table[octet] for octet in data]


def encode(samples: list[int], table: tuple[int, ...]) -> bytes:
    """The nearest octet at or above each sample."""
    known = _SORTED[table]
    return bytes(known[min(bisect_left(known, (sample, 0)), 255)][1] for sample in samples)


def tone(key: str, seconds: float, level: float = 4000) -> list[int]:
    """The two tones of a key. level: the peak of each."""
    row = next(index for index, line in enumerate(PAD) if key in line)
    pair = ROWS[row], COLUMNS[PAD[row].index(key)]
    return [
        round(sum(level * math.sin(2 * math.pi * hertz * at / RATE) for hertz in pair))
        for at in range(round(seconds * RATE))
    ]


@dataclass(slots=True)
class Stream:
    """RTP by hand from a phone in a call."""

    phone: SipPhone
    dialog: Dialog
    sequence: int = 65_530
    timestamp: int = 0xFFFF_F000
    ssrc: int = 0x5151
    event_pt: int = 101

    def send(self, payload: bytes, pt: int = 8, *, marker: bool = False, step: int = FRAME) -> None:
        """A packet of sound."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + step) & 0xFFFF_FFFF
        self._raw(pt, payload, marker=marker)

    def event(self, key: str | int, duration: int, *, end: bool = False, marker: bool) -> None:
        """A packet of a key at the present timestamp. duration: in samples."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        number = KEYS.index(key) if isinstance(key, str) else key
        payload = struct.pack("!BBH", number, 10 | (end << 7), duration)
        self._raw(self.event_pt, payload, marker=marker)

    def press(
        self, key: str | int, *, marker: bool = True, first: bool = True, ends: int = 3
    ) -> None:
        """A key of 80 ms; first: whether its first packet arrives, ends: how many of its last."""
        self.timestamp = (self.timestamp + 1600) & 0xFFFF_FFFF
        for index in range(4):
            if index or first:
                self.event(key, (index + 1) * FRAME, marker=marker and index == 0)
            else:
                self.sequence = (self.sequence + 1) & 0xFFFF
        for _ in range(ends):
            self.event(key, 640, end=True, marker=False)
        self.sequence = (self.sequence + 3 - ends) & 0xFFFF

    def _raw(self, pt: int, payload: bytes, *, marker: bool) -> None:
        second = pt | (marker << 7)
        head = struct.pack("!BBHII", 0x80, second, self.sequence, self.timestamp, self.ssrc)
        self.phone.send_raw_rtp(self.dialog, head + payload)
