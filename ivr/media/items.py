"""What can be played to a caller: a recorded clip, a pause, a telephone tone, music on hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

FRAME_MS = 20
FRAME_OCTETS = 160
ENDLESS_MS = 86_400_000
"""How long something without an end counts as: a day, longer than any call."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A stored sound. stem: path without its suffix; `.alaw` and `.ulaw` hold raw frames.

    frames: its length in frames of 20 ms (160 octets of G.711). barge_in: a key may stop it.
    """

    stem: str
    frames: int
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of so many milliseconds, rounded up to whole frames."""

    ms: int
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Tone:
    """A signal of the telephone network: `ringback`, `busy` or `beep`, as `country` knows it.

    country: two letters (ISO 3166), "" for the European default. ms: its length; 0 = no end, or
    one beep.
    """

    name: str
    country: str = ""
    ms: int = 0
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Music:
    """Music on hold: stems of stored tracks in the order of this caller, played on and on.

    Each leg has its own place in it and goes on there after something else was played. radio: all
    callers hear the same place of the same track. No tracks: quiet tones are made instead.
    """

    tracks: tuple[str, ...] = ()
    radio: bool = False
    barge_in: bool = True


Item: TypeAlias = Clip | Pause | Tone | Music


def frames_of(item: Item) -> int:
    """How many frames of 20 ms an item lasts."""
    match item:
        case Clip():
            return item.frames
        case Pause():
            return -(-item.ms // FRAME_MS)
        case Tone(name="beep", ms=0):
            return 10
        case Tone() if item.ms:
            return -(-item.ms // FRAME_MS)
    return ENDLESS_MS // FRAME_MS
