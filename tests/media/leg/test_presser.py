"""Keys that we press: one after the other, by the way that the far end knows."""

from __future__ import annotations

from ivr.media.g711 import SILENT_FRAME
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.presser import MOST_KEYS, Presser
from ivr.media.tone import key_tone


def stream(event_type: int | None) -> tuple[Outgoing, list[bytes]]:
    out = Outgoing(1, 1, 1)
    got: list[bytes] = []
    out.event_type = event_type
    out.send = lambda parts: got.append(b"".join(parts))
    return out, got


def test_a_key_takes_ten_frames_with_its_gap() -> None:
    out, got = stream(101)
    presser = Presser()
    presser.press("1")
    frames = 0
    while presser.busy:
        frame = presser.frame(out, "pcma", 160 * frames)
        assert frame in {None, SILENT_FRAME["pcma"]}
        frames += 1
    assert (frames, len(got)) == (10, 7)


def test_tones_and_events_may_follow_each_other() -> None:
    out, got = stream(None)
    presser = Presser()
    presser.press("1")
    sound = b"".join(presser.frame(out, "pcmu", 160 * n) or b"" for n in range(10))
    assert sound == key_tone("1", "pcmu")
    assert not presser.busy
    out.event_type = 101
    presser.press("2")
    assert presser.frame(out, "pcmu", 1600) is None
    assert got[0][12] == 2


def test_what_is_no_key_is_left_out_and_too_many_are_dropped() -> None:
    presser = Presser()
    presser.press("xyz")
    assert not presser.busy
    presser.press("5" * 1000)
    out, _ = stream(None)
    frames = 0
    while presser.busy:
        presser.frame(out, "pcma", 160 * frames)
        frames += 1
    assert frames == 10 * MOST_KEYS
