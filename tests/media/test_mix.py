"""Several voices in one ear: nobody hears himself, the rest is there at the level it came with."""

from __future__ import annotations

from math import cos, log10, pi, sin
from struct import pack, unpack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.g711 import SILENT_FRAME, decode, encode
from ivr.media.mix import blend, encoded, minus_own, samples, total, without

if TYPE_CHECKING:
    from ivr.media.g711 import Codec

CODECS: tuple[Codec, ...] = ("pcma", "pcmu")
FRAME = st.binary(min_size=160, max_size=160)
TONES = {"caller": 400, "agent": 1000, "supervisor": 1750, "expert": 2500}


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


@given(st.lists(FRAME, min_size=2, max_size=6))
def test_a_sum_without_a_voice_is_the_sum_of_the_others(frames: list[bytes]) -> None:
    voices = [samples("pcma", frame) for frame in frames]
    assert without(total(voices), voices[0]) == list(total(voices[1:]))


@pytest.mark.parametrize("talkers", [2, 3, 4])
def test_nobody_hears_himself_and_all_others_at_their_level(talkers: int) -> None:
    names = list(TONES)[:talkers]
    voices = {name: samples("pcma", tone(TONES[name])) for name in names}
    ears: dict[str, Codec] = {name: CODECS[n % 2] for n, name in enumerate(names)}
    ears["recorder"] = "pcma"
    heard = minus_own(voices, ears)
    for ear, codec in ears.items():
        for name in names:
            level = level_at(TONES[name], heard[ear], codec)
            alone = level_at(TONES[name], tone(TONES[name]), "pcma")
            assert level < alone - 25 if ear == name else abs(level - alone) < 1


def test_those_who_only_listen_share_one_mix() -> None:
    voices = {"caller": samples("pcma", tone(400))}
    heard = minus_own(voices, {"caller": "pcma", "one": "pcmu", "other": "pcmu"})
    assert heard["one"] is heard["other"]
    assert heard["caller"] == SILENT_FRAME["pcma"]


def test_when_nobody_speaks_all_hear_silence() -> None:
    assert minus_own({}, {"one": "pcma", "other": "pcmu"}) == {
        "one": SILENT_FRAME["pcma"],
        "other": SILENT_FRAME["pcmu"],
    }


@pytest.mark.parametrize("gain_db", [-12, -6, 6])
def test_a_gain_changes_the_level_by_so_much(gain_db: int) -> None:
    louder = encoded("pcma", samples("pcma", tone(400), gain_db))
    change = level_at(400, louder, "pcma") - level_at(400, tone(400), "pcma")
    assert change == pytest.approx(gain_db, abs=0.3)


def test_a_gain_does_not_go_round_full_scale() -> None:
    assert min(samples("pcmu", b"\x00", 30)) == -32768
    assert max(samples("pcmu", b"\x80", 30)) == 32767
    with pytest.raises(MediaError):
        samples("pcmu", b"\x00", 31)


@pytest.mark.parametrize("voices", [[], [[0]] * 7, [[0], [0, 0]]])
def test_no_voice_too_many_and_uneven_ones_are_refused(voices: list[list[int]]) -> None:
    with pytest.raises(MediaError):
        total(voices)
