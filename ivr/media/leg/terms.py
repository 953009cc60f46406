"""What was agreed with the far end of a leg about its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.media.g711 import Codec


@dataclass(frozen=True, slots=True)
class Peer:
    """What was negotiated with the far end of a leg; told again after every change.

    codec: `pcma` or `pcmu`. pt, event_pt, cn_pt: RTP payload types, None = not offered. direction:
    ours, `sendrecv sendonly recvonly inactive`. nat: learn the real source from the packets.
    dtmf: `auto rfc4733 inband info`. silence: `continuous` or `suppressed`. rtcp_port 0: the one
    behind `port`, or `port` itself if the leg was opened with `mux`. silent_s: after so long
    without a sound the far end is gone; 0 = as the worker was told for all.
    """

    leg: int
    address: str
    port: int
    rtcp_port: int = 0
    codec: Codec = "pcma"
    pt: int = 8
    event_pt: int | None = None
    cn_pt: int | None = None
    direction: str = "sendrecv"
    nat: bool = False
    dtmf: str = "auto"
    silence: str = "continuous"
    silent_s: float = 0.0

    @property
    def sends(self) -> bool:
        """Whether we may send."""
        return self.direction in {"sendrecv", "sendonly"}

    @property
    def receives(self) -> bool:
        """Whether something is due from the far end."""
        return self.direction in {"sendrecv", "recvonly"}
