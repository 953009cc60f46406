"""Learning where a far end behind an address translator is."""

from __future__ import annotations

from ivr.media.leg.latch import Latch
from tests.fakes.lanes import HEADER

HERE = ("198.51.100.7", 4000)
OTHER_PORT = ("198.51.100.7", 4002)
STRANGER = ("203.0.113.9", 4000)


def rtp(ssrc: int) -> bytes:
    return HEADER.pack(0x80, 8, 1, 1, ssrc) + bytes(160)


def told(latch: Latch, source: tuple[str, int], data: bytes) -> bool:
    return latch.packet(source, data, len(data))


def test_four_packets_in_a_row_lock() -> None:
    latch = Latch(HERE[0])
    assert [told(latch, HERE, rtp(5)) for _ in range(4)] == [False, False, False, True]
    assert latch.ssrc == 5


def test_another_port_or_ssrc_begins_the_count_anew() -> None:
    latch = Latch(HERE[0])
    for source, ssrc in [(HERE, 5), (HERE, 5), (OTHER_PORT, 5), (HERE, 5), (HERE, 6), (HERE, 6)]:
        assert not told(latch, source, rtp(ssrc))
    assert not told(latch, HERE, rtp(6))
    assert told(latch, HERE, rtp(6))


def test_strangers_never_lock_and_never_disturb() -> None:
    latch = Latch(HERE[0])
    locked = [told(latch, source, rtp(5)) for _ in range(4) for source in (HERE, STRANGER)]
    assert locked.index(True) == 6
    assert not any(told(Latch(HERE[0]), STRANGER, rtp(5)) for _ in range(9))


def test_what_is_no_sound_does_not_count() -> None:
    latch = Latch(HERE[0])
    for data in (b"", b"\x80", bytes(172), b"\x80\xc9\0\1" + bytes(8)) * 5:
        assert not told(latch, HERE, data)
