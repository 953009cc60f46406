"""Several voices in one ear: conference, whisper, barge. Nobody ever hears himself.

Frames are 160 octets of G.711 in, the same out. Samples are added as they are and cut off at full
scale; at most six voices are added. A gain costs nothing: it is part of the decoding table.
"""

from __future__ import annotations

from functools import lru_cache
from operator import add, sub
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.g711 import OCTETS, SILENT_FRAME, VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    from ivr.media.g711 import Codec, Octets

    Key = TypeVar("Key")

Samples: TypeAlias = "Sequence[int]"

MOST_VOICES: Final = 6
MOST_GAIN_DB: Final = 30


def _wide(octets: bytes) -> bytes:
    """A table of octets for sums of six: what is over full scale has the octet of full scale.

    Index s >= 0 counts from the front, s < 0 from the end, as the sum stands.
    """
    room = (MOST_VOICES - 1) * 32768
    return octets[:32768] + octets[32767:32768] * room + octets[32768:32769] * room + octets[32768:]


_WIDE: Final[dict[Codec, bytes]] = {codec: _wide(octets) for codec, octets in OCTETS.items()}


@lru_cache(maxsize=128)
def _louder(codec: Codec, gain_db: int) -> tuple[int, ...]:
    """The decoding table of a codec with a gain in it, cut off at full scale."""
    factor = 10 ** (gain_db / 20)
    return tuple(max(-32768, min(32767, round(factor * value))) for value in VALUES[codec])


def samples(codec: Codec, frame: Octets, gain_db: int = 0) -> list[int]:
    """A frame as samples, louder or softer by whole decibels.

    Raises MediaError for a gain of more than 30 dB either way.
    """
    if gain_db == 0:
        return list(map(VALUES[codec].__getitem__, frame))
    if abs(gain_db) > MOST_GAIN_DB:
        raise MediaError("a gain is 30 dB at most")
    return list(map(_louder(codec, gain_db).__getitem__, frame))


def total(voices: Sequence[Samples]) -> Samples:
    """The sum of voices, not cut off. Raises MediaError for none, more than six or uneven ones."""
    if not 1 <= len(voices) <= MOST_VOICES:
        raise MediaError("a mix has one to six voices")
    if any(len(voice) != len(voices[0]) for voice in voices):
        raise MediaError("the voices of a mix must be equally long")
    whole = voices[0]
    for voice in voices[1:]:
        whole = list(map(add, whole, voice))
    return whole


def without(whole: Samples, own: Samples) -> Samples:
    """A sum without one of its voices."""
    return list(map(sub, whole, own))


def encoded(codec: Codec, whole: Samples) -> bytes:
    """A sum as octets, cut off at full scale."""
    return bytes(map(_WIDE[codec].__getitem__, whole))


def blend(codec: Codec, voices: Sequence[Samples]) -> bytes:
    """What one ear hears of some voices."""
    return encoded(codec, total(voices))


def minus_own(voices: Mapping[Key, Samples], ears: Mapping[Key, Codec]) -> dict[Key, bytes]:
    """A conference: each ear hears all voices but its own. Ears without a voice hear everybody.

    voices: samples of who speaks, at most six. ears: codec of each who listens. One sum is made for
    all, one octet string per codec for all who only listen. An ear alone with its voice hears
    silence, and so do all when nobody speaks. Raises MediaError for more than six voices.
    """
    if not voices:
        return {ear: SILENT_FRAME[codec] for ear, codec in ears.items()}
    whole = total(tuple(voices.values()))
    for_all: dict[Codec, bytes] = {}
    heard: dict[Key, bytes] = {}
    for ear, codec in ears.items():
        own = voices.get(ear)
        if own is not None:
            heard[ear] = encoded(codec, without(whole, own))
            continue
        if codec not in for_all:
            for_all[codec] = encoded(codec, whole)
        heard[ear] = for_all[codec]
    return heard
