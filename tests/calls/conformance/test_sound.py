"""Rows 2, 3, 7 and 71-77: the sound itself, ten calls at once, and keys in odd packets."""

from __future__ import annotations

import asyncio
import random
import struct
import threading
from itertools import pairwise
from pathlib import Path
from statistics import correlation, linear_regression
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.speech.fixed import fixed_prompts, live_texts
from tests.fakes.arrivals import Arrivals
from tests.fakes.sip_sound import ALAW, FRAME, RATE, ULAW, Stream, decode, encode, tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import Dialog, Rtp, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT = b"\xd5" * FRAME


async def rings(bench: Bench, phone: SipPhone) -> Dialog:
    """A call that has sound."""
    dialog = phone.invite("keys")
    await bench.answers(phone, dialog)
    return dialog


def is_loud(packet: Rtp) -> bool:
    """Whether something is to be heard."""
    return max(map(abs, decode(packet.payload, ALAW))) > 1000


def pace(packets: list[Rtp]) -> float:
    """Frames of 20 ms per second, as the best line through all of them."""
    frames = [
        ((packet.timestamp - packets[0].timestamp) & 0xFFFF_FFFF) / FRAME for packet in packets
    ]
    return linear_regression([packet.at for packet in packets], frames).slope


async def test_what_is_read_late_came_when_it_came() -> None:
    loop = asyncio.get_running_loop()
    taken: asyncio.Queue[float] = asyncio.Queue()
    ear = Arrivals("127.0.0.1", lambda _data, _source, at: taken.put_nowait(at))
    ear.sendto(b"x", ("127.0.0.1", ear.port))
    await taken.get()  # the kernel begins to write down times a moment after it was asked to
    sent = loop.time()
    ear.sendto(b"x", ("127.0.0.1", ear.port))
    while loop.time() < sent + 0.2:
        """The loop is busy."""
    assert sent - 0.05 < await taken.get() < sent + 0.1
    ear.close()


async def test_rows_002_003_a_prompt_comes_as_it_should(bench: Bench, udp: SipPhone) -> None:
    dialog = await rings(bench, udp)
    await udp.until(lambda: len(udp.rtp) > 100 and sum(map(is_loud, udp.rtp)) > 30)
    packets = udp.rtp
    assert 49 <= pace(packets) <= 51
    assert {len(packet.payload) for packet in packets} == {FRAME}
    assert {packet.pt for packet in packets} == {8}
    assert len({packet.ssrc for packet in packets}) == 1
    assert packets[0].marker
    assert {packet.source for packet in packets} == {dialog.remote_audio}
    for before, packet in pairwise(packets):
        assert packet.sequence == (before.sequence + 1) & 0xFFFF
        step = (packet.timestamp - before.timestamp) & 0xFFFF_FFFF
        # A machine that slept over 60 ms gives frames up, and marks it; else each is the next.
        assert step == FRAME or (packet.marker and step > 3 * FRAME and step % FRAME == 0)
        assert packet.marker == (step != FRAME)
    await udp.bye(dialog)


LAWS = [("8", ALAW, ULAW, ".ulaw"), ("0", ULAW, ALAW, ".alaw")]


@pytest.mark.parametrize(("codec", "law", "other", "reference"), LAWS, ids=["alaw", "ulaw"])
async def test_row_007_the_only_codec_offered_is_the_one_that_comes(
    bench: Bench,
    udp: SipPhone,
    codec: str,
    law: tuple[int, ...],
    other: tuple[int, ...],
    reference: str,
) -> None:
    """The prompt as it was stored for the other codec is the yardstick."""
    udp.codecs = f"{codec} 101"
    dialog = await rings(bench, udp)
    await udp.until(lambda: len(udp.rtp) > 70)
    heard = b"".join(packet.payload for packet in udp.rtp)
    said = decode(stored(bench, reference)[: 50 * FRAME], other)
    alike = likeness(decode(heard, law), said)
    assert alike > 0.8
    assert alike > likeness(decode(heard, other), said)
    await udp.bye(dialog)


def likeness(heard: list[int], said: list[int]) -> float:
    """How alike they are where they fit best; a few silent frames may come before."""
    shifts = range(0, len(heard) - len(said), FRAME)
    return max(correlation(heard[shift : shift + len(said)], said) for shift in shifts)


def stored(bench: Bench, kind: str) -> bytes:
    """The octets of the prompt `enter` on the shelf."""
    house = bench.sip.house
    texts = live_texts(bench.sip.served.server.switch.ports.books.current())
    prompt = next(each for each in fixed_prompts(texts) if each.name == "enter")
    sound = house.sounds.ready(prompt)
    assert sound is not None
    return Path(sound.stem).with_suffix(kind).read_bytes()


@pytest.mark.parametrize("count", [pytest.param(2, id="row_071"), pytest.param(10, id="row_072")])
async def test_calls_at_once_have_ports_prompts_and_keys_of_their_own(
    bench: Bench, count: int
) -> None:
    await bench.serves()
    threads = threads_of(bench)
    phones = [bench.phone() for _ in range(count)]
    ports: set[tuple[str, int]] = set()

    async def one(phone: SipPhone, key: str) -> None:
        async with phone:
            dialog = await rings(bench, phone)
            ports.add(dialog.remote_audio)
            await phone.until(lambda: len(ports) == count)
            await phone.until(lambda: len(phone.rtp) > 25)
            assert any(packet.payload != SILENT for packet in phone.rtp)
            phone.press(dialog, f"{key}#")
            assert await bench.keys(dialog) == [key]

    async with asyncio.timeout(40):
        await asyncio.gather(*(one(phone, str(key % 10)) for key, phone in enumerate(phones)))
    assert len(ports) == count
    assert threads_of(bench) <= threads, "calls have no threads of their own"


