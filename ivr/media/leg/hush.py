"""What a leg hears when there is nothing to hear: silence, on and on or only a little of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.media.g711 import SILENT_FRAME

if TYPE_CHECKING:
    from ivr.media.g711 import Codec
    from ivr.media.leg.outgoing import Outgoing
    from ivr.media.leg.pace import Pace
    from ivr.media.leg.terms import Peer

SILENT_FRAMES: Final = 10


class Hush:
    """Silence of one leg, in the codec and manner that were agreed."""

    __slots__ = ("_left", "_out", "_pace", "_peer", "_silence")

    def __init__(self, out: Outgoing, pace: Pace, codec: Codec) -> None:
        self._out = out
        self._pace = pace
        self._peer: Peer | None = None
        self._silence = SILENT_FRAME[codec]
        self._left = SILENT_FRAMES

    def agree(self, peer: Peer) -> None:
        """What was negotiated."""
        self._peer, self._silence = peer, SILENT_FRAME[peer.codec]

    def begin(self) -> None:
        """A silence begins."""
        self._left = SILENT_FRAMES

    def frame(self) -> bytes | None:
        """A frame of it; None where the far end wants no more."""
        peer = self._peer
        if peer is None or peer.silence == "continuous":
            return self._silence
        self._left -= 1
        if self._left >= 0:
            return self._silence
        if self._left == -1 and peer.cn_pt is not None:
            self._out.comfort(peer.cn_pt, self._pace.clock)
        return None
