"""The media worker as the far ends hear it: real processes, real loopback sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.sound.box import (
    Closed,
    Collected,
    Ended,
    Locked,
    Music,
    Pause,
    Place,
    Silent,
    Tone,
)
from ivr.channels.sip.sound.clips import Clips
from ivr.channels.sip.sound.worker import Worker, draw
from ivr.channels.sip.wire.control import (
    Broken,
    Drain,
    Limits,
    Load,
    Message,
    Open,
    Opened,
    Peer,
    Play,
    Ready,
    SendKeys,
    read,
    singly,
    write,
)
from ivr.media.collect import Listen
from ivr.media.g711 import ALAW_TO_ULAW, ULAW_TO_ALAW
from ivr.media.rtcp import Bye, Name, Reporter, SenderReport, parse
from ivr.media.rtp import Received
from ivr.media.tone import key_tone
from tests.fakes.far_end import EVENTS, FarEnd, Studio, studio
from tests.fakes.lanes import HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MENU = Listen(keys=("1", "2"), first_s=0.5)
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as place:
        yield place


async def test_a_prompt_is_heard_whole_at_50_packets_a_second(house: Studio) -> None:
    phone = await house.phone(1)
    house.workers.play(1, 5, (house.clip("p", 100, 9),))
    ended = await house.next(Ended)
    assert (ended.why, ended.played_ms) == ("end", 2000)
    spoken = [packet for packet in phone.got if packet.payload[0] == 9]
    assert len(spoken) == 100
    assert all((b.sequence - a.sequence) % 65_536 == 1 for a, b in pairwise(phone.got))
    assert all((b.time - a.time) % 2**32 == 160 for a, b in pairwise(phone.got))
    assert len({packet.ssrc for packet in phone.got}) == 1
    assert phone.got[0].marker
    assert not any(packet.marker for packet in phone.got[1:])
    took_s = phone.at_s[phone.got.index(spoken[-1])] - phone.at_s[phone.got.index(spoken[0])]
    assert 49 <= 99 / took_s <= 51


async def test_a_key_ends_the_prompt_within_60_ms(house: Studio) -> None:
    phone = await house.phone(1)
    house.workers.collect(1, 6, (house.clip("p", 500, 9),), MENU)
    await phone.hears(9)
    await phone.more(5)
    phone.press("1")
    pressed_s = monotonic()
    collected = await house.next(Collected)
    assert (collected.turn, collected.keys, collected.reason) == (6, "1", "match")
    await phone.more(10)
    last = max(n for n, packet in enumerate(phone.got) if packet.payload[0] == 9)
    assert phone.at_s[last] - pressed_s < 0.06


async def test_keys_typed_ahead_are_kept_and_the_rest_is_told(house: Studio) -> None:
    phone = await house.phone(1)
    await phone.more(3)
    phone.press("1")
    phone.press("2")
    phone.press("2")
    await phone.more(15)
    house.workers.collect(1, 6, (house.clip("p", 500, 9),), MENU)
    first = await house.next(Collected)
    assert (first.keys, first.left) == ("1", "22")
    house.workers.collect(1, 7, (), MENU, flush=True)
    third = await house.next(Collected)
    assert (third.reason, third.ended_by) == ("none", "first")


async def test_items_follow_each_other(house: Studio) -> None:
    phone = await house.phone(1)
    items = (house.clip("a", 5, 9), Pause(60), house.clip("b", 5, 8), Tone("beep"))
    house.workers.play(1, 5, items)
    await house.next(Ended)
    octets = [packet.payload[0] for packet in phone.got]
    begin = octets.index(9)
    assert octets[begin : begin + 13] == [9] * 5 + [0xD5] * 3 + [8] * 5
    assert len(set(phone.got[begin + 14].payload)) > 3


async def test_music_waits_behind_a_prompt(house: Studio) -> None:
    phone = await house.phone(1)
    house.clip("m", 50, 3)
    house.workers.play(1, 5, (Music((str(house.folder / "m"),)),), loop=True)
    await phone.hears(3)
    house.workers.play(1, 6, (house.clip("p", 10, 9),))
    ended = await house.next(Ended)
    assert ended.turn == 6
    await phone.hears(3)
    house.workers.stop(1, 5)
    assert (await house.next(Ended)).why == "stopped"
    await phone.hears(0xD5)


async def test_what_is_missing_is_told(house: Studio) -> None:
    await house.phone(1)
    clip = house.clip("p", 5, 9)
    (house.folder / "p.alaw").write_bytes(b"short")
    house.workers.play(1, 5, (clip,))
    ended = await house.next(Ended)
    assert ended.why == "failed"
    (house.folder / "p.alaw").unlink()
    house.workers.collect(1, 6, (clip,), MENU)
    assert (await house.next(Ended)).turn == 6


async def test_strangers_are_neither_heard_nor_answered(house: Studio) -> None:
    phone, stranger = await house.phone(1), FarEnd(ssrc=9)
    house.ends.append(stranger)
    stranger.to = phone.to
    house.workers.collect(1, 6, (), MENU)
    phone.press("9")
    await phone.more(3)
    assert (await house.next(Collected)).keys == "9"
    house.workers.collect(1, 7, (), MENU)
    for _ in range(3):
        stranger.press("1")
    phone.press("2")
    assert (await house.next(Collected)).keys == "2"
    assert stranger.got == []


async def test_rubbish_disturbs_nothing(house: Studio) -> None:
    phone = await house.phone(1)
    house.workers.collect(1, 6, (), Listen(entry_least=2, entry_most=2))
    rubbish = [
        b"", b"\x80", b"abc", bytes(172), bytes(range(200)), b"\x00" * 12, b"\x8f\x08" + bytes(10),
        b"\xa0\x08" + bytes(9) + b"\xff" * 3, b"\x80\x0d" + bytes(11), b"\x80\xc8\0\1" + bytes(4),
    ]  # fmt: skip
    for data in rubbish:
        phone.octets(data)
    phone.send(b"", EVENTS)
    phone.send(b"\x10\x0a\0\xa0", EVENTS)
    for key in "45":
        phone.press(key)
    assert (await house.next(Collected)).keys == "45"
    await phone.more(5)


async def test_a_phone_behind_nat_is_found_and_strangers_are_not_believed(house: Studio) -> None:
    opened = await house.open(1)
    signalled, real = FarEnd(ssrc=1), FarEnd(ssrc=2)
    house.ends += [signalled, real]
    real.to = signalled.to = opened.address, opened.port
    house.workers.peer(signalled.peer(1, nat=True))
    await signalled.more(2)
    real.talk(7)
    locked = await house.next(Locked)
    assert (locked.address, locked.port) == (real.address, real.port)
    await real.more(5)
    real.press("1")
    house.workers.collect(1, 6, (), MENU)
    assert (await house.next(Collected)).keys == "1"


async def test_a_new_address_is_used_at_once_and_keys_come_from_there(house: Studio) -> None:
    phone, other = await house.phone(1), FarEnd(ssrc=1001)
    house.ends.append(other)
    other.to = phone.to
    await phone.more(5)
    house.workers.peer(other.peer(1))
    await other.more(5)
    house.workers.collect(1, 6, (), MENU)
    phone.press("2")
    other.press("1")
    assert (await house.next(Collected)).keys == "1"


async def test_on_hold_nothing_is_sent(house: Studio) -> None:
    phone = await house.phone(1)
    await phone.more(5)
    house.workers.peer(phone.peer(1, direction="inactive"))
    await house.workers.stats()
    before = len(phone.got)
    house.workers.play(1, 5, (Pause(400),))
    await house.next(Ended)
    assert len(phone.got) <= before + 1
    house.workers.peer(phone.peer(1))
    resumed = (await phone.more(2))[0]
    assert resumed.marker


async def test_hold_by_an_empty_address_keeps_the_far_end(house: Studio) -> None:
    phone = await house.phone(1)
    await phone.more(3)
    held = phone.peer(1, direction="inactive")
    house.workers.peer(type(held)(1, "0.0.0.0", 4000, direction="inactive"))  # noqa: S104 - hold
    await house.workers.stats()
    house.workers.peer(phone.peer(1))
    await phone.more(3)


async def test_two_phones_hear_each_other_in_their_own_codes(house: Studio) -> None:
    one = await house.phone(1)
    two = await house.phone(2, near=1, codec="pcmu", pt=0, event_pt=96)
    house.workers.hear(1, (2,))
    house.workers.hear(2, (1,))
    one.talk(0x33)
    two.talk(0x44, kind=0)
    await two.hears(ALAW_TO_ULAW[0x33])
    await one.hears(ULAW_TO_ALAW[0x44])
    await two.more(20)
    heard = two.got[-20:]
    assert {packet.payload[0] for packet in heard} == {ALAW_TO_ULAW[0x33]}
    assert {packet.kind for packet in heard} == {0}
    one.press("7")
    await two.until(lambda: any(packet.kind == 96 for packet in two.got))
    assert {packet.payload[0] for packet in two.got if packet.kind == 96} == {7}
    assert all((b.sequence - a.sequence) % 65_536 == 1 for a, b in pairwise(two.got))


async def test_keys_are_pressed_towards_the_far_end(house: Studio) -> None:
    phone = await house.phone(1)
    house.workers.send_keys(1, "5#")
    await phone.until(lambda: sum(packet.kind == EVENTS for packet in phone.got) == 14)
    keys = [packet.payload[0] for packet in phone.got if packet.kind == EVENTS]
    assert keys == [5] * 7 + [11] * 7


async def test_silence_of_the_far_end_is_told(tmp_path: Path) -> None:
    async with studio(tmp_path, limits=Limits(silent_s=0.5)) as house:
        await house.phone(1)
        assert (await house.next(Silent)).leg == 1


async def test_reports_are_heard_and_the_last_word_is_a_bye(house: Studio) -> None:
    opened = await house.open(1)
    phone, reports = FarEnd(ssrc=7), FarEnd()
    house.ends += [phone, reports]
    phone.to, reports.to = (opened.address, opened.port), (opened.address, opened.rtcp_port)
    house.workers.peer(phone.peer(1, rtcp_port=reports.port))
    phone.talk(3)
    await phone.more(5)
    report = Reporter(7, "far").report((1, 5, 800), (), 0.0)
    reports.octets(report)
    reports.octets(b"\x80\xc9\xff\xff" + bytes(8))
    await phone.more(3)
    house.workers.close(1)
    closed = await house.next(Closed)
    assert closed.counters.packets_in >= 6
    assert (closed.counters.refused, closed.counters.lost, closed.counters.strangers) == (1, 0, 0)
    await reports.until(lambda: bool(reports.other))
    sender, name, bye = parse(reports.other[-1])
    assert isinstance(sender, SenderReport)
    assert sender.blocks[0].ssrc == 7
    assert isinstance(name, Name)
    assert bye == Bye((sender.ssrc,), "")


async def test_reports_may_share_the_port(house: Studio) -> None:
    opened = await house.workers.open(1, Place(mux=True))
    assert opened.rtcp_port == opened.port
    phone = FarEnd(ssrc=7)
    house.ends.append(phone)
    phone.to = opened.address, opened.port
    house.workers.peer(phone.peer(1))
    block = Reporter(7, "far").block(Received(1), 0.0)
    phone.octets(Reporter(7, "far").report((1, 5, 800), (block,), 0.0))
    await phone.more(3)
    house.workers.close(1)
    await house.next(Closed)
    await phone.until(lambda: bool(phone.other))
    assert isinstance(parse(phone.other[-1])[-1], Bye)


async def test_ipv6_is_spoken(house: Studio) -> None:
    opened = await house.workers.open(1, Place("::1"))
    phone = FarEnd(address="::1")
    house.ends.append(phone)
    phone.to = opened.address, opened.port
    house.workers.peer(phone.peer(1))
    await phone.more(3)
    house.workers.collect(1, 6, (), MENU)
    phone.press("1")
    assert (await house.next(Collected)).keys == "1"


async def test_tones_in_the_sound_are_keys_where_there_are_no_events(house: Studio) -> None:
    phone = await house.phone(1, event_pt=None, codec="pcmu", pt=0)
    house.workers.collect(1, 6, (house.clip("p", 500, 9),), MENU)
    await phone.more(5)
    sound = key_tone("1", "pcmu")
    for at in range(0, len(sound), 160):
        phone.send(sound[at : at + 160], 0)
    assert (await house.next(Collected)).keys == "1"


async def test_ten_calls_at_once_have_each_their_own_digit(house: Studio) -> None:
    phones = [await house.phone(leg) for leg in range(10)]
    assert len({phone.to for phone in phones}) == 10
    for leg, phone in enumerate(phones):
        house.workers.collect(leg, 6, (house.clip(f"p{leg}", 50, leg + 1),), Listen(entry_most=1))
        phone.press(str(leg))
    answers = [await house.next(Collected) for _ in phones]
    assert sorted((each.leg, each.keys) for each in answers) == [(n, str(n)) for n in range(10)]


def test_the_worker_goes_when_its_server_is_gone(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, signal\n"
        "from ivr.channels.sip.sound.client import Workers\n"
        "async def main():\n"
        "    workers = Workers(print)\n"
        "    await workers.start()\n"
        f"    open({str(tmp_path / 'pid')!r}, 'w').write(str(workers.pids[0]))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    server = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], cwd=ROOT, check=False, timeout=20
    )
    assert server.returncode == -signal.SIGKILL
    pid = int((tmp_path / "pid").read_text())
    begun_s = monotonic()
    while _lives(pid) and monotonic() - begun_s < 5:
        os.sched_yield()
    assert monotonic() - begun_s < 1


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_the_worker_needs_little_to_start() -> None:
    listing = subprocess.run(
        [sys.executable, "-S", "-P", "-c", "import ivr.channels.sip.sound.worker, sys;"
         "print(*sys.modules)"],
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=20,
    )  # fmt: skip
    ours = {name for name in listing.stdout.split() if name.startswith("ivr.")}
    heads = {".".join(name.split(".")[:3]) for name in ours}
    assert {head for head in heads if not head.startswith(("ivr.media", "ivr.domain"))} == {
        "ivr.channels",
        "ivr.channels.sip",
    }
    foreign = {"asyncio", "aiohttp", "pydantic", "logging", "ssl", "numpy"}
    assert foreign & set(listing.stdout.split()) == set()


def test_chance_fills_all_bits() -> None:
    drawn = [draw(12) for _ in range(200)]
    assert max(drawn) < 4096
    assert len(set(drawn)) > 150
    assert HEADER.size == 12


class Inside:
    """A worker in a thread of this process, spoken to by hand."""

    def __init__(self) -> None:
        near, self.server = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server.settimeout(5)
        self.worker = Worker(near, Clips(), draw)
        self.near = near
        self.told: list[Message] = []
        self.thread = Thread(target=self.worker.run)

    def __enter__(self) -> Inside:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.close()
        self.thread.join(5)
        self.near.close()
        assert not self.thread.is_alive()

    def send(self, order: Message) -> None:
        self.server.send(write(order, 0))

    def next(self, kind: type[Message]) -> Message:
        while True:
            if not self.told:
                self.told += [read(line)[1] for line in singly(self.server.recv(8192))]
            message = self.told.pop(0)
            if isinstance(message, kind):
                return message


def test_a_worker_serves_tells_its_load_and_ends_with_its_server() -> None:
    with Inside() as inside:
        inside.worker._tidy_s = 0.0
        inside.next(Ready)
        inside.send(Open(1))
        opened = inside.next(Opened)
        assert isinstance(opened, Opened)
        inside.send(Play(1, 5, (Pause(100),)))
        inside.send(Peer(1, "127.0.0.1", opened.rtcp_port))
        assert isinstance(inside.next(Ended), Ended)
        inside.send(Play(2, 5, ()))
        inside.send(SendKeys(1, 5))  # type: ignore[arg-type]
        broken = inside.next(Broken)
        assert isinstance(broken, Broken)
        assert broken.note.startswith("TypeError in ")
        load = inside.next(Load)
        assert isinstance(load, Load)
        assert inside.worker._tidy_s > 0


def test_a_drained_worker_ends_by_itself() -> None:
    with Inside() as inside:
        inside.next(Ready)
        inside.send(Drain())
        inside.thread.join(5)
        assert not inside.thread.is_alive()
