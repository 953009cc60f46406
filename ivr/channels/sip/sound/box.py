"""What a trunk can ask of the sound of its calls, whoever carries it.

Orders return at once; what comes of them arrives at `on_heard`. A leg is a number that is unique in
the server for its life. Orders to a leg that is not open, or was lost with its worker, do nothing.

Source: sip-media.md sections 3 and 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ivr.channels.sip.wire.control import Figures, Load, Opened
from ivr.media.items import Clip, Item, Music, Pause, Tone
from ivr.media.leg.terms import Peer
from ivr.media.leg.told import (
    Broken,
    Closed,
    Collected,
    Counters,
    Ended,
    Locked,
    Silent,
    Taken,
    Taped,
    Told,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.media.collect import Listen
    from ivr.media.leg.taking import Limits as MessageLimits

__all__ = [
    "Broken", "Clip", "Closed", "Collected", "Counters", "Ended", "Figures", "Heard", "Item",
    "Load", "Locked", "Music", "OnHeard", "Opened", "Pause", "Peer", "Place", "Silent", "Sound",
    "Taken", "Taped", "Tone", "WorkerBack", "WorkerLost",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where the legs of a trunk listen. low, high: range of ports, both in it; 0, 0 = any.

    address: our own, numeric (IPv4 or IPv6). mux: RTCP on the port of RTP.
    """

    address: str = "127.0.0.1"
    low: int = 0
    high: int = 0
    mux: bool = False


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """A worker died: these legs have no sound any more and are closed. down: it stays away.

    down: it died 5 times within 60 s; it is tried again each minute, `WorkerBack` tells.
    """

    worker: int
    legs: tuple[int, ...]
    down: bool = False


@dataclass(frozen=True, slots=True)
class WorkerBack:
    """A worker takes legs (again)."""

    worker: int


Heard: TypeAlias = Told | Load | WorkerLost | WorkerBack
OnHeard: TypeAlias = "Callable[[Heard], None]"


class Sound(Protocol):
    """The sound of all legs of this server."""

    on_heard: OnHeard

    async def start(self) -> None:
        """Begin to serve. Raises MediaError if it cannot."""

    async def shut(self) -> None:
        """End: legs that are open say goodbye to their far ends."""

    @property
    def willing(self) -> bool:
        """Whether a new call would be served in time; false: answer 503."""

    async def open(
        self, leg: int, place: Place, *, near: int | None = None, extra: bool = False
    ) -> Opened:
        """Take ports for a leg. near: a leg of the same call, whose worker it must share.

        extra: the leg of an agent, which may exceed the cap. Raises MediaError: no port free, no
        room, no worker.
        """

    def peer(self, peer: Peer) -> None:
        """Tell what was negotiated, and again after each re-INVITE.

        Raises MediaError if nothing may ever be sent to such an address.
        """

    def play(
        self,
        leg: int,
        turn: int,
        items: tuple[Item, ...],
        *,
        loop: bool = False,
        resume: bool = True,
    ) -> None:
        """Play items one after another; `Ended` follows, after the last of them was sent.

        loop: again and again, below whatever else is played. resume: then go on where it was.
        Raises MediaError if there are too many items for one message (some 60).
        """

    def collect(
        self,
        leg: int,
        turn: int,
        items: tuple[Item, ...],
        spec: Listen,
        *,
        ahead: str = "",
        flush: bool = False,
    ) -> None:
        """Play items and listen for keys; `Collected` follows."""

    def take(
        self, leg: int, turn: int, items: tuple[Item, ...], path: str, limits: MessageLimits
    ) -> None:
        """Play items, the tone last, then take a message into a file; `Taken` follows, also when
        the leg is closed first. path: of the file without its suffix."""

    def record(self, leg: int, turn: int, path: str) -> None:
        """Keep what a leg says and hears in a file, until its turn is stopped or the leg closed;
        `Taped` follows. path: of the file without its suffix."""

    def mute(self, leg: int, turn: int, *, on: bool) -> None:
        """Keep silence instead, or go on: from the next frame on, before any order that follows."""

    def stop(self, leg: int, turn: int) -> None:
        """End what a turn asked for. A listen that is stopped gives no answer."""

    def hear(
        self, leg: int, sources: tuple[int, ...], hold: Music | None = None, *, keys: bool = True
    ) -> None:
        """Whom a leg hears; hold: what it hears instead while that is nobody."""

    def send_keys(self, leg: int, keys: str) -> None:
        """Press keys towards the far end."""

    def key(self, leg: int, key: str) -> None:
        """A key came by signalling (INFO)."""

    def close(self, leg: int) -> None:
        """The leg is over; `Closed` follows."""

    async def stats(self) -> tuple[Figures, ...]:
        """What each worker carries now."""

    def drain(self) -> None:
        """Open nothing more; each worker goes when its last leg is closed."""
