"""Silence as the far end wants it."""

from __future__ import annotations

from ivr.media.g711 import SILENT_FRAME
from ivr.media.leg.hush import SILENT_FRAMES, Hush
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.pace import Pace
from ivr.media.leg.terms import Peer


def test_it_goes_on_and_on_or_stops_after_a_little() -> None:
    out = Outgoing(1, 2, 3)
    hush = Hush(out, Pace(), "pcma")
    assert [hush.frame() for _ in range(30)] == [SILENT_FRAME["pcma"]] * 30
    sent: list[object] = []
    out.send = sent.append
    hush.agree(Peer(1, "127.0.0.1", 9, codec="pcmu", silence="suppressed", cn_pt=13))
    hush.begin()
    heard = [hush.frame() for _ in range(30)]
    assert heard == [SILENT_FRAME["pcmu"]] * SILENT_FRAMES + [None] * (30 - SILENT_FRAMES)
    assert len(sent) == 1
