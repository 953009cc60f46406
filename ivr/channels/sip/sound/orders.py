"""The orders of the seam `Sound` that only have to be passed on, written once for all drivers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.control import (
    Close,
    Collect,
    Hear,
    Key,
    Mute,
    Play,
    Record,
    SendKeys,
    Stop,
    Take,
)

if TYPE_CHECKING:
    from ivr.channels.sip.wire.control import Order
    from ivr.media.collect import Listen
    from ivr.media.items import Item, Music
    from ivr.media.leg.taking import Limits as MessageLimits


class Orders(ABC):
    """Turns calls into orders; what they mean stands in `box.Sound`."""

    @abstractmethod
    def to(self, leg: int, order: Order) -> None:
        """Pass on an order for a leg."""

    def play(
        self,
        leg: int,
        turn: int,
        items: tuple[Item, ...],
        *,
        loop: bool = False,
        resume: bool = True,
    ) -> None:
        """Play items one after another."""
        self.to(leg, Play(leg, turn, items, loop=loop, resume=resume))

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
        """Play items and listen for keys."""
        self.to(leg, Collect(leg, turn, items, spec, ahead, flush=flush))

    def take(
        self, leg: int, turn: int, items: tuple[Item, ...], path: str, limits: MessageLimits
    ) -> None:
        """Play items, then take a message."""
        self.to(
            leg,
            Take(
                *(leg, turn, items, path),
                *(limits.longest_ms, limits.silence_ms, limits.shortest_ms, limits.end_key),
            ),
        )

    def record(self, leg: int, turn: int, path: str) -> None:
        """Record a call."""
        self.to(leg, Record(leg, turn, path))

    def mute(self, leg: int, turn: int, *, on: bool) -> None:
        """Pause a recording, or go on."""
        self.to(leg, Mute(leg, turn, on=on))

    def stop(self, leg: int, turn: int) -> None:
        """End what a turn asked for."""
        self.to(leg, Stop(leg, turn))

    def hear(
        self, leg: int, sources: tuple[int, ...], hold: Music | None = None, *, keys: bool = True
    ) -> None:
        """Whom a leg hears."""
        self.to(leg, Hear(leg, sources, hold, keys=keys))

    def send_keys(self, leg: int, keys: str) -> None:
        """Press keys towards the far end."""
        self.to(leg, SendKeys(leg, keys))

    def key(self, leg: int, key: str) -> None:
        """A key came by signalling."""
        self.to(leg, Key(leg, key))

    def close(self, leg: int) -> None:
        """The leg is over; `Closed` follows."""
        self.to(leg, Close(leg))
