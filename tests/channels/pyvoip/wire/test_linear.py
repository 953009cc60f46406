"""Mu-law as pyVoIP wants its sound."""

from __future__ import annotations

import pytest

from ivr.channels.pyvoip.wire.linear import SILENT, linear8
from ivr.media.g711 import VALUES

WHOLE = bytes(range(256))


def test_each_octet_becomes_the_nearest_step_of_256() -> None:
    for octet, value in zip(linear8(WHOLE), VALUES["pcmu"], strict=True):
        assert abs((octet - SILENT) * 256 - value) <= 128 or octet in (0, 255)


def test_silence_stays_silence_and_loud_stays_loud() -> None:
    assert linear8(b"\xff\x7f") == bytes([SILENT, SILENT])
    assert linear8(b"\x80\x00") == bytes([253, 3])


def test_nothing_becomes_nothing() -> None:
    assert linear8(b"") == b""


def test_the_sound_that_goes_out_again_is_near_the_one_that_came_in() -> None:
    audioop = pytest.importorskip("audioop", reason="audioop is not there")
    again = audioop.lin2ulaw(audioop.bias(linear8(WHOLE), 1, -SILENT), 1)
    for before, after in zip(WHOLE, again, strict=True):
        value, other = VALUES["pcmu"][before], VALUES["pcmu"][after]
        assert abs(value - other) <= 128 + abs(value) // 16
