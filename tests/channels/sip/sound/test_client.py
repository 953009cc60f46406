"""The server's side of the workers: room, ranges of ports, deaths and what follows them."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound import client
from ivr.channels.sip.sound.box import (
    Broken,
    Closed,
    Collected,
    Ended,
    Load,
    Peer,
    Place,
    WorkerBack,
    WorkerLost,
)
from ivr.channels.sip.sound.client import Workers, share
from ivr.channels.sip.wire.control import Limits
from ivr.domain.errors import MediaError
from ivr.media.collect import Listen
from ivr.media.items import Clip
from tests.fakes.far_end import FarEnd, Studio, studio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as place:
        yield place


async def test_a_killed_worker_is_told_and_a_new_one_serves_within_a_second(house: Studio) -> None:
    await house.phone(1)
    await house.phone(2)
    (pid,) = house.workers.pids
    os.kill(pid, signal.SIGKILL)
    lost_s = monotonic()
    lost = await house.next(WorkerLost)
    assert (lost.legs, lost.down) == ((1, 2), False)
    assert not house.workers.willing
    with pytest.raises(MediaError):
        await house.open(3)
    with pytest.raises(MediaError, match="lost its sound"):
        await house.open(3, near=1)
    house.workers.play(1, 1, ())
    await house.next(WorkerBack)
    assert monotonic() - lost_s < 1
    phone = await house.phone(3)
    await phone.more(3)
    assert house.workers.pids != (pid,)


async def test_a_leg_being_opened_when_its_worker_dies_is_refused(house: Studio) -> None:
    (pid,) = house.workers.pids
    os.kill(pid, signal.SIGSTOP)

    async def kill() -> None:
        os.kill(pid, signal.SIGKILL)

    opened, _ = await asyncio.gather(house.open(1), kill(), return_exceptions=True)
    assert str(opened) == "the media worker died"


async def test_a_worker_that_answers_no_heartbeat_is_killed(
    house: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.channels.sip.sound.hand.BEAT_S", 0.1)
    os.kill(house.workers.pids[0], signal.SIGSTOP)
    assert (await house.next(WorkerLost)).legs == ()
    await house.next(WorkerBack)


async def test_a_worker_that_dies_again_and_again_is_down(
    house: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.channels.sip.sound.post.AFTER_DOWN_S", 0.1)
    downs = []
    for _ in range(5):
        os.kill(house.workers.pids[0], signal.SIGKILL)
        downs.append((await house.next(WorkerLost)).down)
        await house.next(WorkerBack)
    assert downs == [False] * 4 + [True]


async def test_an_open_that_is_not_answered_gives_up(
    house: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "OPEN_S", 0.05)
    (pid,) = house.workers.pids
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(MediaError, match="does not answer"):
        await house.open(1)
    assert await house.workers.stats() == ()
    os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(client, "OPEN_S", 2.0)
    await house.open(1)


async def test_when_no_port_is_left_the_leg_is_refused(house: Studio) -> None:
    holder = FarEnd()
    house.ends.append(holder)
    low = holder.port + holder.port % 2 + 2
    place = Place("127.0.0.1", low, low + 5)
    opened = []
    for leg in range(3):
        try:
            opened.append((await house.workers.open(leg, place)).port)
        except MediaError:
            break
    assert opened
    assert all(port % 2 == 0 and low <= port <= low + 4 for port in opened)
    with pytest.raises(MediaError, match="no RTP port"):
        await house.workers.open(9, Place("127.0.0.1", opened[0], opened[0] + 1))
    house.workers.close(0)
    await house.next(Closed)
    with pytest.raises(MediaError, match="no RTP port"):  # it rests for half a minute
        await house.workers.open(9, Place("127.0.0.1", opened[0], opened[0] + 1))


async def test_a_full_worker_takes_no_call_but_an_agent_may_exceed_it(tmp_path: Path) -> None:
    async with studio(tmp_path, limits=Limits(legs=5)) as house:
        for leg in range(5):
            await house.open(leg)
        assert not house.workers.willing
        with pytest.raises(MediaError, match="no media worker"):
            await house.open(5)
        await house.workers.open(6, Place(), extra=True)
        with pytest.raises(MediaError, match="full"):
            await house.open(7, near=1)
        house.workers.close(6)
        house.workers.close(1)
        await house.next(Closed)
        await house.next(Closed)
        await house.open(8)


async def test_a_leg_is_opened_once(house: Studio) -> None:
    await house.open(1)
    with pytest.raises(MediaError, match="open already"):
        await house.open(1)


async def test_legs_of_a_call_share_a_worker_and_others_are_spread(tmp_path: Path) -> None:
    async with studio(tmp_path, workers=2) as house:
        for leg, near in ((1, None), (2, None), (3, 1), (4, 1)):
            await house.open(leg, near)
        loads = [each.load.legs for each in await house.workers.stats()]
        assert sorted(loads) == [1, 3]
        house.workers.hear(1, (3, 4, 99))
        with pytest.raises(MediaError, match="one media worker"):
            house.workers.hear(1, (2,))
        os.kill(house.workers.pids[0], signal.SIGKILL)
        lost = await house.next(WorkerLost)
        assert lost.legs in {(1, 3, 4), (2,)}
        assert house.workers.willing


@pytest.mark.parametrize(
    ("address", "port", "why"),
    [
        ("224.0.0.1", 4000, "multicast"),
        ("192.0.2.1", 80, "1024"),
        ("phone.example", 4000, "numeric"),
    ],
)
async def test_some_addresses_are_never_sent_to(
    house: Studio, address: str, port: int, why: str
) -> None:
    await house.open(1)
    with pytest.raises(MediaError, match=why):
        house.workers.peer(Peer(1, address, port))
    house.workers.peer(Peer(2, address, port))  # no such leg: nothing happens


async def test_our_own_ports_are_never_sent_to(house: Studio) -> None:
    first = await house.open(1)
    await house.open(2)
    with pytest.raises(MediaError, match="own ports"):
        house.workers.peer(Peer(2, "127.0.0.1", first.rtcp_port))


async def test_a_port_of_a_closed_leg_is_no_longer_our_own(house: Studio) -> None:
    first = await house.open(1)
    await house.open(2)
    house.workers.close(1)
    await house.next(Closed)
    assert first.port not in house.workers._ports
    house.workers.peer(Peer(2, "127.0.0.1", first.port))


async def test_a_draining_worker_goes_with_its_last_leg(house: Studio) -> None:
    phone = await house.phone(1)
    house.workers.drain()
    assert not house.workers.willing
    with pytest.raises(MediaError):
        await house.open(2)
    await phone.more(3)
    house.workers.close(1)
    await house.next(Closed)
    (post,) = house.workers._posts
    async with asyncio.timeout(5):
        while post.pid is not None:
            house.changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(house.changed.wait(), 0.05)
    assert house.told == []


async def test_what_it_carries_is_known(house: Studio) -> None:
    phone = await house.phone(1)
    phone.talk(3)
    await phone.more(5)
    (figures,) = await house.workers.stats()
    assert figures.packets_out >= 4
    assert figures.packets_in >= 3
    assert figures.load.legs == 1


async def test_the_load_is_told_each_second(house: Studio) -> None:
    loads: list[Load] = []
    arrived = asyncio.Event()

    def hear(heard: object) -> None:
        if isinstance(heard, Load):
            loads.append(heard)
            arrived.set()

    house.workers.on_heard = hear
    async with asyncio.timeout(3):
        await arrived.wait()
    assert loads[0].willing


async def test_info_keys_reach_the_listen(house: Studio) -> None:
    await house.phone(1)
    house.workers.collect(1, 5, (), Listen(keys=("4",)))
    house.workers.key(1, "4")
    assert (await house.next(Collected)).keys == "4"


async def test_too_many_prompts_for_one_message_are_refused(house: Studio) -> None:
    await house.open(1)
    with pytest.raises(MediaError, match="too long"):
        house.workers.play(1, 1, (Clip("x" * 90, 1),) * 100)
    await house.phone(2)


async def test_a_mistake_in_one_leg_costs_that_leg_alone(house: Studio) -> None:
    phone = await house.phone(1)
    await house.phone(2)
    house.workers.play(2, 5, ("no item",))  # type: ignore[arg-type]
    house.workers.send_keys(2, 7)  # type: ignore[arg-type]
    broken = await house.next(Broken)
    assert broken.leg == 2
    assert broken.note.startswith("TypeError in ")
    assert (await house.next(Closed)).leg == 2
    await phone.more(5)


async def test_a_worker_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.channels.sip.sound.hand._COMMAND", ("no-such-program",))
    monkeypatch.setattr(client, "START_S", 0.3)
    told: list[object] = []
    workers = Workers(told.append)
    with pytest.raises(MediaError, match="does not start"):
        await workers.start()
    assert isinstance(told[0], WorkerLost)


async def test_a_prompt_of_a_closed_leg_ends_with_it(house: Studio) -> None:
    await house.phone(1)
    house.workers.play(1, 5, (house.clip("p", 500, 1),))
    house.workers.close(1)
    house.workers.play(1, 6, ())
    await house.next(Closed)
    assert not any(isinstance(each, Ended) for each in house.told)


def test_a_range_of_ports_is_shared_without_overlap() -> None:
    assert share(0, 0, 1, 3) == (0, 0)
    assert share(20_000, 29_999, 0, 1) == (20_000, 29_999)
    parts = [share(20_000, 20_099, number, 3) for number in range(3)]
    assert parts == [(20_000, 20_031), (20_032, 20_065), (20_066, 20_099)]
