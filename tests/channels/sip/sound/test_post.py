"""The place of a worker, over the deaths of those who serve there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound import post as module
from ivr.channels.sip.sound.box import WorkerBack, WorkerLost
from ivr.channels.sip.sound.post import Post
from ivr.channels.sip.wire.control import Limits, Load, Ready
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.sip.wire.control import Message


class FakeHand:
    """A worker that lives as long as the test wants."""

    pid = 7

    def __init__(
        self, _epoch: int, on_message: Callable[[Message], None], on_death: Callable[[], None]
    ) -> None:
        if Made.broken:
            raise MediaError("no")
        self.on_message = on_message
        self.die = on_death
        self.sent: list[object] = []
        Made.hands.append(self)

    def send(self, order: object) -> None:
        self.sent.append(order)

    def leave(self) -> None:
        self.sent.append("leave")

    async def gone(self) -> None:
        self.sent.append("gone")


class Made:
    """The hands that were made."""

    hands: list[FakeHand]
    broken: bool


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    Made.hands, Made.broken = [], False
    monkeypatch.setattr(module, "Hand", FakeHand)
    monkeypatch.setattr(module, "AGAIN_S", 0.0)


def placed() -> tuple[Post, list[object]]:
    told: list[object] = []
    return Post(3, 0, Limits(legs=10), lambda _post, what: told.append(what)), told


async def test_the_limits_are_the_first_order() -> None:
    placed()
    assert Made.hands[0].sent == [Limits(legs=10)]


async def test_the_dead_are_replaced_until_they_are_too_many() -> None:
    post, told = placed()
    post.legs |= {5, 4}
    for number in range(5):
        Made.hands[-1].die()
        assert told[-1] == WorkerLost(3, (4, 5) if number == 0 else (), down=number == 4)
        if number < 4:
            await asyncio.wait_for(asyncio.to_thread(lambda: None), 1)
            assert len(Made.hands) == number + 2
    assert post.pid is None
    await post.close()


async def test_one_that_cannot_be_started_counts_as_dead() -> None:
    Made.broken = True
    post, told = placed()
    assert told == [WorkerLost(3, ())]
    await post.close()


async def test_room_is_counted_with_a_fifth_for_agents() -> None:
    post, _ = placed()
    post.legs |= set(range(10))
    assert not post.has_room(extra=False)
    assert post.has_room(extra=True)
    post.legs |= {10, 11}
    assert not post.has_room(extra=True)


async def test_it_is_willing_when_ready_and_neither_late_nor_draining() -> None:
    post, told = placed()
    hand = Made.hands[0]
    assert not post.willing
    hand.on_message(Ready(7))
    assert post.willing
    hand.on_message(Load(1, 0.5, 20.0, 0, willing=False))
    assert not post.willing
    hand.on_message(Load(1, 0.5, 1.0, 0, willing=True))
    assert post.willing
    post.drain()
    assert not post.willing
    hand.die()
    assert not any(isinstance(each, WorkerLost | WorkerBack) for each in told)
    await post.close()


async def test_at_the_end_it_lets_go_and_waits() -> None:
    post, _ = placed()
    await post.close()
    assert Made.hands[0].sent[1:] == ["leave", "gone"]
    await post.close()
