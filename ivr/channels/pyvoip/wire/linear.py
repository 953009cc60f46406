"""Sound as pyVoIP wants it: 8-bit unsigned linear, one octet for each of 8,000 samples a second.

128 is silence. Our prompts are mu-law with 14 bits behind each octet; what eight bits cannot hold
is rounded to the nearest step. Source: pyVoIP 1.6.8 `RTP.encode_pcmu`, ITU-T G.711.
"""

from __future__ import annotations

from typing import Final

from ivr.media.g711 import VALUES

FRAME_OCTETS: Final = 160
SILENT: Final = 128


def _step(value: int) -> int:
    """The 8-bit octet nearest to a 16-bit sample."""
    return max(0, min(255, ((value + 128) >> 8) + SILENT))


_LINEAR: Final = bytes(_step(value) for value in VALUES["pcmu"])


def linear8(ulaw: bytes) -> bytes:
    """Mu-law as 8-bit unsigned linear, of the same length."""
    return ulaw.translate(_LINEAR)
