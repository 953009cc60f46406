"""Sound without sound, for tests of trunks: remembers every order, and says what a test wants said.

No sockets and no process: ports are counted up, nothing is sent, nothing is heard by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.channels.sip.sound.orders import Orders
from ivr.channels.sip.wire.control import (
    Close,
    Closed,
    Counters,
    Drain,
    Figures,
    Load,
    Open,
    Opened,
)
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from ivr.channels.sip.sound.box import Heard, OnHeard, Place
    from ivr.channels.sip.wire.control import Order
    from ivr.media.leg.terms import Peer

FIRST_PORT = 20_000


def _nobody(_heard: Heard) -> None:
    """Nobody listens yet."""


class MemorySound(Orders):
    """The seam `Sound` in memory. orders: everything asked, oldest first.

    refuses: why the next `open` fails, "" = it does not. willing: what the trunk is told.
    """

    def __init__(self, on_heard: OnHeard = _nobody) -> None:
        self.on_heard = on_heard
        self.orders: list[Order] = []
        self.opened: dict[int, Opened] = {}
        self.refuses = ""
        self.willing = True

    def say(self, heard: Heard) -> None:
        """Let something be heard; a leg that `Closed` is gone."""
        if isinstance(heard, Closed):
            self.opened.pop(heard.leg, None)
        self.on_heard(heard)

    def of(self, leg: int) -> list[Order]:
        """The orders of one leg, oldest first."""
        return [order for order in self.orders if getattr(order, "leg", None) == leg]

    async def start(self) -> None:
        """Nothing to start."""

    async def shut(self) -> None:
        """Every leg is over; nothing is heard of it."""
        self.opened.clear()

    async def open(
        self, leg: int, place: Place, *, near: int | None = None, extra: bool = False
    ) -> Opened:
        """Ports for a leg. Raises MediaError if a test wants it, or `near` is not open."""
        if self.refuses:
            raise MediaError(self.refuses)
        if leg in self.opened or (near is not None and near not in self.opened):
            raise MediaError("the leg is open already, or the call has lost its sound")
        self.orders.append(Open(leg, place.address, place.low, place.high, place.mux, extra))
        port = (place.low or FIRST_PORT) + 2 * len(self.orders)
        self.opened[leg] = Opened(leg, port, port + (not place.mux), place.address)
        return self.opened[leg]

    def peer(self, peer: Peer) -> None:
        """Remember what was negotiated."""
        self.to(peer.leg, peer)

    def close(self, leg: int) -> None:
        """The leg is over: `Closed` is heard at once."""
        if leg in self.opened:
            self.to(leg, Close(leg))
            self.say(Closed(leg, Counters()))

    async def stats(self) -> tuple[Figures, ...]:
        """One worker with the open legs."""
        load = Load(len(self.opened), 0.0, 0.0, 0, willing=self.willing)
        return (Figures(0, load, 0, 0),)

    def drain(self) -> None:
        """Remember it."""
        self.orders.append(Drain())
        self.willing = False

    def to(self, leg: int, order: Order) -> None:
        """Remember an order; a leg that is not open gets none."""
        if leg in self.opened:
            self.orders.append(order)
