"""The reports of a leg, and whether its far end still lives."""

from __future__ import annotations

from ivr.media.leg.incoming import Incoming
from ivr.media.leg.life import Life
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.pace import Pace
from ivr.media.rtcp import Block, Name, ReceiverReport, SenderReport, build, middle, ntp_of, parse
from tests.fakes.lanes import HEADER


class Leg:
    """A life with its two streams."""

    def __init__(self) -> None:
        self.pace = Pace(0.0, 1_700_000_000.0)
        self.incoming = Incoming(lambda _keys, _on: None, lambda _clock: None)
        self.out = Outgoing(77, 1, 1000)
        self.out.send = len
        self.life = Life(self.incoming, self.out, self.pace, "name", lambda: 0.5)

    def hear(self, number: int) -> None:
        data = bytearray(HEADER.pack(0x80, 8, number, number * 160, 5) + bytes(160))
        self.incoming.packet(data, len(data), 0, self.pace.now_ms)


def test_a_report_goes_out_each_five_seconds() -> None:
    leg = Leg()
    due = []
    for second in range(30):
        leg.pace.now_ms = second * 1000
        if leg.life.report() is not None:
            due.append(second)
    assert due == [5, 10, 15, 20, 25]


def test_one_who_sent_nothing_reports_what_came() -> None:
    leg = Leg()
    for number in (1, 2, 4):
        leg.hear(number)
    leg.pace.now_ms = 6000
    report, name = parse(leg.life.report() or b"")
    assert isinstance(report, ReceiverReport)
    assert [(block.ssrc, block.lost, block.highest) for block in report.blocks] == [(5, 1, 4)]
    assert name == Name(77, "name")


def test_one_who_sends_reports_that_too() -> None:
    leg = Leg()
    leg.out.frame(bytes(160), 160)
    leg.pace.clock = 320
    leg.pace.now_ms = 6000
    report = parse(leg.life.report() or b"")[0]
    assert isinstance(report, SenderReport)
    assert (report.packets, report.octets, report.timestamp) == (1, 160, 1000 + 160 + 160)
    assert report.blocks == ()
    assert report.ntp == ntp_of(1_700_000_006.0)


def test_what_the_far_end_reports_is_counted_and_is_life() -> None:
    leg = Leg()
    leg.pace.now_ms = 50_000
    sent = middle(ntp_of(leg.pace.unix_s)) - 65536 // 10
    leg.life.hear(build([ReceiverReport(5, (Block(77, 0, 12, 9, 80, sent, 0),))]))
    leg.life.hear(b"\x80\xc9\xff\xff" + bytes(4))
    leg.pace.now_ms = 105_000
    assert not leg.life.fell_silent()
    counters = leg.life.counters(3)
    assert (counters.far_lost, counters.far_jitter_ms, counters.refused, counters.keys) == (
        *(12, 10.0, 1, 3),
    )
    assert 95 <= counters.round_trip_ms <= 105


def test_silence_is_told_once_and_again_after_a_sign_of_life() -> None:
    leg = Leg()
    leg.pace.now_ms = 59_999
    assert not leg.life.fell_silent()
    leg.pace.now_ms = 60_000
    assert [leg.life.fell_silent(), leg.life.fell_silent()] == [True, False]
    leg.hear(1)
    assert not leg.life.fell_silent()
    leg.pace.now_ms = 120_000
    assert leg.life.fell_silent()
    leg.life.begin()
    assert not leg.life.fell_silent()
