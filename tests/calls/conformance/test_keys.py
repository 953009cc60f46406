"""Rows from 170: keys as real senders send and networks mangle them (section 9, RFC 4733)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to
from tests.fakes.sip_sound import ALAW, FRAME, Stream, encode, tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT = b"\xd5" * FRAME


def long_press(stream: Stream) -> None:
    """50 updates of one press, three ends."""
    stream.timestamp += 1600
    for index in range(50):
        stream.event("2", FRAME * (index + 1), marker=index == 0)
    for _ in range(3):
        stream.event("2", FRAME * 50, end=True, marker=False)


def only_an_end(stream: Stream) -> None:
    """All but the last packet is lost."""
    stream.timestamp += 1600
    stream.event("2", 800, end=True, marker=False)


def reordered(stream: Stream) -> None:
    """Packets come in another order, and twice."""
    start = stream.sequence
    order = [2, 1, 1, 0, 3, 5, 4, 3, 5]
    stream.timestamp += 1600
    for index in order:
        stream.sequence = start + index
        stream.event("2", FRAME * (index + 1), end=index >= 3, marker=index == 0)
    stream.sequence = start + 6


def an_old_one_after_a_newer(stream: Stream) -> None:
    """A straggler of the first key comes during the second."""
    stream.press("2")
    sequence, timestamp = stream.sequence, stream.timestamp
    stream.press("3")
    after = stream.sequence, stream.timestamp
    stream.sequence, stream.timestamp = sequence - 1, timestamp
    stream.event("2", 640, end=True, marker=False)
    stream.sequence, stream.timestamp = after


def in_segments(stream: Stream) -> None:
    """Longer than 16 bits can say: the same press goes on under a new timestamp."""
    stream.timestamp += 1600
    for duration in (160, 30_000, 65_535):
        stream.event("2", duration, marker=duration == 160)
    stream.timestamp = (stream.timestamp + 65_535) & 0xFFFF_FFFF
    stream.event("2", 400, marker=False)
    for _ in range(3):
        stream.event("2", 800, end=True, marker=False)


def flash_and_friends(stream: Stream) -> None:
    """Events that are no keys stand around one that is."""
    stream.press(16)
    stream.press(70)
    stream.press("2")
    stream.press(255)


def blocks(stream: Stream) -> None:
    """Two events in one packet, one after the other in time."""
    stream.timestamp += 1600
    payload = b"".join(
        struct.pack("!BBH", number, 0x8A, duration) for number, duration in ((2, 800), (3, 640))
    )
    stream.sequence += 1
    for _ in range(3):
        stream._raw(101, payload, marker=False)


def under_an_own_source(stream: Stream) -> None:
    """Sound under one source, keys under another, from the same place."""
    for _ in range(3):
        stream.send(SILENT)
    keys = Stream(stream.phone, stream.dialog, sequence=7, timestamp=99, ssrc=0x9999)
    keys.press("2")


def no_end_then_sound(stream: Stream) -> None:
    """The end is lost and speech goes on; then the same key again."""
    stream.press("2", ends=0)
    for _ in range(8):
        stream.send(SILENT)
    stream.press("2")


ROWS = [
    pytest.param(long_press, "2", id="row_170"),
    pytest.param(only_an_end, "2", id="row_171"),
    pytest.param(reordered, "2", id="row_172"),
    pytest.param(an_old_one_after_a_newer, "23", id="row_173"),
    pytest.param(in_segments, "2", id="row_174"),
    pytest.param(flash_and_friends, "2", id="row_175"),
    pytest.param(blocks, "23", id="row_176"),
    pytest.param(under_an_own_source, "2", id="row_177"),
    pytest.param(no_end_then_sound, "22", id="row_178"),
]


@pytest.mark.parametrize(("press", "keys"), ROWS)
@pytest.mark.parametrize("wraps", [False, True], ids=["plain", "wraps"])
async def test_each_press_is_one_key(
    bench: Bench,
    udp: SipPhone,
    press: Callable[[Stream], None],
    keys: str,
    *,
    wraps: bool,
) -> None:
    dialog = udp.invite("keys")
    await bench.answers(udp, dialog)
    stream = Stream(udp, dialog)
    if not wraps:
        stream.sequence, stream.timestamp = 1000, 8000
    stream.send(SILENT, marker=True)
    press(stream)
    stream.press("#")
    assert await bench.keys(dialog) == [keys]


async def test_row_179_one_press_by_three_ways_is_one_key(bench: Bench, udp: SipPhone) -> None:
    """Event packets, tones in the sound and INFO: the first way that delivers is the leg's."""
    dialog = udp.invite("keys")
    await bench.answers(udp, dialog)
    stream = Stream(udp, dialog)
    for key in "45#":
        stream.press(key)
        sound = encode(tone(key, 0.1), ALAW)
        for at in range(0, len(sound), FRAME):
            stream.send(sound[at : at + FRAME])
        dialog.cseq += 1
        body = f"Signal={key}\r\nDuration=100\r\n"
        udp.send(udp.request("INFO", dialog, body=body, content="application/dtmf-relay"))
        await answer_to(udp, dialog, "INFO")
    assert await bench.keys(dialog) == ["45"]
