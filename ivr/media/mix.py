"""Several voices in one ear: conference, whisper, barge.

Frames are 160 octets of G.711 in, the same out. Samples are added as they are and cut off at full
scale; at most six voices are added.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.g711 import OCTETS, VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec, Octets

Samples: TypeAlias = "Sequence[int]"

MOST_VOICES: Final = 6


def _wide(octets: bytes) -> bytes:
    """A table of octets for sums of six: what is over full scale has the octet of full scale.

    Index s >= 0 counts from the front, s < 0 from the end, as the sum stands.
    """
    room = (MOST_VOICES - 1) * 32768
    return octets[:32768] + octets[32767:32768] * room + octets[32768:32769] * room + octets[32768:]


_WIDE: Final[dict[Codec, bytes]] = {codec: _wide(octets) for codec, octets in OCTETS.items()}


def samples(codec: Codec, frame: Octets) -> list[int]:
    """A frame as samples."""
    return list(map(VALUES[codec].__getitem__, frame))


def blend(codec: Codec, voices: Sequence[Samples]) -> bytes:
    """What one ear hears of some voices, cut off at full scale.

    Raises MediaError for none, more than six or uneven ones.
    """
    if not 1 <= len(voices) <= MOST_VOICES:
        raise MediaError("a mix has one to six voices")
    if any(len(voice) != len(voices[0]) for voice in voices):
        raise MediaError("the voices of a mix must be equally long")
    whole = voices[0]
    for voice in voices[1:]:
        whole = list(map(add, whole, voice))
    return bytes(map(_WIDE[codec].__getitem__, whole))
