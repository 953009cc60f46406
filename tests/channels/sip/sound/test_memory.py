"""Sound for tests of trunks."""

from __future__ import annotations

import pytest

from ivr.channels.sip.sound.box import Heard, Peer, Place
from ivr.channels.sip.sound.memory import MemorySound
from ivr.channels.sip.wire.control import Close, Closed, Counters, Open, Play, Stop
from ivr.domain.errors import MediaError


async def test_orders_are_remembered_by_leg() -> None:
    heard: list[Heard] = []
    sound = MemorySound(heard.append)
    await sound.start()
    first = await sound.open(1, Place("127.0.0.1", 30_000, 30_100))
    second = await sound.open(2, Place(mux=True), near=1)
    assert first.port != second.port
    assert (first.rtcp_port, second.rtcp_port) == (first.port + 1, second.port)
    sound.peer(Peer(1, "192.0.2.1", 4000))
    sound.play(2, 5, ())
    sound.stop(3, 1)
    sound.close(2)
    sound.close(2)
    assert [type(each) for each in sound.of(2)] == [Open, Play, Close]
    assert heard == [Closed(2, Counters())]
    assert not any(isinstance(each, Stop) for each in sound.orders)
    (figures,) = await sound.stats()
    assert figures.load.legs == 1
    sound.drain()
    assert not sound.willing
    await sound.shut()
    assert sound.opened == {}


async def test_a_test_may_let_it_refuse() -> None:
    sound = MemorySound()
    with pytest.raises(MediaError):
        await sound.open(1, Place(), near=2)
    sound.refuses = "full"
    with pytest.raises(MediaError, match="full"):
        await sound.open(1, Place())
    sound.say(Closed(1, Counters()))
