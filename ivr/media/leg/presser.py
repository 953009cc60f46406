"""Keys that we press towards the far end: as event packets, or as tones where those are unknown.

Each key lasts 100 ms, with 100 ms until the next; the leg's other sound waits meanwhile.
Source: RFC 4733 2.5; sip-media.md section 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.media.dtmf import EVENT_KEYS, KeySender
from ivr.media.g711 import FRAME_OCTETS, SILENT_FRAME
from ivr.media.tone import key_tone

if TYPE_CHECKING:
    from ivr.media.g711 import Codec
    from ivr.media.leg.outgoing import Outgoing

MOST_KEYS = 64


class Presser:
    """Keys of one leg that wait to be sent. Beyond 64 of them new ones are dropped."""

    __slots__ = ("_at", "_events", "_keys", "_tone")

    def __init__(self) -> None:
        self._keys = ""
        self._events = KeySender()
        self._tone = b""
        self._at = 0

    @property
    def busy(self) -> bool:
        """Whether `frame` has something to send."""
        return bool(self._keys) or self._events.busy or self._at < len(self._tone)

    def press(self, keys: str) -> None:
        """Queue keys, 0-9 * # A-D; others are left out."""
        self._keys = (self._keys + "".join(key for key in keys if key in EVENT_KEYS))[:MOST_KEYS]

    def frame(self, out: Outgoing, codec: Codec, clock: int) -> bytes | None:
        """What to send as sound in this 20 ms; None: an event packet went out instead."""
        if self._keys and not self._events.busy and self._at >= len(self._tone):
            self._begin(self._keys[0], codec, events=out.event_type is not None)
            self._keys = self._keys[1:]
        if self._at < len(self._tone):
            self._at += FRAME_OCTETS
            return self._tone[self._at - FRAME_OCTETS : self._at]
        packet = self._events.frame(out.time_at(clock))
        if packet is None:
            return SILENT_FRAME[codec]
        out.key(packet, clock)
        return None

    def _begin(self, key: str, codec: Codec, *, events: bool) -> None:
        if events:
            self._events.send(key)
        else:
            self._tone, self._at = key_tone(key, codec), 0
