"""What a leg's sound tells the server: prompts that ended, keys, silence, and how much passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ended:
    """A `Play` is over. why: `end`, `stopped`, `replaced`, or `failed` (`note` says how).

    A listen whose prompts could not be played ends so as well, with `failed`. played_ms: sent.
    """

    leg: int
    turn: int
    why: str
    played_ms: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """The answer of a listen; reason and ended_by as in `ivr.media.collect`. Keys may be secret.

    began_ms: when its prompts began to be heard; at_ms: when it was answered. Both are milliseconds
    of the worker, which stand still while it is late: only what lies between them means anything.
    """

    leg: int
    turn: int
    keys: str = field(repr=False)
    words: str
    reason: str
    ended_by: str
    left: str = field(default="", repr=False)
    began_ms: int = 0
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A message is over. ms: how much there is of it, 0 = nobody said anything, or too little.

    ended_by: `key silence longest hangup`; `lost` if it could not be kept, or not all of it, and
    note says why.
    """

    leg: int
    turn: int
    ms: int
    ended_by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taped:
    """A recording is over. ms: how much there is of it; note: why that is not all."""

    leg: int
    turn: int
    ms: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Locked:
    """The real source of a leg behind NAT is known."""

    leg: int
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Silent:
    """Neither RTP nor RTCP came for a minute although some was due. Told once per silence."""

    leg: int


@dataclass(frozen=True, slots=True)
class Counters:
    """What passed on one leg. Times in ms; far_*: what the far end reported by RTCP.

    refused: malformed, unknown payload type, too long. strangers: not from the far end.
    late_frames: 20 ms each that could not be sent in time.
    """

    packets_in: int = 0
    packets_out: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    refused: int = 0
    strangers: int = 0
    keys: int = 0
    late_frames: int = 0
    send_errors: int = 0
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0
    far_lost: int = 0
    far_jitter_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Closed:
    """A leg is gone; its ports are used again 30 s later."""

    leg: int
    counters: Counters


@dataclass(frozen=True, slots=True)
class Broken:
    """The sound of a leg failed by a mistake of ours; the leg is closed. note: where, no data."""

    leg: int
    note: str


Told: TypeAlias = Broken | Ended | Collected | Taken | Taped | Locked | Silent | Closed
