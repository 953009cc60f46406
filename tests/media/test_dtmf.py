"""Keys beside the sound: the table of the design, real captures, keys sent, INFO, and the lock."""

from __future__ import annotations

import json
import random
from itertools import count
from pathlib import Path
from struct import pack, unpack
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.dtmf import (
    EVENT_KEYS,
    KeyReader,
    KeySender,
    KeySource,
    KeyStreams,
    Way,
    ways,
)
from ivr.media.rtp import BadPacketError, Packet, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "data" / "rtp_dtmf"
ABSENT = "the captures are not here (shared/data/rtp_dtmf)"


class Event(NamedTuple):
    """One event packet: when it comes, and what is in it."""

    at_ms: int
    sequence: int
    timestamp: int
    duration: int
    event: int = 5
    marker: bool = False
    end: bool = False

    def payload(self) -> bytes:
        return pack("!BBH", self.event, 0x8A if self.end else 10, self.duration)


def press(
    at_ms: int, sequence: int, timestamp: int, event: int = 5, frames: int = 5
) -> list[Event]:
    """A press as RFC 4733 wants it: a packet each 20 ms, the first marked, three ends."""
    updates = [
        Event(at_ms + 20 * n, sequence + n, timestamp, 160 * (n + 1), event, marker=n == 0)
        for n in range(frames)
    ]
    last = updates[-1]
    ends = [
        last._replace(at_ms=last.at_ms + 20 * n, sequence=last.sequence + n, end=True)
        for n in (1, 2, 3)
    ]
    return updates + ends


def give(reader: KeyReader, event: Event) -> str:
    return reader.packet(
        event.payload(),
        event.timestamp & 0xFFFFFFFF,
        marker=event.marker,
        sequence=event.sequence & 0xFFFF,
        now_ms=event.at_ms,
    )


def heard(events: Iterable[Event], reader: KeyReader | None = None) -> str:
    """The keys heard when these packets come, in order of their times."""
    reader = reader or KeyReader()
    keys = ""
    for event in sorted(events, key=lambda each: each.at_ms):
        reader.tick(event.at_ms)
        keys += give(reader, event)
    return keys


# --- the table -----------------------------------------------------------------------------------


def test_a_long_press_is_one_key_told_at_its_first_packet() -> None:
    reader = KeyReader()
    events = press(0, 1, 1000, frames=50)
    assert [give(reader, event) for event in events] == ["5"] + [""] * 52


def test_the_first_packet_need_not_be_marked() -> None:
    assert heard(each._replace(marker=False) for each in press(0, 1, 1000)) == "5"


@pytest.mark.parametrize("lost", range(8))
def test_first_packets_may_be_lost_even_all_but_one_end(lost: int) -> None:
    assert heard(press(0, 1, 1000)[lost:]) == "5"


def test_the_same_key_twice_without_ends_is_two_keys() -> None:
    assert heard(press(0, 1, 1000)[:5] + press(120, 6, 1960)[:5]) == "55"
    assert heard(press(0, 1, 1000)[:5] + press(120, 6, 1960)[1:5]) == "55"


def test_late_and_doubled_packets_are_nothing_new() -> None:
    first, second = press(0, 1, 1000), press(200, 9, 2600, event=6)
    late = [each._replace(at_ms=each.at_ms + 200) for each in first]
    assert heard(first + late + second) == "56"
    doubled = [each._replace(at_ms=each.at_ms + 199) for each in second]
    assert heard(first + late + second + doubled) == "56"


@given(st.permutations(press(0, 1, 1000)), st.permutations(press(400, 9, 4200, event=6)))
def test_any_order_within_a_press_is_one_key(one: list[Event], other: list[Event]) -> None:
    reader = KeyReader()
    assert "".join(give(reader, event) for event in one + other) == "56"


def test_a_press_longer_than_its_counter_goes_on_in_a_new_segment() -> None:
    first = [Event(n * 20, n, 1000, 160 * (n + 1), marker=n == 0) for n in range(409)]
    first.append(Event(8180, 409, 1000, 65535))
    second = [Event(8200 + n * 20, 410 + n, 66535, 160 * (n + 1)) for n in range(409)]
    second.append(Event(16380, 819, 66535, 65535))
    third = [each._replace(timestamp=132070) for each in press(16400, 820, 0)]
    assert heard(first + second + [each._replace(marker=False) for each in third]) == "5"
    assert heard(first[:-1] + second) == "5"  # the last packet of the segment was lost
    assert heard(first + [each._replace(event=6) for each in second]) == "56"
    assert heard([*first, second[0]._replace(marker=True)]) == "55"


