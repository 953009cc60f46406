"""What comes in on one leg: counted, checked, handed on."""

from __future__ import annotations

from random import Random

import pytest

from ivr.media.g711 import ALAW_TO_ULAW, ULAW_TO_ALAW
from ivr.media.leg.incoming import Incoming
from tests.fakes.lanes import HEADER, frame


class Ear:
    """An incoming stream and all that it gave out."""

    def __init__(self) -> None:
        self.sound: list[tuple[int, int, bytes]] = []
        self.events: list[bytes] = []
        self.keys = ""
        self.renewed = 0
        self.reports: list[bytes] = []
        self.now_ms = 0
        self.stream = Incoming(self.on_keys, self.on_renewed)
        self.stream.on_report = self.reports.append
        self.stream.take_audio = self.take
        self.stream.take_event = self.take_event
        self.stream.agree("pcma", 8, 101)

    def on_keys(self, keys: str, _passed_on: bool) -> None:
        self.keys += keys

    def on_renewed(self, _clock: int) -> None:
        self.renewed += 1

    def take(self, _kind: int, sequence: int, time: int, payload: bytearray, _clock: int) -> None:
        self.sound.append((sequence, time, bytes(payload)))

    def take_event(self, _kind: int, _seq: int, _time: int, payload: bytearray, _at: int) -> None:
        self.events.append(bytes(payload))

    def octets(self, data: bytes) -> None:
        buffer = bytearray(2048)
        buffer[: len(data)] = data
        self.now_ms += 20
        self.stream.packet(buffer, len(data), 0, self.now_ms)

    def rtp(self, sequence: int, kind: int = 8, ssrc: int = 7, payload: bytes = b"x" * 160) -> None:
        data = HEADER.pack(0x80, kind, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF, ssrc)
        self.octets(data + payload)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_sound_is_handed_on_in_order_of_arrival_without_its_header(ear: Ear) -> None:
    for number in (65_535, 65_536, 65_538, 65_537):
        ear.rtp(number)
    assert [each[0] for each in ear.sound] == [65_535, 0, 2, 1]
    assert {each[2] for each in ear.sound} == {b"x" * 160}
    assert ear.stream.totals == (4, 0, 0, 1)


def test_doubles_are_counted_and_dropped(ear: Ear) -> None:
    for number in (1, 2, 2, 4):
        ear.rtp(number)
    assert len(ear.sound) == 3
    assert ear.stream.totals == (3, 1, 1, 0)


def test_nobody_listening_costs_nothing_but_a_count(ear: Ear) -> None:
    ear.stream.take_audio = ear.stream.take_event = None
    ear.rtp(1)
    ear.rtp(2, 0)
    ear.rtp(3, 101, payload=b"\1\2\0\xa0")
    assert ear.stream.totals[0] == 3
    assert ear.keys == "1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x80\x08\x00",
        bytes(172),
        b"\x00" + bytes(171),
        b"\x8f\x08" + bytes(10),
        b"\x90\x08" + bytes(12) + b"\xff\xff",
        b"\xa0\x08" + bytes(10) + b"\xff",
        b"\x80\x60" + bytes(170),
        b"\x80\x08" + bytes(1600),
    ],
)
def test_what_is_damaged_is_counted_and_changes_nothing(ear: Ear, data: bytes) -> None:
    ear.rtp(1)
    ear.octets(data)
    ear.rtp(2)
    assert len(ear.sound) == 2
    assert ear.stream.refused == 1


def test_noise_of_all_kinds_raises_nothing(ear: Ear) -> None:
    chance = Random(3)  # noqa: S311 - repeatable noise
    for _ in range(3000):
        ear.octets(chance.randbytes(chance.choice((0, 1, 11, 12, 16, 40, 172))))
    ear.rtp(1, ssrc=9)


