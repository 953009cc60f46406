"""One voice for several ears."""

from __future__ import annotations

from ivr.media.g711 import SILENT_FRAME
from ivr.media.leg.pace import Pace
from ivr.media.leg.voice import Voice
from tests.fakes.lanes import frame


def test_every_ear_gets_the_same_20_ms() -> None:
    pace = Pace()
    voice = Voice("pcma", pace)
    heard = []
    for number in range(20):
        pace.now_ms = 20 * number
        voice.put(8, number, 160 * number, bytearray(frame(number + 1)), 0)
        first, second = voice.samples(160 * number), voice.samples(160 * number)
        assert first is second
        heard.append(first)
    assert len([each for each in heard if each is not None]) >= 15


def test_silence_is_nothing() -> None:
    pace = Pace()
    voice = Voice("pcma", pace)
    assert voice.samples(0) is None
    for number in range(9):
        voice.put(8, number, 160 * number, bytearray(SILENT_FRAME["pcma"]), 0)
        assert voice.samples(160 * (number + 1)) is None
