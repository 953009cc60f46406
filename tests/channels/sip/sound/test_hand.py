"""One worker process at the end of the server's hand."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.hand import Hand
from ivr.channels.sip.wire.control import Load, Message, Open, Opened, Ready, Stats
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable


class Holder:
    """What a hand tells."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.deaths = 0
        self._changed = asyncio.Event()

    def hear(self, message: Message) -> None:
        if not isinstance(message, Load):
            self.heard.append(message)
        self._changed.set()

    def die(self) -> None:
        self.deaths += 1
        self._changed.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(8):
            while not true():
                self._changed.clear()
                await self._changed.wait()


async def test_a_worker_starts_answers_and_leaves() -> None:
    holder = Holder()
    hand = Hand(3, holder.hear, holder.die)
    hand.send(Open(1))
    await holder.until(lambda: len(holder.heard) == 2)
    assert holder.heard[0] == Ready(hand.pid)
    assert isinstance(holder.heard[1], Opened)
    hand.leave()
    hand.leave()
    await hand.gone()
    hand.send(Stats(1))
    assert holder.deaths == 0


async def test_its_death_is_told_once() -> None:
    holder = Holder()
    hand = Hand(0, holder.hear, holder.die)
    hand.kill()
    await holder.until(lambda: holder.deaths > 0)
    await hand.gone()
    assert (holder.deaths, hand.alive) == (1, False)


async def test_orders_wait_while_the_worker_cannot_read_them() -> None:
    holder = Holder()
    hand = Hand(0, holder.hear, holder.die)
    await holder.until(lambda: bool(holder.heard))
    os.kill(hand.pid, signal.SIGSTOP)
    for number in range(3000):
        hand.send(Stats(number))
    os.kill(hand.pid, signal.SIGCONT)
    await holder.until(lambda: len(holder.heard) == 3001)
    hand.leave()
    await hand.gone()


async def test_a_worker_that_will_not_go_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.channels.sip.sound.hand.EXIT_S", 0.1)
    holder = Holder()
    hand = Hand(0, holder.hear, holder.die)
    await holder.until(lambda: bool(holder.heard))
    os.kill(hand.pid, signal.SIGSTOP)
    hand.leave()
    await hand.gone()
    with pytest.raises(ProcessLookupError):
        os.kill(hand.pid, 0)
    assert holder.deaths == 0


async def test_a_worker_that_ignores_an_interrupt_goes_on() -> None:
    holder = Holder()
    hand = Hand(0, holder.hear, holder.die)
    await holder.until(lambda: bool(holder.heard))
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(hand.pid, number)
    hand.send(Open(1))
    await holder.until(lambda: len(holder.heard) == 2)
    assert holder.deaths == 0
    hand.leave()
    await hand.gone()


async def test_too_long_an_order_is_refused() -> None:
    holder = Holder()
    hand = Hand(0, holder.hear, holder.die)
    with pytest.raises(MediaError, match="too long"):
        hand.send(Open(1, "x" * 9000))
    hand.leave()
    await hand.gone()
