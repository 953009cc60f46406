"""Reports: built ones are read back, damaged ones change nothing, losses are measured."""

from __future__ import annotations

import os
import random
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.rtcp import (
    Block,
    Bye,
    Name,
    ReceiverReport,
    Report,
    Reporter,
    SenderReport,
    build,
    is_rtcp,
    middle,
    ntp_of,
    parse,
    round_trip_s,
    wait_s,
)
from ivr.media.rtp import Received

FUZZ = int(os.environ.get("IVR_FUZZ", "10000"))
WORD = st.integers(0, 0xFFFFFFFF)
BLOCK = st.builds(
    Block, WORD, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), WORD, WORD, WORD, WORD
)
BLOCKS = st.lists(BLOCK, max_size=6).map(tuple)
FIRST = st.one_of(
    st.builds(SenderReport, WORD, st.integers(0, 2**64 - 1), WORD, WORD, WORD, BLOCKS),
    st.builds(ReceiverReport, WORD, BLOCKS),
)
OTHER = st.one_of(
    FIRST,
    st.builds(Name, WORD, st.text("abcçğ@.", max_size=40)),
    st.builds(Bye, st.lists(WORD, max_size=3).map(tuple), st.text("over ş", max_size=20)),
)
ONE_BLOCK = Block(2, 64, -3, 0x10005, 20, 0x11112222, 0x8000)
LEAVING: tuple[Report, ...] = (
    SenderReport(1, 0x0123456789ABCDEF, 3200, 20, 3200, (ONE_BLOCK,)),
    Name(1, "caller@here"),
    Bye((1, 2), "hung up"),
)


@given(FIRST, st.lists(OTHER, max_size=4))
def test_what_is_built_is_read_back(first: Report, others: list[Report]) -> None:
    data = build([first, *others])
    assert parse(data) == (first, *others)
    assert is_rtcp(data, len(data))


def test_the_octets_are_those_of_the_standard() -> None:
    expected = pack("!BBHI", 0x81, 200, 12, 1) + pack("!QIII", 0x0123456789ABCDEF, 3200, 20, 3200)
    expected += pack("!IIIIII", 2, 64 << 24 | 0xFFFFFD, 0x10005, 20, 0x11112222, 0x8000)
    expected += pack("!BBHI", 0x81, 202, 5, 1) + b"\1\x0bcaller@here" + bytes(3)
    expected += pack("!BBHII", 0x82, 203, 4, 1, 2) + b"\7hung up"
    assert build(LEAVING) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\xc9\x00\x00",
        pack("!BBHI", 0x00, 201, 1, 1),
        pack("!BBHI", 0x80, 201, 2, 1),
        pack("!BBHI", 0x80, 201, 0, 1),
        pack("!BBHI", 0x81, 201, 1, 1),
        pack("!BBHI", 0x80, 202, 1, 1),
        pack("!BBHI", 0x80, 200, 1, 1),
        pack("!BBHI", 0xA0, 201, 1, 4),
        pack("!BBHI", 0x80, 201, 1, 1) + b"\x81",
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0x81, 203, 0, 1),
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0x81, 202, 2, 1) + b"\1\7abc",
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0x81, 202, 2, 1) + b"\1\2ab",
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0x81, 203, 2, 1) + b"\7abc",
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0xA0, 203, 1, 0),
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBHI", 0xA0, 203, 1, 8),
        pack("!BBHI", 0x80, 201, 1, 1) + pack("!BBH", 0x80, 210, 400) + bytes(1600),
    ],
)
def test_a_damaged_datagram_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        parse(data)


def test_unknown_kinds_items_and_padding_are_skipped() -> None:
    data = pack("!BBHI", 0x80, 201, 1, 9)
    data += pack("!BBHI", 0x80, 206, 1, 5)
    data += (
        pack("!BBHI", 0x82, 202, 6, 1) + b"\2\1n\1\1a\0\0" + pack("!I", 2) + b"\1\1b\0" + bytes(4)
    )
    data += pack("!BBHI", 0xA1, 203, 2, 9) + b"\0\0\0\4"
    names = (Name(1, "a"), Name(2, "b"))
    assert parse(data) == (ReceiverReport(9, ()), *names, Bye((9,), ""))


