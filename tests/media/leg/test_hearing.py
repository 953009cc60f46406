"""Several legs that hear each other, packet by packet."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin
from typing import TYPE_CHECKING

import pytest

from ivr.media.collect import Listen
from ivr.media.dtmf import Way
from ivr.media.g711 import ALAW_TO_ULAW, RATE, ULAW_TO_ALAW, decode, encode
from ivr.media.items import Clip, Music
from ivr.media.leg.told import Collected
from ivr.media.tone import key_tone, sines
from tests.fakes.lanes import EVENTS, Bench, Phone, frame

if TYPE_CHECKING:
    from collections.abc import Sequence

HOLD = Music(("m/100/77",))
TONES = {1: 350, 2: 450, 3: 600}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def join(*phones: Phone) -> None:
    """Everybody hears everybody else."""
    for phone in phones:
        others = [each.lane for each in phones if each is not phone]
        phone.lane.hear(others, None, keys=True)


def octets(phone: Phone) -> list[int]:
    return [packet.payload[0] for packet in phone.got]


def unbroken(phone: Phone) -> bool:
    """Numbers rise by one, time never falls and never leaves out more than 20 ms."""
    return all(
        (b.sequence - a.sequence) % 65_536 == 1 and 160 <= (b.time - a.time) % 2**32 <= 320
        for a, b in pairwise(phone.got)
    )


def level(phone: Phone, hz: float, last: int = 50) -> float:
    """How strong a tone is in the last second that a phone heard; 1 = as loud as it was sent."""
    pcm = b"".join(decode("pcma", packet.payload) for packet in phone.got[-last:])
    samples = memoryview(pcm).cast("h")
    turn = 2 * pi * hz / RATE
    even = sum(value * cos(turn * n) for n, value in enumerate(samples))
    odd = sum(value * sin(turn * n) for n, value in enumerate(samples))
    peak = 32768 * 2**0.5 * 10 ** (-20 / 20)
    return float(2 * (even * even + odd * odd) ** 0.5 / len(samples) / peak)


def speak(bench: Bench, phones: Sequence[Phone], ms: int) -> None:
    """Each phone sends its own tone at -20 dBFS."""
    tones = {
        phone.lane.leg: encode("pcma", sines([(TONES[phone.lane.leg], -20)], RATE))
        for phone in phones
    }
    for number in range(ms // 20):
        bench.run(10)
        for phone in phones:
            at = number % 50 * 160
            phone.send(tones[phone.lane.leg][at : at + 160])
        bench.run(10)


def test_two_hear_each_other_at_once_and_without_a_hole(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    bench.run(100)
    join(one, two)
    bench.run(1000, talking=[(one, 11), (two, 22)])
    assert octets(two)[-45:] == [11] * 45
    assert octets(one)[-45:] == [22] * 45
    assert unbroken(one)
    assert unbroken(two)
    assert len({packet.ssrc for packet in one.got}) == 1


def test_what_one_hears_ends_with_the_bridge(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    bench.run(500, talking=[(one, 11)])
    two.lane.hear([], None, keys=True)
    bench.run(500, talking=[(one, 11)])
    assert set(octets(two)[-20:]) == {0xD5}
    assert unbroken(two)


@pytest.mark.parametrize(
    ("here", "there", "table"), [("pcma", "pcmu", ALAW_TO_ULAW), ("pcmu", "pcma", ULAW_TO_ALAW)]
)
def test_two_codes_are_translated(bench: Bench, here: str, there: str, table: bytes) -> None:
    types = {"pcma": 8, "pcmu": 0}
    one = bench.phone(1, codec=here, pt=types[here])
    two = bench.phone(2, codec=there, pt=types[there])
    join(one, two)
    for _ in range(3):
        one.send(frame(33), types[here])
    assert octets(two)[-3:] == [table[33]] * 3
    assert {packet.kind for packet in two.got[-3:]} == {types[there]}
    two.lane.agree(bench.peer(2, codec=here, pt=types[here]))
    one.send(frame(33), types[here])
    assert octets(two)[-1] == 33


def test_keys_go_through_with_the_type_of_the_other_side(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2, event_pt=96)
    join(one, two)
    bench.run(200, talking=[(one, 11), (two, 22)])
    one.press("7")
    events = [packet for packet in two.got if packet.kind == 96]
    assert [packet.payload[0] for packet in events] == [7] * 8
    assert len({packet.time for packet in events}) == 1
    assert [packet.marker for packet in events] == [True] + [False] * 7
    one.lane.hear([], None, keys=True)
    two.lane.hear([], None, keys=True)
    one.lane.collect(3, (), Listen(keys=("7",)))
    assert bench.told == []  # spoken to the other side, not typed ahead


def test_keys_become_tones_where_events_are_unknown(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2, event_pt=None)
    join(one, two)
    one.press("7")
    bench.run(300, talking=[(one, 11)])
    assert two.got[0].payload == key_tone("7", "pcma")[:160]
    assert {packet.kind for packet in two.got} == {8}
    assert octets(two)[-1] == 11


def test_keys_by_signalling_are_pressed_again_on_the_other_side(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    one.lane.keys.press("9", Way.INFO)
    bench.run(300, talking=[(one, 11)])
    assert {packet.payload[0] for packet in two.got if packet.kind == EVENTS} == {9}


def test_tones_in_the_sound_go_as_sound_alone(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    assert one.lane.hearing.pass_on("1", True, False)
    bench.run(100)
    assert {packet.kind for packet in two.got} == {8}


def test_no_key_reaches_the_agent_during_a_listen(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    one.lane.collect(3, (), Listen(entry_least=4, entry_most=4))
    for key in "1234":
        one.press(key)
        bench.run(200, talking=[(one, 11)])
    assert {packet.kind for packet in two.got} == {8}
    assert [each.keys for each in bench.told if isinstance(each, Collected)] == ["1234"]
    one.press("5")
    assert two.got[-1].kind == EVENTS


def test_keys_may_be_kept_from_a_listener(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    two.lane.hear([one.lane], None, keys=False)
    one.press("5")
    bench.run(100)
    assert {packet.kind for packet in two.got} == {8}


def test_hold_music_is_heard_while_there_is_nobody(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    two.lane.hear([], HOLD, keys=True)
    bench.run(500)
    assert octets(two) == [77] * 25
    two.lane.hear([one.lane], HOLD, keys=True)
    bench.run(200, talking=[(one, 11)])
    assert octets(two)[-8:] == [11] * 8
    assert unbroken(two)


def test_a_whisper_covers_the_voice_of_the_other_and_then_it_is_back(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    bench.run(200, talking=[(one, 11)])
    two.lane.play(9, (Clip("w/10/55", 10),))
    bench.run(400, talking=[(one, 11)])
    assert octets(two).count(55) == 10
    assert octets(two)[-5:] == [11] * 5
    first = octets(two).index(55)
    assert octets(two)[first : first + 10] == [55] * 10
    assert unbroken(two)


def test_a_voice_that_pauses_is_filled_with_silence(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    bench.run(200, talking=[(one, 11)])
    bench.run(1000)
    assert octets(two).count(0xD5) >= 38
    bench.run(200, talking=[(one, 11)])
    assert octets(two)[-9:] == [11] * 9


def test_a_source_that_begins_anew_makes_no_jump(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    bench.run(200, talking=[(one, 11)])
    one.ssrc, one.sequence, one.time = 99, 4000, 12345
    bench.run(400, talking=[(one, 12)])
    assert octets(two)[-10:] == [12] * 10
    assert all((b.sequence - a.sequence) % 65_536 == 1 for a, b in pairwise(two.got))


def test_a_leg_on_hold_is_not_heard(bench: Bench) -> None:
    one, two = bench.phone(1), bench.phone(2)
    join(one, two)
    one.lane.agree(bench.peer(1, direction="sendonly"))
    bench.run(500, talking=[(one, 11)])
    assert set(octets(two)) == {0xD5}


def test_three_hear_each_other_and_nobody_himself(bench: Bench) -> None:
    phones = [bench.phone(leg) for leg in TONES]
    join(*phones)
    speak(bench, phones, 1600)
    for phone in phones:
        for leg, hz in TONES.items():
            heard = level(phone, hz)
            if leg == phone.lane.leg:
                assert heard < 0.01
            else:
                assert 0.89 < heard < 1.12  # 1 dB
        assert unbroken(phone)


def test_a_supervisor_hears_both_and_neither_hears_him(bench: Bench) -> None:
    one, two, boss = (bench.phone(leg) for leg in TONES)
    join(one, two)
    boss.lane.hear([one.lane, two.lane], None, keys=False)
    speak(bench, [one, two, boss], 1600)
    assert 0.89 < level(boss, TONES[1]) < 1.12
    assert 0.89 < level(boss, TONES[2]) < 1.12
    assert level(one, TONES[3]) < 0.01
    assert level(two, TONES[3]) < 0.01
    assert one.lane.out.packets == two.lane.out.packets
    boss.lane.hear([], None, keys=False)
    assert one.lane.hearing.voice is None


def test_keys_reach_those_who_hear_several(bench: Bench) -> None:
    phones = [bench.phone(leg) for leg in TONES]
    join(*phones)
    phones[0].press("4")
    bench.run(300)
    for phone in phones[1:]:
        assert {packet.payload[0] for packet in phone.got if packet.kind == EVENTS} == {4}
    assert all(packet.kind == 8 for packet in phones[0].got)


def test_a_conference_of_silent_people_is_silence(bench: Bench) -> None:
    phones = [bench.phone(leg) for leg in TONES]
    join(*phones)
    bench.run(200)
    assert {octet for phone in phones for octet in octets(phone)} == {0xD5}


def test_who_leaves_is_missed_by_nobody(bench: Bench) -> None:
    phones = [bench.phone(leg) for leg in TONES]
    join(*phones)
    bench.run(100)
    phones[2].lane.close()
    del bench.phones[3]
    bench.run(200, talking=[(phones[0], 11), (phones[1], 22)])
    assert octets(phones[0])[-8:] == [22] * 8
    assert octets(phones[1])[-8:] == [11] * 8
    phones[1].lane.close()
    bench.run(100)
    assert set(octets(phones[0])[-3:]) == {0xD5}


def test_nobody_hears_himself_even_if_told_to(bench: Bench) -> None:
    one = bench.phone(1)
    one.lane.hear([one.lane], None, keys=True)
    bench.run(200, talking=[(one, 11)])
    assert set(octets(one)) == {0xD5}