def test_a_new_press_right_behind_an_ended_one_is_a_key() -> None:
    assert heard(press(0, 1, 1000) + press(160, 9, 1800, frames=2)) == "55"


def test_a_sender_whose_timestamp_stands_still_is_understood() -> None:
    first = press(0, 1, 1000)
    assert heard(first + press(220, 9, 1000)) == "55"
    assert heard(first + press(180, 9, 1000)) == "5"  # too soon after the end
    assert heard(first + [each._replace(marker=False) for each in press(400, 9, 1000)]) == "5"
    assert heard(first + press(400, 9, 1000, event=6)) == "56"
    assert heard(first[:5] + press(400, 9, 1000)) == "55"  # all ends lost


def test_a_sender_whose_timestamp_jumps_back_far_is_understood() -> None:
    assert heard(press(0, 1, 0x40000000) + press(900, 9, 1000)) == "55"


@pytest.mark.parametrize("packets", [1, 2, 3])
def test_sound_closes_a_press_without_end_after_three_packets(packets: int) -> None:
    reader = KeyReader()
    give(reader, press(0, 1, 1000)[0])
    for n in range(packets):
        reader.audio(n)
    assert reader.held == ("" if packets == 3 else "5")


def test_silence_closes_a_press_without_end_after_three_packet_times() -> None:
    reader = KeyReader()
    give(reader, press(0, 1, 1000)[0])
    reader.tick(59)
    assert reader.held == "5"
    reader.tick(60)
    assert reader.held == ""


def test_an_end_closes_a_press() -> None:
    reader = KeyReader()
    events = press(0, 1, 1000)
    heard(events[:5], reader)
    assert reader.held == "5"
    heard(events[5:6], reader)
    assert reader.held == ""


@pytest.mark.parametrize("event", [16, 17, 70, 255])
def test_a_flash_and_other_events_are_counted_and_no_key(event: int) -> None:
    reader = KeyReader()
    assert heard(press(0, 1, 1000, event=event), reader) == ""
    assert reader.dropped == 8
    assert heard(press(300, 9, 9000), reader) == "5"


@pytest.mark.parametrize("payload", [b"", b"\5", b"\5\x0a\0", b"\5\x0a\0\xa0\5", bytes(68)])
def test_a_damaged_payload_is_counted_and_no_key(payload: bytes) -> None:
    reader = KeyReader()
    assert reader.packet(payload, 1, marker=True, sequence=1, now_ms=0) == ""
    assert reader.dropped == 1


def test_several_blocks_in_a_packet_are_keys_one_after_another() -> None:
    payload = pack("!BBHBBHBBH", 1, 0x8A, 800, 1, 0x8A, 800, 2, 10, 160)
    reader = KeyReader()
    assert reader.packet(payload, 1000, marker=True, sequence=1, now_ms=0) == "112"
    assert reader.packet(payload, 1000, marker=False, sequence=2, now_ms=20) == ""
    assert heard([Event(40, 3, 2600, 320, event=2)], reader) == ""


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFF))
def test_a_wrap_inside_a_press_changes_nothing(timestamp: int, sequence: int) -> None:
    near = timestamp | 0xFFFFFF00
    events = press(0, sequence | 0xFFF8, near) + press(300, sequence | 0xFFF8 + 8, near + 2400)
    assert heard(events) == "55"


def test_a_new_source_begins_anew() -> None:
    reader = KeyReader()
    assert heard(press(0, 500, 9_000_000), reader) == "5"
    reader.reset()
    assert heard(press(200, 1, 1000), reader) == "5"


@given(
    st.lists(st.sampled_from(EVENT_KEYS), max_size=8),
    st.randoms(use_true_random=False),
    st.integers(0, 0xFFFFFFFF),
)
def test_loss_and_doubling_never_invent_a_key(keys: list[str], chance: object, start: int) -> None:
    pick = chance.random  # type: ignore[attr-defined]
    events: list[Event] = []
    for n, key in enumerate(keys):
        once = press(n * 260, n * 8, start + n * 2080, EVENT_KEYS.index(key))
        kept = [each for each in once if pick() > 0.3] or once[-1:]
        again = [
            each._replace(at_ms=each.at_ms + int(pick() * 99)) for each in kept if pick() > 0.5
        ]
        events += kept + again
    assert heard(events) == "".join(keys)


# --- streams of their own ------------------------------------------------------------------------


def packets_of(ssrc: int, events: Iterable[Event]) -> Iterator[tuple[Packet, int]]:
    for each in events:
        yield (
            Packet(
                101, each.marker, each.sequence, each.timestamp, ssrc, memoryview(each.payload())
            ),
            each.at_ms,
        )


