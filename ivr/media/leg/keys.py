"""How keys reach a leg: event packets, tones in the sound, or signalling; one of them, not all.

Source: sip-media.md section 9; RFC 4733, ITU-T Q.23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.media.dtmf import KeySource, Way, ways
from ivr.media.tone import ToneEar

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.media.leg.incoming import Take
    from ivr.media.leg.terms import Peer

    Pressed = Callable[[str, Way, bool], None]


class Keys:
    """The ways of one leg. pressed: told a key, how it came, and whether its packets went on.

    The first way that delivers a key is the leg's way from then on.
    """

    __slots__ = ("_pressed", "_setting", "_source", "_tones", "count")

    def __init__(self, pressed: Pressed) -> None:
        self._pressed = pressed
        self._setting: tuple[str, int | None] = ("auto", None)
        self._source = KeySource(ways("auto", events_agreed=False))
        self._tones: ToneEar | None = None
        self.count = 0

    def agree(self, peer: Peer) -> None:
        """What was negotiated; the way that was found stays while that has not changed."""
        allowed = ways(peer.dtmf, events_agreed=peer.event_pt is not None)
        if self._setting != (peer.dtmf, peer.event_pt):
            self._setting = peer.dtmf, peer.event_pt
            self._source = KeySource(allowed)
        self._tones = ToneEar(peer.codec) if Way.TONE in allowed else None

    @property
    def take_tones(self) -> Take | None:
        """Who listens to the sound; None: keys come another way."""
        return None if self._tones is None else self._sound

    def events(self, keys: str, passed_on: bool) -> None:
        """Keys came as event packets."""
        for key in keys:
            self.press(key, Way.EVENT, passed_on=passed_on)

    def press(self, key: str, way: Way = Way.INFO, *, passed_on: bool = False) -> None:
        """A key came. passed_on: its packets went to those who hear this leg."""
        if self._source.admit(way):
            self.count += 1
            self._pressed(key, way, passed_on)

    def _sound(self, _kind: int, _seq: int, _time: int, payload: bytearray, _clock: int) -> None:
        if self._tones is not None:
            for key in self._tones.frame(payload):
                self.press(key, Way.TONE)