def threads_of(bench: Bench) -> set[int]:
    """The threads of this process and of each media worker, as the system numbers them.

    Those that make prompts ready, before any call, are not among them: a pool of fixed size, and
    one for each process of the speech engine. What an earlier test has left may end meanwhile.
    """
    making = ("asyncio_", "waitpid-")
    ours = {
        each.native_id or 0 for each in threading.enumerate() if not each.name.startswith(making)
    }
    tasks = (Path(f"/proc/{pid}/task").iterdir() for pid in bench.sip.house.sound.pids)
    return ours.union(*({int(each.name) for each in task} for task in tasks))


def rubbish(stream: Stream) -> list[bytes]:
    """Packets that are none, or not quite, or say nothing."""
    dice = random.Random(73)  # noqa: S311 - the same rubbish each time
    whole = struct.pack("!BBHII", 0x80, 8, 7, 700, stream.ssrc)

    def head(first: int, second: int) -> bytes:
        return struct.pack("!BBHII", first, second, 7, 700, stream.ssrc)

    return [
        b"",
        b"\x80",
        b"\x80\x08\x00",
        *(dice.randbytes(dice.randrange(200)) for _ in range(40)),
        head(0x00, 8) + SILENT,
        head(0x40, 8) + SILENT,
        head(0x90, 8) + b"\xbe\xde\x00\x01\x10\xff\x00\x00" + SILENT,
        head(0x90, 8) + b"\xbe\xde\xff\xff" + SILENT,
        head(0x8F, 8) + b"short",
        head(0xA0, 8) + SILENT + b"\xff",
        head(0xA0, 8) + b"\x00",
        head(0x80, 13) + b"\x40",
        head(0x80, 77) + SILENT,
        struct.pack("!BBHIIIIII", 0x80, 200, 6, stream.ssrc, 1, 2, 3, 4, 5),
        struct.pack("!BBHI", 0x80, 201, 0xFFFF, stream.ssrc),
        struct.pack("!BBH", 0x9F, 203, 0xFFFF),
        head(0x80, 101),
        head(0x80, 101) + b"\x05",
        head(0x80, 101) + b"\x10\x0a\x00\xa0",
        head(0x80, 101) + b"\xff\xff\xff\xff",
        whole + b"\xd5" * 1600,
        whole + b"\xd5" * 40_000,
    ]


async def test_row_073_rubbish_for_sound_does_no_harm(bench: Bench, udp: SipPhone) -> None:
    dialog = await rings(bench, udp)
    stream = Stream(udp, dialog)
    stream.send(SILENT, marker=True)
    for packet in rubbish(stream):
        udp.send_raw_rtp(dialog, packet)
    seen = len(udp.rtp)
    await udp.until(lambda: len(udp.rtp) > seen + 10)
    assert any(packet.payload != SILENT for packet in udp.rtp[seen:])
    for key in "45#":
        stream.press(key)
    assert await bench.keys(dialog) == ["45"]
    await bench.serves()


def unmarked(stream: Stream) -> None:
    """A key without the marker."""
    stream.press("6", marker=False)


def beheaded(stream: Stream) -> None:
    """Two keys, the first packet of each lost."""
    stream.press("8", first=False)
    stream.press("9", first=False)


def endless(stream: Stream) -> None:
    """The same key twice, no end of either."""
    stream.press("1", ends=0)
    stream.press("1", ends=0)


ODD = [
    pytest.param(unmarked, "6", id="row_074"),
    pytest.param(beheaded, "89", id="row_075"),
    pytest.param(endless, "11", id="row_076"),
]


@pytest.mark.parametrize(("press", "keys"), ODD)
async def test_keys_whose_packets_are_odd_or_lost(
    bench: Bench, udp: SipPhone, press: Callable[[Stream], None], keys: str
) -> None:
    dialog = await rings(bench, udp)
    stream = Stream(udp, dialog)
    press(stream)
    stream.press("#")
    assert await bench.keys(dialog) == [keys]


async def test_row_077_tones_count_where_no_events_were_offered(
    bench: Bench, udp: SipPhone
) -> None:
    udp.codecs = "0"
    dialog = await rings(bench, udp)
    stream = Stream(udp, dialog)
    pause = [0] * (RATE // 10)
    sound = encode([*pause, *tone("1", 0.1), *pause, *tone("#", 0.1), *pause], ULAW)
    for at in range(0, len(sound), FRAME):
        await in_step(udp)
        stream.send(sound[at : at + FRAME], pt=0)
    assert await bench.keys(dialog) == ["1"]


async def in_step(phone: SipPhone) -> None:
    """Until the next packet of the server, as its clock ticks as ours should; or its BYE."""
    seen = len(phone.rtp)
    await phone.until(
        lambda: len(phone.rtp) > seen or any(m.start.startswith("BYE") for m in phone.heard)
    )