def listen(streams: KeyStreams, ssrc: int, events: Iterable[Event]) -> list[str]:
    return [streams.packet(packet, at_ms) for packet, at_ms in packets_of(ssrc, events)]


def test_keys_under_the_ssrc_of_the_sound_are_heard_at_once() -> None:
    streams = KeyStreams(7)
    assert listen(streams, 7, press(0, 1, 1000)) == ["5"] + [""] * 7


def test_keys_under_their_own_ssrc_are_believed_at_the_fourth_packet() -> None:
    streams = KeyStreams(7)
    assert listen(streams, 8, press(0, 1, 1000)) == ["", "", "", "5", "", "", "", ""]
    assert listen(streams, 8, press(300, 9, 3400, event=6)) == ["6"] + [""] * 7


def test_three_packets_of_strangers_are_never_a_key() -> None:
    streams = KeyStreams(7)
    for ssrc in (8, 9, 8, 9):
        assert listen(streams, ssrc, press(0, 1, 1000)[:3]) == [""] * 3


def test_sound_beside_a_stream_of_its_own_does_not_end_the_press() -> None:
    streams = KeyStreams(7)
    listen(streams, 8, press(0, 1, 1000)[:5])
    for n in range(3):
        streams.audio(80 + n)
    assert streams.held == "5"
    streams.tick(140)
    assert streams.held == ""


def test_a_renewed_leg_forgets_its_sources() -> None:
    streams = KeyStreams(7)
    listen(streams, 8, press(0, 1, 1000))
    listen(streams, 7, press(0, 1, 1000, event=16))
    streams.renew(9)
    assert listen(streams, 8, press(300, 1, 1000)[:3]) == [""] * 3
    assert listen(streams, 9, press(300, 1, 1000)) == ["5"] + [""] * 7
    assert streams.dropped == 8


# --- the conformance list -----------------------------------------------------------------------


class Leg:
    """A leg as far as keys go: what comes is read, and what cannot be read is dropped."""

    def __init__(self) -> None:
        self.streams = KeyStreams(0xCAFE)
        self.sequence = count(0xFFF0)
        self.dropped: list[str] = []
        self.keys = ""
        self.now_ms = 0

    def comes(self, packet: bytes) -> None:
        self.now_ms += 20
        self.streams.tick(self.now_ms)
        try:
            found = read(packet, known={8, 101})
        except BadPacketError as bad:
            self.dropped.append(bad.why)
            return
        if found.payload_type == 101:
            self.keys += self.streams.packet(found, self.now_ms)

    def event(self, event: Event, first: int = 0x80) -> None:
        second = 101 | 0x80 * event.marker
        head = pack("!BBHII", first, second, next(self.sequence) & 0xFFFF, event.timestamp, 0xCAFE)
        self.comes(head + event.payload())

    def presses(self, key: str, timestamp: int, keep: slice = slice(None)) -> None:
        for each in press(0, 0, timestamp, EVENT_KEYS.index(key))[keep]:
            self.event(each)


def test_row_73_keys_are_heard_after_all_kinds_of_rubbish() -> None:
    leg, chance = Leg(), random.Random(73)  # noqa: S311 - the same rubbish each time
    header = pack("!BBHII", 0x80, 101, 1, 160, 0xCAFE)
    rubbish = [
        b"",
        b"\x80",
        b"\x80\x65\0",
        chance.randbytes(40),
        b"\x00" + header[1:] + b"\5\x0a\0\xa0",
        b"\x90" + header[1:] + b"\xbe\xde\0\1\0\0\0\0",
        b"\x8f" + header[1:] + b"\5\x0a\0\xa0",
        b"\xa0" + header[1:] + b"\5\x0a\0\xff",
        b"\x80\x0d" + header[2:] + b"\x40",
        pack("!BBHI", 0x80, 201, 1, 0xCAFE) + bytes(4),
        header,
        header + b"\x10\x0a\0\xa0",
    ]
    for packet in rubbish:
        leg.comes(packet)
    assert leg.keys == ""
    assert len(leg.dropped) == 9
    assert leg.streams.dropped == 3
    for n, key in enumerate("45#"):
        leg.presses(key, 8000 + n * 1600)
    assert leg.keys == "45#"


def test_row_74_an_event_without_a_marker_is_a_key() -> None:
    leg = Leg()
    for each in press(0, 0, 1000, event=6):
        leg.event(each._replace(marker=False))
    assert leg.keys == "6"


