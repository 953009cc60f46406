"""The codes of ITU-T G.711: every octet, every sample, and what a translation may cost."""

from __future__ import annotations

from bisect import bisect
from itertools import pairwise
from struct import pack, unpack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media import g711

if TYPE_CHECKING:
    from ivr.media.g711 import Codec

CODECS: tuple[Codec, ...] = ("pcma", "pcmu")
ALL_OCTETS = bytes(range(256))
ALL_SAMPLES = range(-32768, 32768)


def values_of(codec: Codec, octets: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(octets)}h", g711.decode(codec, octets))


def octets_of(codec: Codec, *samples: int) -> bytes:
    return g711.encode(codec, pack(f"<{len(samples)}h", *samples))


@pytest.mark.parametrize(
    ("octet", "value"),
    # G.711 table 1 gives 13-bit values: the largest is 4,032, the smallest 1; here times eight
    [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504), (0xC5, 264), (0xDA, 248)],
)
def test_an_a_law_octet_has_the_value_of_table_1(octet: int, value: int) -> None:
    assert values_of("pcma", bytes([octet])) == (value,)


@pytest.mark.parametrize(
    ("octet", "value"),
    # table 2 gives 14-bit values: the largest is 8,031, the smallest 0; here times four
    [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xFE, 8), (0x7E, -8), (0xEF, 132)],
)
def test_a_mu_law_octet_has_the_value_of_table_2(octet: int, value: int) -> None:
    assert values_of("pcmu", bytes([octet])) == (value,)


def test_every_octet_survives_a_round_trip() -> None:
    assert g711.alaw_encode(g711.alaw_decode(ALL_OCTETS)) == ALL_OCTETS
    came_back = g711.ulaw_encode(g711.ulaw_decode(ALL_OCTETS))
    changed = [octet for octet in ALL_OCTETS if came_back[octet] != octet]
    assert changed == [0x7F]  # mu-law has two zeros, and a sample only one
    assert came_back[0x7F] == 0xFF


@pytest.mark.parametrize("codec", CODECS)
def test_a_louder_sample_never_sounds_softer(codec: Codec) -> None:
    heard = values_of(codec, octets_of(codec, *ALL_SAMPLES))
    assert all(one <= other for one, other in pairwise(heard))


@pytest.mark.parametrize("codec", CODECS)
def test_a_sample_is_never_off_by_more_than_half_a_step(codec: Codec) -> None:
    values = sorted(set(g711.VALUES[codec]))
    heard = values_of(codec, octets_of(codec, *ALL_SAMPLES))
    for sample, value in zip(ALL_SAMPLES, heard, strict=True):
        place = bisect(values, sample)
        if 0 < place < len(values):
            around = values[max(0, place - 2) : place + 2]
            assert 2 * abs(sample - value) <= max(b - a for a, b in pairwise(around))
        else:
            assert value == values[min(place, len(values) - 1)]  # clipped


@pytest.mark.parametrize("codec", CODECS)
def test_both_signs_are_coded_alike(codec: Codec) -> None:
    for sample in range(32768):
        up, down = g711.OCTETS[codec][sample], g711.OCTETS[codec][~sample]
        assert up ^ down == 0x80


@pytest.mark.parametrize("codec", CODECS)
@given(st.lists(st.integers(-32768, 32767), max_size=200))
def test_the_tables_agree_with_the_arithmetic(codec: Codec, samples: list[int]) -> None:
    expected = bytes(_octet(codec, sample) for sample in samples)
    assert octets_of(codec, *samples) == expected


def _octet(codec: Codec, sample: int) -> int:
    """G.711 by its definition: sign, segment, step (ITU-T G.191 for the negative side)."""
    size = ~sample if sample < 0 else sample
    sign = 0 if sample < 0 else 0x80
    if codec == "pcma":
        units = size >> 4
        segment = max(0, units.bit_length() - 4)
        step = units >> max(segment - 1, 0) & 0x0F
        return (sign | segment << 4 | step) ^ 0x55
    units = min((size >> 2) + 33, 0x1FFF)
    segment = units.bit_length() - 6
    return sign | (7 - segment) << 4 | 0x0F - (units >> segment + 1 & 0x0F)


def test_translating_is_as_good_as_decoding_and_encoding() -> None:
    for here, there, table in (
        ("pcma", "pcmu", g711.ALAW_TO_ULAW),
        ("pcmu", "pcma", g711.ULAW_TO_ALAW),
    ):
        through = values_of(there, ALL_OCTETS.translate(table))  # type: ignore[arg-type]
        for value, other in zip(g711.VALUES[here], through, strict=True):  # type: ignore[index]
            assert abs(value - other) <= max(8, abs(value) // 16)


def test_translating_there_and_back_a_second_time_loses_nothing_more() -> None:
    once = ALL_OCTETS.translate(g711.ALAW_TO_ULAW).translate(g711.ULAW_TO_ALAW)
    twice = once.translate(g711.ALAW_TO_ULAW).translate(g711.ULAW_TO_ALAW)
    assert once == twice


def test_there_is_a_translation_only_between_different_codecs() -> None:
    assert g711.translation("pcma", "pcma") is None
    assert g711.translation("pcma", "pcmu") == g711.ALAW_TO_ULAW
    assert g711.translation("pcmu", "pcma") == g711.ULAW_TO_ALAW


def test_silence_is_silent_in_both_and_translates_into_itself() -> None:
    assert values_of("pcma", g711.SILENT_FRAME["pcma"]) == (8,) * 160
    assert values_of("pcmu", g711.SILENT_FRAME["pcmu"]) == (0,) * 160
    assert g711.SILENT_FRAME["pcmu"].translate(g711.ULAW_TO_ALAW) == g711.SILENT_FRAME["pcma"]


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(MediaError, match="even"):
        g711.ulaw_encode(b"\0\0\0")


def test_a_view_of_a_buffer_is_as_good_as_bytes() -> None:
    packet = bytearray(12) + bytearray(ALL_OCTETS)
    assert g711.ulaw_decode(memoryview(packet)[12:]) == g711.ulaw_decode(ALL_OCTETS)
