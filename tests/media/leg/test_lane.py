"""One leg with its far end, packet by packet on simulated time."""

from __future__ import annotations

from itertools import pairwise
from struct import Struct
from typing import TYPE_CHECKING

import pytest

from ivr.media.collect import Listen
from ivr.media.dtmf import Way
from ivr.media.items import Clip, Item, Music, Pause
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.told import Closed, Collected, Ended, Silent
from ivr.media.rtcp import Bye, parse
from tests.fakes.lanes import EVENTS, Bench, Phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.rtp import Buffer

TWO = (Clip("p/100/9", 100),)
MENU = Listen(keys=("1", "2"), first_s=5, between_s=3)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def collected(bench: Bench) -> list[Collected]:
    return [each for each in bench.told if isinstance(each, Collected)]


def octets(phone: Phone) -> list[int]:
    return [packet.payload[0] for packet in phone.got]


def unbroken(phone: Phone) -> bool:
    """Whether every packet follows the one before it without a hole."""
    return all(
        (b.sequence - a.sequence) % 65_536 == 1 and (b.time - a.time) % 2**32 == 160
        for a, b in pairwise(phone.got)
    )


def test_a_prompt_goes_out_at_50_packets_a_second(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(1990)
    assert len(phone.got) == 99
    assert bench.told == []
    bench.run(30)
    assert bench.told == [Ended(1, 5, "end", 2000)]
    assert octets(phone)[:100] == [9] * 100
    assert octets(phone)[100] == 0xD5
    assert unbroken(phone)
    assert [packet.marker for packet in phone.got] == [True] + [False] * 100
    assert {len(packet.payload) for packet in phone.got} == {160}


def test_silence_is_sent_on_and_on(bench: Bench) -> None:
    phone = bench.phone(1, codec="pcmu", pt=0)
    bench.run(1000)
    assert octets(phone) == [0xFF] * 50
    assert phone.got[0].kind == 0


def test_silence_that_is_not_wanted_stops_after_ten_frames(bench: Bench) -> None:
    phone = bench.phone(1, silence="suppressed", cn_pt=13)
    bench.run(1000)
    assert [packet.kind for packet in phone.got] == [8] * 10 + [13]
    phone.lane.play(5, (Clip("p/2/9", 2),))
    bench.run(1000)
    spurt = phone.got[11:]
    assert [packet.kind for packet in spurt] == [8] * 12 + [13]
    assert spurt[0].marker
    assert (spurt[0].time - phone.got[0].time) % 2**32 == 50 * 160


def test_a_key_stops_the_prompt_at_the_first_packet(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, TWO, MENU)
    bench.run(500)
    phone.raw(b"\2\x0a\0\xa0", EVENTS, 1, 8000, marker=True)
    bench.run(40)
    assert octets(phone)[-2:] == [0xD5, 0xD5]
    assert [(each.turn, each.keys, each.reason) for each in collected(bench)] == [(6, "2", "match")]


def test_a_prompt_that_must_be_heard_goes_on_and_then_the_answer_comes(bench: Bench) -> None:
    items: tuple[Item, ...] = (
        Clip("p/10/7", 10),
        Clip("p/10/8", 10, barge_in=False),
        Clip("p/10/9", 10),
    )
    phone = bench.phone(1)
    phone.lane.collect(6, items, MENU)
    bench.run(105)
    phone.press("1")
    assert collected(bench) == []
    bench.run(300)
    assert octets(phone)[:16] == [7] * 5 + [8] * 10 + [0xD5]
    assert [each.keys for each in collected(bench)] == ["1"]


def test_keys_typed_ahead_answer_before_anything_is_played(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.press("1")
    phone.lane.collect(6, TWO, MENU)
    bench.run(100)
    assert [each.keys for each in collected(bench)] == ["1"]
    assert set(octets(phone)) == {0xD5}


def test_keys_the_server_knows_are_used_once_and_flush_forgets(bench: Bench) -> None:
    lane = bench.phone(1).lane
    lane.ear.ahead("12", flush=False)
    lane.collect(6, TWO, MENU)
    assert [(each.keys, each.left) for each in collected(bench)] == [("1", "2")]
    lane.ear.ahead("", flush=True)
    lane.collect(7, TWO, MENU)
    assert len(collected(bench)) == 1


def test_silence_after_the_prompt_ends_the_listen(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, TWO, MENU)
    bench.run(6980)
    assert collected(bench) == []
    bench.run(60)
    assert [(each.reason, each.ended_by) for each in collected(bench)] == [("none", "first")]


def test_the_wait_begins_at_the_real_end_of_a_longer_file(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, (Clip("p/200/9", 1),), MENU)
    bench.run(4900)
    assert octets(phone)[199] == 9
    bench.run(4000)
    assert collected(bench) == []
    bench.run(200)
    assert len(collected(bench)) == 1


def test_a_stopped_listen_gives_no_answer_and_keeps_later_keys(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, TWO, MENU)
    bench.run(100)
    phone.lane.stop(6)
    phone.press("1")
    bench.run(100)
    assert bench.told == []
    assert octets(phone)[-1] == 0xD5
    phone.lane.collect(7, TWO, MENU)
    assert [each.turn for each in collected(bench)] == [7]


def test_a_stopped_prompt_says_how_far_it_came(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(400)
    phone.lane.stop(5)
    assert bench.told == [Ended(1, 5, "stopped", 400)]


def test_what_is_missing_fails_at_once(bench: Bench) -> None:
    phone = bench.phone(1)
    bench.shelf.missing.add("p/100/9")
    phone.lane.play(5, TWO)
    phone.lane.collect(6, TWO, MENU)
    assert [(each.turn, each.why) for each in bench.told if isinstance(each, Ended)] == [
        (5, "failed"),
        (6, "failed"),
    ]
    phone.press("1")
    assert collected(bench) == []


def test_music_waits_behind_a_prompt_and_goes_on(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, (Music(("m/10/1", "m/10/2")),), loop=True)
    bench.run(300)
    phone.lane.play(6, (Clip("p/3/9", 3),))
    bench.run(200)
    assert octets(phone) == [1] * 10 + [2] * 5 + [9] * 3 + [2] * 5 + [1] * 2
    assert unbroken(phone)


def test_on_hold_nothing_is_sent_but_time_goes_on(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(400)
    phone.lane.agree(bench.peer(1, direction="recvonly"))
    bench.run(400)
    assert len(phone.got) == 20
    phone.lane.agree(bench.peer(1))
    bench.run(1300)
    assert bench.told == [Ended(1, 5, "end", 2000)]
    resumed = phone.got[20]
    assert resumed.marker
    assert (resumed.time - phone.got[19].time) % 2**32 == 21 * 160
    assert resumed.sequence == (phone.got[19].sequence + 1) & 0xFFFF


def test_the_codec_may_change_in_mid_prompt(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(200)
    phone.lane.agree(bench.peer(1, codec="pcmu", pt=0))
    bench.run(200)
    assert [packet.kind for packet in phone.got] == [8] * 10 + [0] * 10
    assert octets(phone)[10:] == [8] * 10
    assert unbroken(phone)


def test_a_short_stall_is_made_up_for_and_a_long_one_is_marked(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(200)
    bench.stall(60)
    assert len(phone.got) == 13
    assert unbroken(phone)
    bench.stall(1000)
    bench.run(1000)
    jump = phone.got[13]
    assert jump.marker
    assert (jump.time - phone.got[12].time) % 2**32 == 50 * 160
    assert jump.sequence == (phone.got[12].sequence + 1) & 0xFFFF
    assert octets(phone)[13] == 9
    bench.run(1000)
    assert octets(phone).count(9) == 100
    assert phone.lane.life.counters(0).late_frames == 49


def test_a_caller_loses_no_time_to_answer_while_the_worker_stalls(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, (), MENU)
    bench.run(4000)
    bench.stall(3000)
    assert collected(bench) == []
    bench.run(1100)
    assert len(collected(bench)) == 1


def test_keys_we_press_replace_the_sound(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(5, TWO)
    bench.run(100)
    phone.lane.send_keys("5x#")
    bench.run(500)
    events = [packet for packet in phone.got if packet.kind == EVENTS]
    assert [packet.payload[0] for packet in events] == [5] * 7 + [11] * 7
    assert [packet.marker for packet in events].count(True) == 2
    assert [packet.payload[1] >> 7 for packet in events[:7]] == [0, 0, 0, 0, 1, 1, 1]
    assert octets(phone)[-1] == 9
    bench.run(2000)
    assert octets(phone).count(9) == 100


def test_without_events_our_keys_are_tones(bench: Bench) -> None:
    phone = bench.phone(1, event_pt=None)
    phone.lane.send_keys("5")
    bench.run(300)
    assert {packet.kind for packet in phone.got} == {8}
    assert len(set(phone.got[2].payload)) > 20
    assert set(phone.got[-1].payload) == {0xD5}


def test_one_press_that_comes_two_ways_is_one_key(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, (), Listen(entry_least=1, entry_most=4))
    phone.press("5")
    phone.lane.keys.press("5", Way.INFO)
    bench.run(4000)
    assert [each.keys for each in collected(bench)] == ["5"]


def test_info_is_a_way_until_another_has_delivered(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.collect(6, (), MENU)
    phone.lane.keys.press("1")
    assert [each.keys for each in collected(bench)] == ["1"]


def test_a_minute_without_anything_is_told_once(bench: Bench) -> None:
    phone = bench.phone(1)
    for _ in range(65):
        bench.run(1000)
        phone.lane.second()
    assert bench.told == [Silent(1)]
    phone.send(bytes(160))
    for _ in range(65):
        bench.run(1000)
        phone.lane.second()
    assert bench.told == [Silent(1), Silent(1)]


def test_on_hold_nothing_is_due_from_the_far_end(bench: Bench) -> None:
    phone = bench.phone(1, direction="sendonly")
    for _ in range(130):
        bench.run(1000)
        phone.lane.second()
    assert bench.told == []


def test_at_the_end_everything_is_counted(bench: Bench) -> None:
    phone = bench.phone(1)
    bench.run(200, talking=[(phone, 1)])
    phone.press("4")
    bye = phone.lane.close()
    assert parse(bye)[-1] == Bye((phone.got[0].ssrc,), "")
    (closed,) = bench.told
    assert isinstance(closed, Closed)
    assert (closed.counters.packets_in, closed.counters.packets_out) == (18, 10)
    assert closed.counters.keys == 1


def test_a_prompt_may_wait_for_the_far_end_to_be_known(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.reach(None)
    bench.run(100)
    assert phone.got == []
    phone.lane.play(5, (Pause(20),))
    phone.lane.reach(phone.take)
    bench.run(100)
    assert len(phone.got) == 5


@pytest.mark.unmeasured
def test_ten_hours_cross_all_wraps(bench: Bench) -> None:
    lane = bench.phone(1).lane
    lane.play(5, (Clip("p/50/9", 50),), loop=True)
    lane.out = Outgoing(77, 65_000, 2**32 - 3600 * 8000)
    lane.out.payload_type = 8
    numbers = Struct("!xBHI")
    before = 0x88, 65_000, 2**32 - 3600 * 8000
    broken = []

    def check(parts: Sequence[Buffer]) -> None:
        nonlocal before
        _, sequence, time = now = numbers.unpack_from(parts[0])
        if (sequence - before[1] & 0xFFFF, time - before[2] & 0xFFFFFFFF) != (1, 160):
            broken.append(now)
        before = now

    lane.out.send = check
    for tick in range(1, 10 * 3600 * 50 + 1):
        lane.tick(20, tick * 160)
    assert broken == []
    assert lane.out.packets == 1_800_000
    assert before[2] < 2**31 < lane.out.octets * 16


def test_what_lasts_no_time_is_passed_over_in_one_tick(bench: Bench) -> None:
    phone = bench.phone(1)
    phone.lane.play(4, (Pause(0),), loop=True)
    phone.lane.play(5, (Pause(0),))
    bench.run(20)
    assert octets(phone) == [0xD5]
    assert [each.turn for each in bench.told if isinstance(each, Ended)] == [5, 4]
