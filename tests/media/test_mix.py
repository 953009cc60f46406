"""Several voices in one ear: each is there at the level it came with."""

from __future__ import annotations

from math import cos, log10, pi, sin
from struct import pack, unpack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.g711 import decode, encode
from ivr.media.mix import blend, samples

if TYPE_CHECKING:
    from ivr.media.g711 import Codec

CODECS: tuple[Codec, ...] = ("pcma", "pcmu")
FRAME = st.binary(min_size=160, max_size=160)
TONES = {"caller": 400, "agent": 1000, "supervisor": 1750, "expert": 2500, "other": 3100}


def tone(hz: int, peak: int = 4000, codec: Codec = "pcma") -> bytes:
    return encode(
        codec, pack("<160h", *(round(peak * sin(pi * hz * n / 4000)) for n in range(160)))
    )


def level_at(hz: int, frame: bytes, codec: Codec) -> float:
    """How loud one frequency is, dB."""
    heard = unpack("<160h", decode(codec, frame))
    even = sum(value * cos(pi * hz * n / 4000) for n, value in enumerate(heard))
    odd = sum(value * sin(pi * hz * n / 4000) for n, value in enumerate(heard))
    return 10 * log10(even**2 + odd**2 + 1)


@pytest.mark.parametrize("codec", CODECS)
@given(FRAME)
def test_one_voice_comes_through_unchanged(codec: Codec, frame: bytes) -> None:
    assert decode(codec, blend(codec, [samples(codec, frame)])) == decode(codec, frame)


@pytest.mark.parametrize("codec", CODECS)
@given(
    st.lists(st.lists(st.integers(-32768, 32767), min_size=3, max_size=3), min_size=1, max_size=6)
)
def test_a_mix_is_the_sum_cut_off_at_full_scale(codec: Codec, voices: list[list[int]]) -> None:
    clipped = [max(-32768, min(32767, sum(at))) for at in zip(*voices, strict=True)]
    assert blend(codec, voices) == encode(codec, pack("<3h", *clipped))


@pytest.mark.parametrize("talkers", [2, 3, 4])
@pytest.mark.parametrize("codec", CODECS)
def test_all_others_are_heard_at_their_level_and_nobody_else(codec: Codec, talkers: int) -> None:
    ear, *others = list(TONES)[: talkers + 1]
    heard = blend(codec, [samples("pcma", tone(TONES[name])) for name in others])
    for name in (ear, *others):
        level = level_at(TONES[name], heard, codec)
        alone = level_at(TONES[name], tone(TONES[name]), "pcma")
        assert level < alone - 25 if name == ear else abs(level - alone) < 1


@pytest.mark.parametrize("voices", [[], [[0]] * 7, [[0], [0, 0]]])
def test_no_voice_too_many_and_uneven_ones_are_refused(voices: list[list[int]]) -> None:
    with pytest.raises(MediaError):
        blend("pcma", voices)
