"""Packets of sound: what must be dropped, what is counted, and what a header looks like."""

from __future__ import annotations

import os
import random
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media import rtp
from ivr.media.rtp import Arrival, BadPacketError, Newcomer, Received, difference16, read

FUZZ = int(os.environ.get("IVR_FUZZ", "10000"))
SOUND = bytes(range(160))


def packet(
    first: int = 0x80,
    second: int = 8,
    sequence: int = 7,
    timestamp: int = 160,
    rest: bytes = SOUND,
) -> bytes:
    return pack("!BBHII", first, second, sequence, timestamp, 0xCAFE) + rest


# --- reading -------------------------------------------------------------------------------------


def test_a_plain_packet_is_read() -> None:
    found = read(packet(second=0x88))
    assert found[:5] == (8, True, 7, 160, 0xCAFE)
    assert bytes(found.payload) == SOUND


def test_only_so_much_of_the_buffer_is_read_as_came() -> None:
    buffer = bytearray(2048)
    buffer[:22] = packet(rest=b"0123456789")
    assert bytes(read(buffer, 22).payload) == b"0123456789"


def test_contributors_extension_and_padding_are_stepped_over() -> None:
    rest = bytes(8) + b"\xbe\xde\x00\x01" + bytes(4) + b"sound" + b"\0\0\3"
    assert bytes(read(packet(first=0xB2, rest=rest)).payload) == b"sound"


def test_a_packet_may_be_empty() -> None:
    assert bytes(read(packet(rest=b"")).payload) == b""
    assert bytes(read(packet(first=0xA0, rest=b"\0\0\0\4")).payload) == b""


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (b"", "length"),
        (b"\x80", "length"),
        (packet()[:11], "length"),
        (packet(rest=bytes(1489)), "length"),
        (packet(first=0x00), "version"),
        (packet(first=0x40), "version"),
        (packet(first=0xC0), "version"),
        (packet(first=0x81, rest=b"abc"), "contributors"),
        (packet(first=0x8F), None),
        (packet(first=0x8F, rest=bytes(59)), "contributors"),
        (packet(first=0x90, rest=b"abc"), "extension"),
        (packet(first=0x90, rest=b"\0\0\0\1"), "extension"),
        (packet(first=0x90, rest=b"\0\0\xff\xff" + SOUND), "extension"),
        (packet(first=0x9F, rest=bytes(62)), "extension"),
        (packet(first=0xA0, rest=b"\0\0\0\0"), "padding"),
        (packet(first=0xA0, rest=b"\0\0\0\5"), "padding"),
        (packet(first=0xA0, rest=b""), "padding"),
        (packet(first=0xA1, rest=b"\0\0\0\5"), "padding"),
        (packet(second=13), "payload type"),
        (packet(second=0x80 | 72), "payload type"),
    ],
)
def test_a_damaged_packet_is_dropped_with_its_reason(damaged: bytes, why: str | None) -> None:
    if why is None:
        assert len(read(damaged, known={8, 101}).payload) == 100
        return
    with pytest.raises(BadPacketError) as dropped:
        read(damaged, known={8, 101})
    assert dropped.value.why == why
    assert isinstance(dropped.value, MediaError)


def test_whatever_comes_is_read_or_refused() -> None:
    chance = random.Random(4)  # noqa: S311 - the same packets each time
    refused = 0
    for _ in range(FUZZ):
        octets = bytearray(packet(first=chance.choice((0x80, 0x80, 0x90, 0xA0, 0xB3))))
        for _ in range(chance.randrange(4)):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
        length = chance.choice((len(octets), chance.randrange(len(octets) + 1)))
        try:
            found = read(octets, length, known={8})
        except MediaError:
            refused += 1
        else:
            assert len(found.payload) <= length - 12
    assert 0 < refused < FUZZ


# --- numbers that wrap ---------------------------------------------------------------------------


@given(st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF))
def test_a_sequence_difference_survives_the_wrap(start: int, step: int) -> None:
    assert difference16(start + step & 0xFFFF, start) == step


@given(st.integers(0, 0xFFFFFFFF), st.integers(-0x80000000, 0x7FFFFFFF))
def test_a_timestamp_difference_survives_the_wrap(start: int, step: int) -> None:
    assert rtp.difference32(start + step & 0xFFFFFFFF, start) == step


# --- counting ------------------------------------------------------------------------------------


def count(*sequences: int) -> tuple[Received, list[Arrival]]:
    received = Received(1)
    return received, [received.packet(n & 0xFFFF, n * 160, n * 160) for n in sequences]


def test_losses_doubles_and_late_ones_are_told_apart() -> None:
    received, seen = count(65533, 65534, 65536, 65535, 65536, 65540, 65533)
    new, late, double = Arrival.NEW, Arrival.LATE, Arrival.DUPLICATE
    assert seen == [new, new, new, late, double, new, double]
    assert (received.received, received.expected, received.lost) == (5, 8, 3)
    assert (received.duplicates, received.reordered) == (2, 1)


def test_a_single_stray_number_changes_nothing() -> None:
    received, seen = count(10, 11, 30000, 12, 50000, 13)
    assert seen.count(Arrival.JUMP) == 2
    assert (received.received, received.lost, received.restarts) == (4, 0, 0)


def test_a_far_end_that_counts_anew_is_believed_at_its_second_packet() -> None:
    received, seen = count(10, 11, 30000, 30001, 30002)
    assert seen[2:] == [Arrival.JUMP, Arrival.RESTART, Arrival.NEW]
    assert (received.restarts, received.lost) == (1, 0)


def test_a_packet_older_than_the_first_is_no_news() -> None:
    received, seen = count(100, 99)
    assert seen == [Arrival.NEW, Arrival.DUPLICATE]
    assert received.expected == 1


def test_the_share_of_losses_counts_from_the_last_report() -> None:
    received, _ = count(0, 1, 3)
    assert received.fraction() == 64
    assert received.fraction() == 0
    for sequence in (4, 5, 8, 9):
        received.packet(sequence, 0, 0)
    assert received.fraction() == 2 * 256 // 6


def test_a_silent_source_lost_nothing() -> None:
    received = Received(1)
    assert (received.expected, received.lost, received.fraction()) == (0, 0, 0)


def test_even_packets_have_no_jitter_and_uneven_ones_have() -> None:
    even, _ = count(*range(100))
    assert even.jitter == 0
    uneven = Received(1)
    for n in range(400):
        uneven.packet(n, n * 160 - 0x80000000 & 0xFFFFFFFF, n * 160 + n % 2 * 80)
    assert uneven.jitter == pytest.approx(80, abs=1)


@given(st.lists(st.integers(-45, 45), max_size=300), st.integers(0, 0xFFFF))
def test_every_packet_is_counted_in_one_way(offsets: list[int], start: int) -> None:
    received = Received(1)
    seen = [received.packet(start + at + 100 & 0xFFFF, 0, 0) for at in offsets]
    assert seen.count(Arrival.DUPLICATE) == received.duplicates
    assert seen.count(Arrival.LATE) == received.reordered
    assert received.received == len(seen) - received.duplicates
    assert 0 <= received.lost <= 91


# --- strangers -----------------------------------------------------------------------------------


def test_a_newcomer_is_believed_at_his_fourth_packet_in_a_row() -> None:
    newcomer = Newcomer()
    assert [newcomer.packet(who) for who in (1, 1, 1, 2, 1, 1, 1, 1, 1, 2)] == [
        *[False] * 7, True, True, False,
    ]  # fmt: skip