def test_a_datagram_is_read_up_to_its_length() -> None:
    data = build(LEAVING)
    assert parse(bytearray(data) + bytes(100), len(data)) == LEAVING


@pytest.mark.parametrize(
    "reports",
    [
        [],
        [Name(1, "a")],
        [ReceiverReport(1, ()), Name(1, "a" * 256)],
        [ReceiverReport(1, (ONE_BLOCK,) * 32)],
        [ReceiverReport(1, (ONE_BLOCK,) * 31)] * 3,
    ],
)
def test_what_no_datagram_can_hold_is_not_built(reports: list[Report]) -> None:
    with pytest.raises(MediaError):
        build(reports)


def test_whatever_comes_is_read_or_refused_and_changes_nothing_then() -> None:
    chance = random.Random(4)  # noqa: S311 - the same datagrams each time
    whole = build(LEAVING)
    for _ in range(FUZZ):
        data = bytearray(whole[: chance.choice((len(whole), chance.randrange(len(whole))))])
        for _ in range(chance.randrange(4) if data else 0):
            data[chance.randrange(len(data))] = chance.randrange(256)
        reporter = Reporter(2, "us")
        try:
            reporter.hear(data, 1000.0)
        except MediaError:
            assert reporter == Reporter(2, "us")


def test_a_round_trip_is_measured_by_the_blocks_of_the_far_end() -> None:
    us, far = Reporter(1, "us"), Reporter(2, "far")
    far.hear(us.report((0, 1, 160), (), 1000.0), 1000.05)
    heard = Received(1)
    heard.packet(1, 0, 0)
    us.hear(far.report((0, 1, 160), (far.block(heard, 1003.05),), 1003.05), 1003.1)
    assert us.round_trip_s == pytest.approx(0.1, abs=0.001)
    assert us.far is not None
    assert us.far.highest == 1


def test_a_round_trip_without_a_report_or_out_of_all_bounds_is_not_believed() -> None:
    assert round_trip_s(Block(1, 0, 0, 0, 0, 0, 5), 77) is None
    now = middle(ntp_of(1000.0))
    assert round_trip_s(Block(1, 0, 0, 0, 0, now + 65536, 0), now) is None
    assert round_trip_s(Block(1, 0, 0, 0, 0, now - 65536, 0), now) == 1.0


def test_losses_and_jitter_go_into_the_block() -> None:
    received = Received(7)
    for n in (0xFFFE, 0xFFFF, 0x10001):
        received.packet(n & 0xFFFF, n * 160, n * 160 + n % 2 * 32)
    block = Reporter(1, "us").block(received, 1000.0)
    assert block[:4] == (7, 64, 1, 0x10001)
    assert block[4] > 0
    assert block[5:] == (0, 0)


def test_one_who_sends_nothing_reports_as_a_listener_and_says_bye() -> None:
    reporter = Reporter(5, "us")
    assert parse(reporter.report((0, 0, 0), (), 1.0)) == (ReceiverReport(5, ()), Name(5, "us"))
    last = parse(reporter.bye((160, 1, 160), (), 1.0))
    assert isinstance(last[0], SenderReport)
    assert last[2] == Bye((5,), "")
    far = Reporter(6, "far")
    far.hear(reporter.bye((160, 1, 160), (), 1.0), 1.0)
    assert far.ended


def test_time_is_written_as_seconds_since_1900() -> None:
    assert ntp_of(0.5) == 2_208_988_800 << 32 | 1 << 31
    assert middle(0x0123456789ABCDEF) == 0x456789AB


def test_reports_come_every_five_seconds_give_or_take_half() -> None:
    assert (wait_s(0), wait_s(0.5), wait_s(1)) == (2.5, 5.0, 7.5)


def test_sound_on_the_same_port_is_no_report() -> None:
    assert not is_rtcp(pack("!BBHI", 0x80, 8, 1, 1), 8)
    assert not is_rtcp(pack("!BBHI", 0x80, 0x88, 1, 1), 8)
    assert not is_rtcp(b"\x80\xc8", 2)