def test_unusual_forms_of_good_packets_are_understood(ear: Ear) -> None:
    head = HEADER.pack(0x80, 8, 1, 160, 7)
    extended = bytes([0x91]) + head[1:] + b"\0\0\0\1" + b"\0\0\0\1wxyz" + b"a" * 160
    padded = bytes([0xA0]) + HEADER.pack(0x80, 8, 2, 320, 7)[1:] + b"b" * 160 + b"\0\0\0\4"
    ear.octets(extended)
    ear.octets(padded)
    assert [each[2][:1] + each[2][-1:] for each in ear.sound] == [b"aa", b"bb"]


def test_the_other_g711_code_is_taken_and_translated(ear: Ear) -> None:
    ear.rtp(1, 0, payload=frame(3))
    ear.stream.agree("pcmu", 0, None)
    ear.rtp(2, 8, payload=frame(3))
    assert [each[2][0] for each in ear.sound] == [ULAW_TO_ALAW[3], ALAW_TO_ULAW[3]]


def test_comfort_noise_is_life_and_no_sound(ear: Ear) -> None:
    ear.rtp(1, 13, payload=b"\x40")
    assert ear.sound == []
    assert ear.stream.heard_ms == 20


def test_a_strange_ssrc_is_believed_after_four_packets_in_a_row(ear: Ear) -> None:
    ear.rtp(1)
    for number in range(3):
        ear.rtp(500 + number, ssrc=8)
    ear.rtp(2)
    for number in range(4):
        ear.rtp(600 + number, ssrc=8)
    assert [each[0] for each in ear.sound] == [1, 2, 603]
    assert ear.renewed == 1
    assert ear.stream.totals[0] == 3


def test_keys_under_an_ssrc_of_their_own_count_from_the_fourth_packet(ear: Ear) -> None:
    ear.rtp(1)
    for number in range(6):
        ear.octets(HEADER.pack(0x80, 101, 900 + number, 5000, 99) + bytes([5, 10, number, 0]))
    ear.rtp(2)
    assert ear.keys == "5"
    assert ear.events == []
    assert len(ear.sound) == 2


def test_a_far_end_that_counts_anew_is_followed_at_the_second_packet(ear: Ear) -> None:
    for number in (1, 2, 30_000, 30_001, 30_002):
        ear.rtp(number)
    assert [each[0] for each in ear.sound] == [1, 2, 30_001, 30_002]
    assert ear.renewed == 1


def test_the_same_key_twice_with_lost_ends_is_two_keys(ear: Ear) -> None:
    ear.rtp(1)
    ear.octets(HEADER.pack(0x80, 101, 2, 320, 7) + b"\1\x0a\0\xa0")
    for number in range(3, 8):
        ear.rtp(number)
    ear.octets(HEADER.pack(0x80, 101, 8, 9000, 7) + b"\1\x0a\0\xa0")
    assert ear.keys == "11"
    assert len(ear.events) == 2


def test_a_key_that_nobody_else_took_at_its_start_is_theirs_alone_to_its_end(ear: Ear) -> None:
    take, ear.stream.take_event = ear.stream.take_event, None
    ear.rtp(1, 101, payload=b"\1\x0a\0\xa0")
    ear.stream.take_event = take
    ear.octets(HEADER.pack(0x80, 101, 2, 160, 7) + b"\1\x0a\1\x40")
    assert ear.events == []
    ear.rtp(20, 101, payload=b"\2\x0a\0\xa0")
    assert ear.events == [b"\2\x0a\0\xa0"]


def test_reports_on_the_same_port_go_their_own_way(ear: Ear) -> None:
    report = b"\x80\xc9\0\1\0\0\0\7"
    ear.octets(report)
    ear.stream.on_report = None
    ear.octets(report)
    assert ear.reports == [report]


def test_jitter_is_measured(ear: Ear) -> None:
    assert ear.stream.received is None
    for number in range(50):
        ear.now_ms += 10 * (number % 2)
        ear.rtp(number)
    assert 2 < ear.stream.jitter_ms < 11
    assert ear.stream.received is not None


def test_adopting_the_same_source_again_forgets_nothing(ear: Ear) -> None:
    ear.rtp(1)
    ear.stream.adopt(7, 0)
    assert ear.renewed == 0
    ear.stream.adopt(8, 0)
    ear.rtp(5, ssrc=8)
    assert ear.stream.totals[0] == 2
