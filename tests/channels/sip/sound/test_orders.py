"""Calls of the seam become orders."""

from __future__ import annotations

from ivr.channels.sip.sound.orders import Orders
from ivr.channels.sip.wire.control import Close, Collect, Hear, Key, Order, Play, SendKeys, Stop
from ivr.media.collect import Listen
from ivr.media.items import Clip, Music


class Kept(Orders):
    """Keeps them."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def to(self, leg: int, order: Order) -> None:
        assert order.leg == leg  # type: ignore[union-attr]
        self.orders.append(order)


def test_every_call_is_one_order() -> None:
    kept = Kept()
    items = (Clip("a", 1),)
    kept.play(1, 5, items, loop=True, resume=False)
    kept.collect(1, 6, items, Listen(), ahead="12", flush=True)
    kept.stop(1, 6)
    kept.hear(1, (2,), Music(), keys=False)
    kept.send_keys(1, "5")
    kept.key(1, "7")
    kept.close(1)
    assert kept.orders == [
        Play(1, 5, items, loop=True, resume=False),
        Collect(1, 6, items, Listen(), "12", flush=True),
        Stop(1, 6),
        Hear(1, (2,), Music(), keys=False),
        SendKeys(1, "5"),
        Key(1, "7"),
        Close(1),
    ]