def test_row_75_keys_without_their_first_packets_are_heard() -> None:
    leg = Leg()
    leg.presses("8", 1000, slice(1, None))
    leg.presses("9", 2600, slice(1, None))
    assert leg.keys == "89"


def test_row_76_the_same_key_twice_with_all_ends_lost_is_two_keys() -> None:
    leg = Leg()
    leg.presses("1", 1000, slice(0, 5))
    leg.presses("1", 2600, slice(0, 5))
    assert leg.keys == "11"


# --- captures ------------------------------------------------------------------------------------


def datagrams(capture: bytes) -> Iterator[bytes]:
    """The UDP payloads of a little pcap file (Ethernet, or Linux cooked)."""
    order = "<" if capture[:4] in {b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"} else ">"
    link = {1: 14, 113: 16}[unpack(order + "I", capture[20:24])[0]]
    at = 24
    while at < len(capture):
        (length,) = unpack(order + "I", capture[at + 8 : at + 12])
        frame = capture[at + 16 : at + 16 + length]
        at += 16 + length
        header = 4 * (frame[link] & 0x0F)
        udp = frame[link + header :]
        yield udp[8 : unpack("!H", udp[4:6])[0]]


@pytest.mark.skipif(not CAPTURES.exists(), reason=ABSENT)
def test_the_captures_hold_the_keys_of_their_list() -> None:
    listed = json.loads((CAPTURES / "index.json").read_text(encoding="utf-8"))["pcap"]
    for each in listed:
        found = [read(data) for data in datagrams((CAPTURES / each["file"]).read_bytes())]
        assert len(found) == each["rtp_packets"]
        streams = KeyStreams(found[0].ssrc)
        clock = count(0, 20)
        events = [packet for packet in found if packet.payload_type == 101]
        keys = "".join(streams.packet(packet, next(clock)) for packet in events)
        assert (each["file"], keys) == (each["file"], each["digits"])


# --- sending -------------------------------------------------------------------------------------


def test_a_key_is_sent_for_100_ms_with_three_ends_and_a_gap() -> None:
    sender = KeySender()
    sender.send("9#")
    frames = []
    for n in range(22):
        assert sender.busy == (n < 20)
        frames.append(sender.frame(1000 + 160 * n))
    first = frames[:7]
    assert frames[7:10] == [None] * 3
    assert frames[20:] == [None] * 2
    assert [frame and unpack("!BBH", frame.payload) for frame in first] == [
        *[(9, 10, 160 * n) for n in (1, 2, 3, 4)],
        *[(9, 0x8A, 800)] * 3,
    ]
    assert [frame and (frame.timestamp, frame.marker) for frame in first] == [
        (1000, True), *[(1000, False)] * 6,
    ]  # fmt: skip
    assert frames[10] == (bytes([11, 10, 0, 160]), 2600, True)


@given(st.text(EVENT_KEYS, max_size=12), st.integers(0, 0xFFFFFFFF))
def test_what_is_sent_is_heard(keys: str, start: int) -> None:
    sender, reader = KeySender(), KeyReader()
    sender.send(keys)
    got = ""
    for n in range(10 * len(keys)):
        packet = sender.frame(start + 160 * n & 0xFFFFFFFF)
        reader.tick(20 * n)
        if packet is not None:
            got += reader.packet(
                packet.payload, packet.timestamp, marker=packet.marker, sequence=n, now_ms=20 * n
            )
    assert got == keys
    assert not sender.busy


@pytest.mark.parametrize("keys", ["x", "1 2", ["10"], [""]])
def test_what_is_no_key_is_not_sent(keys: list[str]) -> None:
    with pytest.raises(MediaError):
        KeySender().send(keys)


# --- one way per leg -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(Way.EVENT, Way.INFO), (Way.INFO, Way.EVENT)])
def test_the_first_way_that_delivers_is_the_only_one(order: tuple[Way, Way]) -> None:
    source = KeySource(ways("auto", events_agreed=True))
    assert [source.admit(way) for way in order * 2] == [True, False, True, False]
    assert source.locked is order[0]


def test_tones_count_only_where_no_events_were_agreed() -> None:
    assert not KeySource(ways("auto", events_agreed=True)).admit(Way.TONE)
    assert KeySource(ways("auto", events_agreed=False)).admit(Way.TONE)
    assert not KeySource(ways("auto", events_agreed=False)).admit(Way.EVENT)


@pytest.mark.parametrize("way", list(Way))
def test_a_trunk_may_allow_one_way_only(way: Way) -> None:
    source = KeySource(ways(way.value, events_agreed=True))
    assert [other for other in Way if source.admit(other)] == [way]
