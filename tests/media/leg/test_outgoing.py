"""Numbers and times of what one leg sends, whoever is heard."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ivr.media.dtmf import KeyPacket
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.passing import BEGINS
from tests.fakes.lanes import Heard, packet_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.rtp import Buffer

SILENT = bytes(160)


class Line:
    """An outgoing stream and what left it."""

    def __init__(self, sequence: int = 65_534, time: int = 2**32 - 200) -> None:
        self.got: list[Heard] = []
        self.out = Outgoing(77, sequence, time)
        self.out.payload_type = 8
        self.out.event_type = 101
        self.out.send = self.take

    def take(self, parts: Sequence[Buffer]) -> None:
        self.got.append(packet_of(b"".join(parts)))


def carry(line: Line, sequence: int, time: int, clock: int, *, kind: int = 0) -> None:
    line.out.carry(kind, sequence, time, bytearray(SILENT), clock)


def test_own_frames_count_up_by_one_and_by_160_across_the_wraps() -> None:
    line = Line()
    for tick in range(1, 5):
        line.out.frame(SILENT, tick * 160)
    assert [each.sequence for each in line.got] == [65_535, 0, 1, 2]
    times = [each.time for each in line.got]
    assert all((b - a) % 2**32 == 160 for a, b in pairwise(times))
    assert [each.marker for each in line.got] == [True, False, False, False]
    assert {each.ssrc for each in line.got} == {77}


def test_after_a_pause_the_time_has_gone_on_and_the_marker_is_set() -> None:
    line = Line()
    line.out.frame(SILENT, 160)
    line.out.frame(SILENT, 160 * 11)
    first, second = line.got
    assert (second.time - first.time) % 2**32 == 1600
    assert second.sequence == (first.sequence + 1) & 0xFFFF
    assert second.marker


def test_a_carried_voice_goes_on_where_our_own_sound_stopped() -> None:
    line = Line()
    line.out.frame(SILENT, 160)
    for number in range(3):
        carry(line, 500 + number, 90_000 + 160 * number, 160 * (1 + number))
    line.out.frame(SILENT, 160 * 4)
    numbers = [each.sequence for each in line.got]
    assert numbers == [65_535, 0, 1, 2, 3]
    assert all((b.time - a.time) % 2**32 == 160 for a, b in pairwise(line.got))
    assert [each.marker for each in line.got] == [True, True, False, False, True]


def test_losses_and_order_of_a_carried_voice_are_kept() -> None:
    line = Line(sequence=9, time=0)
    for sequence in (100, 101, 104, 103):
        carry(line, sequence, sequence * 160, 160)
    assert [each.sequence for each in line.got] == [10, 11, 14, 13]
    line.out.frame(SILENT, 320)
    assert line.got[-1].sequence == 15


def test_somebody_else_is_carried_without_a_jump() -> None:
    line = Line()
    carry(line, 1, 5000, 160)
    line.out.renew(320)
    carry(line, 40_000, 7, 320)
    first, second = line.got
    assert second.sequence == (first.sequence + 1) & 0xFFFF
    assert (second.time - first.time) % 2**32 in {160, 320}


def test_keys_keep_the_time_of_their_start_and_sound_goes_on_behind_them() -> None:
    line = Line()
    line.out.frame(SILENT, 160)
    start = line.out.time_at(320)
    for tick in range(2, 5):
        line.out.key(KeyPacket(b"\1\2\3\4", start, marker=tick == 2), tick * 160)
    line.out.frame(SILENT, 5 * 160)
    assert [each.kind for each in line.got] == [8, 101, 101, 101, 8]
    assert [each.time for each in line.got[1:4]] == [start] * 3
    assert [(b.sequence - a.sequence) % 65_536 for a, b in pairwise(line.got)] == [1] * 4
    assert (line.got[-1].time - line.got[0].time) % 2**32 == 4 * 160


def test_carried_keys_do_not_turn_the_time_back() -> None:
    line = Line()
    for number in range(5):
        carry(line, number, 160 * number, 160 * (1 + number))
    line.out.carry_event(0x80 | BEGINS, 5, 800, bytearray(b"\1\2\0\xa0"), 960)
    line.out.carry_event(0, 6, 800, bytearray(b"\1\2\1\x40"), 1120)
    line.out.frame(SILENT, 1280)
    assert [each.kind for each in line.got[5:7]] == [101, 101]
    assert (line.got[-1].time - line.got[4].time) % 2**32 == 3 * 160
    assert line.got[-1].sequence == (line.got[-2].sequence + 1) & 0xFFFF


def test_keys_alone_may_begin_a_carried_voice() -> None:
    line = Line()
    line.out.carry_event(0x80 | BEGINS, 5, 800, bytearray(b"\1\2\3\4"), 160)
    assert line.got[0].kind == 101
    assert line.got[0].marker


def test_where_no_keys_were_agreed_none_are_sent() -> None:
    line = Line()
    line.out.event_type = None
    line.out.carry_event(BEGINS, 1, 1, bytearray(4), 160)
    line.out.key(KeyPacket(bytes(4), 1, marker=True), 160)
    assert line.got == []


def test_on_hold_nothing_is_sent_and_nothing_is_counted() -> None:
    line = Line()
    line.out.send = None
    line.out.frame(SILENT, 160)
    carry(line, 1, 1, 160)
    line.out.carry_event(BEGINS, 1, 1, bytearray(4), 160)
    line.out.key(KeyPacket(bytes(4), 1, marker=True), 160)
    line.out.comfort(13, 160)
    assert line.got == []
    assert line.out.sent(160)[1:] == (0, 0)


def test_another_code_is_translated_on_the_way() -> None:
    line = Line()
    line.out.translate = bytes((octet + 1) % 256 for octet in range(256))
    carry(line, 1, 1, 160)
    assert set(line.got[0].payload) == {1}


def test_comfort_noise_is_one_octet() -> None:
    line = Line()
    line.out.comfort(13, 160)
    assert (line.got[0].kind, len(line.got[0].payload)) == (13, 1)


def test_an_error_of_the_network_is_counted_and_ends_nothing() -> None:
    line = Line()

    def refused(_parts: Sequence[Buffer]) -> None:
        raise ConnectionRefusedError

    line.out.send = refused
    line.out.frame(SILENT, 160)
    carry(line, 1, 1, 160)
    assert line.out.errors == 2


def test_what_was_sent_is_known_for_reports() -> None:
    line = Line(time=1000)
    assert line.out.sent(0) == (1000, 0, 0)
    line.out.frame(SILENT, 160)
    assert line.out.sent(480) == (1000 + 480, 1, 160)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5)), max_size=60))
def test_whatever_is_sent_numbers_rise_by_one_and_time_never_falls(
    steps: list[tuple[bool, int]],
) -> None:
    line = Line()
    clock, far = 0, 700
    for own, ticks in steps:
        clock += 160 * ticks
        if own:
            line.out.frame(SILENT, clock)
        else:
            far += 1
            carry(line, far, 1_000_000 + clock, clock)
    for before, after in pairwise(line.got):
        assert (after.sequence - before.sequence) % 65_536 == 1
        assert 0 < (after.time - before.time) % 2**32 < 20 * 160


def test_a_key_packet_that_comes_late_keeps_its_old_number() -> None:
    line = Line(sequence=9)
    for sequence in (5, 7, 6):
        line.out.carry_event(BEGINS if sequence == 5 else 0, sequence, 800, bytearray(4), 160)
    assert [each.sequence for each in line.got] == [10, 12, 11]
    line.out.frame(SILENT, 320)
    assert line.got[-1].sequence == 13


def test_our_own_key_may_begin_while_a_voice_is_carried() -> None:
    line = Line(time=1000)
    carry(line, 1, 5000, 160)
    assert line.out.carried_within(1600, 160)
    begun = line.got[-1].time
    assert line.out.time_at(320) == begun + 160
    assert not line.out.carried_within(1600, 320)
