"""Uneven sound made even: order, waiting, gaps, clocks that run off, and times that jump."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.g711 import SILENT_FRAME
from ivr.media.jitter import JitterBuffer, softer
from tests.media.levels import level_dbfs

SILENT = SILENT_FRAME["pcma"]
START = 0xFFFFF000


class Arrives(NamedTuple):
    """One packet: when, which, and what."""

    at_ms: float
    timestamp: int
    payload: bytes


def loud(n: int) -> bytes:
    """A frame one can recognise: no two neighbours are equal, all are loud."""
    return bytes([0x20 + n % 64]) * 160


def stream(
    frames: int, jitter_ms: float = 0, ppm: float = 0, *, frame: bytes = b""
) -> list[Arrives]:
    chance = random.Random(frames)  # noqa: S311 - the same stream each time
    return [
        Arrives(
            n * 20 * (1 + ppm / 1e6) + chance.random() * jitter_ms + 3,
            START + n * 160 & 0xFFFFFFFF,
            frame or loud(n),
        )
        for n in range(frames)
    ]


def play(buffer: JitterBuffer, packets: list[Arrives], ticks: int, begin: int = 0) -> list[bytes]:
    """What comes out, a frame each 20 ms."""
    waiting = sorted(packets, reverse=True)
    out = []
    for tick in range(begin, begin + ticks):
        while waiting and waiting[-1].at_ms <= tick * 20:
            packet = waiting.pop()
            buffer.put(packet.timestamp, packet.payload, int(packet.at_ms))
        out.append(buffer.take())
    return out


def sounds(out: list[bytes]) -> list[bytes]:
    return [frame for frame in out if frame != SILENT]


def test_an_even_stream_comes_out_whole_forty_milliseconds_later() -> None:
    out = play(JitterBuffer("pcma"), stream(50), 54)
    assert out[:3] == [SILENT] * 3
    assert out[3:53] == [loud(n) for n in range(50)]


def test_before_the_first_packet_there_is_silence() -> None:
    assert JitterBuffer("pcmu").take() == SILENT_FRAME["pcmu"]


@given(st.permutations(range(3)))
def test_packets_out_of_order_are_put_right(order: list[int]) -> None:
    first, *rest = stream(6)
    shuffled = [rest[place]._replace(at_ms=rest[n].at_ms) for n, place in enumerate([*order, 3, 4])]
    out = play(JitterBuffer("pcma"), [first, *shuffled], 9)
    heard = sounds(out)
    assert heard == sorted(heard)
    assert heard[0] == loud(0)


def test_doubled_packets_sound_once() -> None:
    packets = stream(20)
    assert sounds(play(JitterBuffer("pcma"), packets + packets, 30))[:20] == [
        loud(n) for n in range(20)
    ]


def test_a_gap_fades_out_and_is_silent_after_three_frames() -> None:
    packets = stream(30)
    out = play(JitterBuffer("pcma"), packets[:10] + packets[15:], 34)
    gap = out[13:18]
    assert gap[3:] == [SILENT] * 2
    before = level_dbfs("pcma", out[12])
    for n, frame in enumerate(gap[:3]):
        assert level_dbfs("pcma", frame) == pytest.approx(before - 6 * (n + 1), abs=0.5)
    assert out[18:33] == [loud(n) for n in range(15, 30)]


def test_a_frame_made_softer_in_code_is_six_decibels_down() -> None:
    frame = loud(3)
    down = level_dbfs("pcma", frame) - level_dbfs("pcma", frame.translate(softer("pcma")))
    assert down == pytest.approx(6.02, abs=0.3)


@pytest.mark.parametrize(("octets", "packets"), [(80, 100), (240, 34), (480, 17), (100, 80)])
def test_packets_of_any_length_come_out_in_frames(octets: int, packets: int) -> None:
    whole = b"".join(loud(n) for n in range(50))
    cut = [
        Arrives(3 + n * octets / 8, START + n * octets & 0xFFFFFFFF, whole[n * octets :][:octets])
        for n in range(packets)
    ]
    out = play(JitterBuffer("pcma"), cut, 60)
    assert b"".join(out[3:53]) == whole


@pytest.mark.parametrize(
    ("jitter_ms", "least", "most"), [(0, 40, 40), (60, 60, 60), (150, 140, 160)]
)
def test_the_wait_follows_the_network(jitter_ms: float, least: int, most: int) -> None:
    buffer = JitterBuffer("pcma")
    play(buffer, stream(3000, jitter_ms), 3000)
    assert least <= buffer.wait_ms <= most
    assert buffer.late < 60


def test_the_wait_never_passes_200_ms_and_shrinks_again() -> None:
    buffer = JitterBuffer("pcma")
    play(buffer, stream(1000, 600), 1000)
    assert buffer.wait_ms == 200
    calm = [
        Arrives(20000 + n * 20 + 3, START + (1000 + n) * 160 & 0xFFFFFFFF, SILENT)
        for n in range(1000)
    ]
    play(buffer, calm, 1000, begin=1000)
    assert buffer.wait_ms == 40
    assert len(buffer._frames) <= 4


@pytest.mark.unmeasured
@pytest.mark.parametrize("ppm", [-100, 100])
def test_a_clock_that_runs_off_is_followed_within_20_ms(ppm: int) -> None:
    buffer = JitterBuffer("pcma")
    play(buffer, stream(90_000, ppm=ppm), 90_000)
    followed = buffer.dropped - buffer.doubled
    assert followed * 20 == pytest.approx(-ppm * 1.8, abs=41)
    assert buffer.late + buffer.missing <= 4
    assert 0 <= len(buffer._frames) <= 4


def test_a_frame_is_left_out_in_silence_if_there_is_any() -> None:
    buffer = JitterBuffer("pcma")
    packets = [
        each._replace(payload=SILENT) if n % 50 < 5 else each
        for n, each in enumerate(stream(30_000, ppm=-200))
    ]
    out = play(buffer, packets, 30_000)
    assert buffer.dropped >= 3
    lost = sum(each.payload != SILENT for each in packets) - len(sounds(out))
    assert lost <= 4  # those still held at the end


@pytest.mark.parametrize("jump", [160 * 60, -160 * 60, 0x7FFFFFFF, 0x80000000, 12_345_678, 8000])
def test_a_jump_of_time_costs_a_second_at_most_and_no_memory(jump: int) -> None:
    buffer = JitterBuffer("pcma")
    packets = stream(400)
    jumped = [each._replace(timestamp=each.timestamp + jump & 0xFFFFFFFF) for each in packets[100:]]
    out = play(buffer, packets[:100] + jumped, 404)
    assert buffer.restarts <= 1
    assert sum(frame == SILENT for frame in out[10:400]) <= 50
    assert len(buffer._frames) <= 21


def test_a_far_end_whose_time_stood_still_in_a_pause_is_heard_again() -> None:
    packets = stream(100)
    after = [each._replace(at_ms=each.at_ms + 600) for each in packets[50:]]
    out = play(JitterBuffer("pcma"), packets[:50] + after, 140)
    assert len(sounds(out[80:])) >= 45


def test_a_pause_with_time_that_goes_on_is_silence_of_true_length() -> None:
    packets = stream(200)
    out = play(JitterBuffer("pcma"), packets[:50] + packets[150:], 204)
    assert out[153:203] == [loud(n) for n in range(150, 200)]


@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFFFFFF), st.binary(max_size=500), st.integers(0, 3)),
        max_size=60,
    )
)
def test_whatever_comes_memory_is_bounded_and_frames_are_whole(
    packets: list[tuple[int, bytes, int]],
) -> None:
    buffer = JitterBuffer("pcmu")
    for at, (timestamp, payload, takes) in enumerate(packets):
        buffer.put(timestamp, payload, at * 20)
        assert len(buffer._frames) <= 30
        assert all(len(buffer.take()) == 160 for _ in range(takes))


def test_ten_hours_cross_every_wrap() -> None:
    buffer = JitterBuffer("pcma")
    for n in range(0, 1_800_000, 9000):
        for step in range(5):  # only five frames of each three minutes, to be quick
            buffer.put(START + (n + step) * 160 & 0xFFFFFFFF, loud(step), (n + step) * 20)
            buffer.take()
    assert len(buffer._frames) <= 4
