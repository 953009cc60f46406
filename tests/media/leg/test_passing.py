"""Keys of one leg that are passed on to another: packet by packet, through a bad network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.collect import Listen
from ivr.media.dtmf import KeyReader, Way
from ivr.media.items import Clip
from ivr.media.leg.outgoing import Outgoing
from ivr.media.leg.passing import BEGINS, Passing
from ivr.media.rtp import Received, difference32
from tests.fakes.lanes import EVENTS, Bench, Phone, frame, packet_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ivr.media.rtp import Buffer
    from tests.fakes.lanes import Heard

WRAP_SOON = 2**32 - 3000


@dataclass(frozen=True, slots=True)
class Press:
    """One press: its key, how many updates, sound or a pause of so many frames behind it."""

    key: int
    updates: int = 5
    gap: int = 5
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet of the pressing phone: when it leaves, and what it is."""

    at_ms: int
    kind: int
    marker: bool
    sequence: int
    time: int
    payload: bytes


def stream(presses: Sequence[Press], *, first: int = 65_500) -> list[Sent]:
    """What a phone sends: the volume of an event tells the number of its press."""
    sent: list[Sent] = []
    tick = 0

    def add(kind: int, begun: int, payload: bytes, *, marker: bool = False) -> None:
        number = first + len(sent) & 0xFFFF
        sent.append(
            Sent(20 * tick, kind, marker, number, WRAP_SOON + begun * 160 & 0xFFFFFFFF, payload)
        )

    for number, press in enumerate(presses):
        begun = tick
        for at in range(press.updates + 3):
            end = 0x80 if at >= press.updates else 0
            duration = 160 * min(at + 1, press.updates)
            payload = bytes([press.key, end | number]) + duration.to_bytes(2, "big")
            add(EVENTS, begun, payload, marker=at == 0)
            tick += 1
        for _ in range(press.gap):
            if press.sound:
                add(8, tick, frame(11))
            tick += 1
    return sent


class Bridge:
    """Two phones that hear each other, and a network before the first."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.one, self.two = self.bench.phone(1), self.bench.phone(2)
        self.join()
        self.bench.run(60)

    def join(self) -> None:
        self.one.lane.hear([self.two.lane], None, keys=True)
        self.two.lane.hear([self.one.lane], None, keys=True)

    def arrive(self, packet: Sent) -> None:
        self.one.raw(
            packet.payload, packet.kind, packet.sequence, packet.time, marker=packet.marker
        )

    def deliver(self, arrivals: Iterable[tuple[int, Sent]], start_ms: int = 60) -> None:
        """Packets at their times; if the worker is late for them, all of them at once."""
        for at_ms, packet in arrivals:
            self.until(start_ms + at_ms)
            self.arrive(packet)

    def until(self, ms: int) -> None:
        if ms - self.bench.now_ms >= 5:
            self.bench.run((ms - self.bench.now_ms) // 5 * 5)


def events(phone: Phone) -> list[Heard]:
    return [packet for packet in phone.got if packet.kind == EVENTS]


def times_of(phone: Phone) -> dict[int, list[int]]:
    """The timestamps of each press, by the number of the press."""
    found: dict[int, list[int]] = {}
    for packet in events(phone):
        times = found.setdefault(packet.payload[1] & 0x3F, [])
        if packet.time not in times:
            times.append(packet.time)
    return found


def keys_counted(packets: Iterable[Heard]) -> list[int]:
    """A far end that counts an event whenever it sees a timestamp it has not seen before."""
    seen: dict[int, int] = {}
    for packet in packets:
        seen.setdefault(packet.time, packet.payload[0])
    return list(seen.values())


def keys_read(packets: Iterable[tuple[int, bytes, int, bool, int]]) -> str:
    """A far end as strict as ours."""
    reader = KeyReader()
    return "".join(
        reader.packet(payload, time, marker=marker, sequence=sequence, now_ms=at_ms)
        for at_ms, payload, time, marker, sequence in packets
    )


def one_time_each(phone: Phone) -> bool:
    """Each press has one timestamp, and that of a later press is larger."""
    found = times_of(phone)
    if any(len(times) != 1 for times in found.values()):
        return False
    row = [found[number][0] for number in sorted(found)]
    return all(difference32(later, before) > 0 for before, later in pairwise(row))


def numbers_unique(phone: Phone) -> bool:
    numbers = [packet.sequence for packet in phone.got]
    return len(set(numbers)) == len(numbers)


def numbers_unbroken(phone: Phone) -> bool:
    return all((b.sequence - a.sequence) % 65_536 == 1 for a, b in pairwise(phone.got))


def key_packets(bridge: Bridge, *, key: int = 7, updates: int = 5) -> list[Sent]:
    """One press that begins now, as packets; the phone's own counts go on behind it."""
    one = bridge.one
    found = [
        Sent(
            20 * at,
            EVENTS,
            at == 0,
            one.sequence + at & 0xFFFF,
            one.time,
            event(key, min(at + 1, updates) * 160, end=at >= updates),
        )
        for at in range(updates + 3)
    ]
    one.sequence = one.sequence + len(found) & 0xFFFF
    one.time = one.time + updates * 160 & 0xFFFFFFFF
    return found


def event(key: int, duration: int, *, end: bool = False) -> bytes:
    return bytes([key, 0x80 if end else 0]) + duration.to_bytes(2, "big")


def press_and(bridge: Bridge, what: Callable[[], object], *, after: int = 3) -> None:
    """A key of 160 ms, in whose middle something happens."""
    for at, packet in enumerate(key_packets(bridge)):
        if at == after:
            what()
        bridge.arrive(packet)
        bridge.bench.run(20)


def test_the_same_order_again_does_not_touch_the_key() -> None:
    bridge = Bridge()
    press_and(bridge, bridge.join)
    assert len(events(bridge.two)) == 8
    assert len({packet.time for packet in events(bridge.two)}) == 1
    assert numbers_unbroken(bridge.two)


def test_who_joins_in_the_middle_of_a_key_gets_nothing_of_it() -> None:
    bridge = Bridge()
    three = bridge.bench.phone(3)
    press_and(bridge, lambda: three.lane.hear([bridge.one.lane], None, keys=True))
    assert len(events(bridge.two)) == 8
    assert events(three) == []
    bridge.one.press("8")
    assert [packet.payload[0] for packet in events(three)] == [8] * 8


def test_a_key_that_was_pressed_again_for_a_listener_is_not_passed_on_to_him_as_well() -> None:
    bridge = Bridge()
    three = bridge.bench.phone(3)
    three.lane.hear([bridge.one.lane], None, keys=True)
    three.lane.play(1, (Clip("w/2/55", 2),))
    for packet in key_packets(bridge, updates=40):
        bridge.arrive(packet)
        bridge.bench.run(20)
    assert len({packet.time for packet in events(three)}) == 1
    assert len(events(three)) == 7
    assert len(events(bridge.two)) == 43


def test_a_secret_key_does_not_leak_when_its_question_ends() -> None:
    bridge = Bridge()
    bridge.one.lane.collect(1, (), Listen(entry_least=9, entry_most=9))
    press_and(bridge, lambda: bridge.one.lane.stop(1))
    bridge.bench.run(200)
    assert events(bridge.two) == []
    assert numbers_unbroken(bridge.two)


def test_a_late_packet_of_a_secret_key_does_not_leak_behind_the_next_key() -> None:
    bridge = Bridge()
    bridge.one.lane.collect(1, (), Listen(entry_least=9, entry_most=9))
    secret = key_packets(bridge, key=1)
    for packet in secret[:6]:
        bridge.arrive(packet)
    bridge.one.lane.stop(1)
    for packet in [*key_packets(bridge, key=2), *secret[6:]]:
        bridge.arrive(packet)
    assert {packet.payload[0] for packet in events(bridge.two)} == {2}


def test_after_a_whisper_in_its_middle_a_key_keeps_its_time() -> None:
    bridge = Bridge()
    press_and(bridge, lambda: bridge.two.lane.play(1, (Clip("w/2/55", 2),)))
    assert len({packet.time for packet in events(bridge.two)}) == 1
    assert len(events(bridge.two)) == 5
    assert numbers_unbroken(bridge.two)


def test_a_held_key_is_not_chopped_by_silence_after_a_stall() -> None:
    bridge = Bridge()
    for at, packet in enumerate(key_packets(bridge, updates=60)):
        if at == 10:
            bridge.bench.stall(300)
        bridge.arrive(packet)
        bridge.bench.run(20)
    begun = next(at for at, packet in enumerate(bridge.two.got) if packet.kind == EVENTS)
    assert [packet.kind for packet in bridge.two.got[begun:]].count(8) == 1
    assert len({packet.time for packet in events(bridge.two)}) == 1


def test_the_time_between_two_keys_is_that_of_the_sender_though_the_first_came_late() -> None:
    bridge = Bridge()
    for arrival_ms in (400, 900):
        bridge.deliver([(arrival_ms, packet) for packet in key_packets(bridge)])
        bridge.one.time = bridge.one.time + 5600 & 0xFFFFFFFF
    first, second = dict.fromkeys(packet.time for packet in events(bridge.two))
    assert (second - first) % 2**32 == 6400


def test_where_no_keys_are_wanted_they_leave_no_hole_in_the_numbers() -> None:
    bridge = Bridge()
    bridge.two.lane.hear([bridge.one.lane], None, keys=False)
    three = bridge.bench.phone(3)
    three.lane.hear([bridge.one.lane], None, keys=True)
    for _ in range(2):
        bridge.one.send(frame(11))
        bridge.one.press("7")
        bridge.one.send(b"\x40", 13)
        bridge.one.send(frame(11))
    assert [packet.kind for packet in bridge.two.got[-4:]] == [8] * 4
    assert len(events(three)) == 16
    assert numbers_unbroken(bridge.two)
    assert numbers_unbroken(three)


def test_a_far_end_that_counts_anew_with_a_key_is_heard_once() -> None:
    bridge = Bridge()
    bridge.one.send(frame(11))
    bridge.one.sequence, bridge.one.time = 20_000, 77
    bridge.one.press("7")
    bridge.bench.run(600)
    assert len({packet.time for packet in events(bridge.two)}) == 1
    assert bridge.one.lane.keys.count == 1


class Line:
    """An outgoing stream that carries keys, without a lane."""

    def __init__(self) -> None:
        self.got: list[Heard] = []
        self.out = Outgoing(77, 65_534, 2**32 - 200)
        self.out.payload_type, self.out.event_type = 8, EVENTS
        self.out.send = self.take

    def take(self, parts: Sequence[Buffer]) -> None:
        self.got.append(packet_of(b"".join(parts)))

    def key(self, sequence: int, time: int, clock: int, payload: bytes, kind: int = 0) -> None:
        self.out.carry_event(kind, sequence, time, bytearray(payload), clock)

    def sound(self, sequence: int, time: int, clock: int) -> None:
        self.out.carry(0, sequence, time, bytearray(frame(1)), clock)

    def kinds(self) -> list[int]:
        return [packet.kind for packet in self.got]


NEW = BEGINS | 0x80


def test_a_sender_whose_timestamps_stand_still_still_presses_two_keys() -> None:
    line = Line()
    line.key(1, 800, 160, event(1, 800), NEW)
    line.key(2, 800, 1760, event(1, 160), NEW)
    first, second = (packet.time for packet in line.got)
    assert (second - first) % 2**32 == 800


def test_sound_that_comes_after_what_we_put_in_its_place_is_dropped() -> None:
    line = Line()
    line.sound(10, 1600, 160)
    line.sound(12, 1920, 480)
    line.out.frame(frame(2), 640)
    line.sound(11, 1760, 640)
    line.sound(14, 2240, 800)
    line.sound(13, 2080, 800)
    line.sound(15, 2400, 960)
    assert [packet.payload[0] for packet in line.got] == [1, 1, 2, 1, 1]
    assert len({packet.sequence for packet in line.got}) == 5


def test_a_key_that_comes_after_what_we_put_in_its_place_gets_a_number_of_its_own() -> None:
    line = Line()
    line.key(10, 800, 160, event(1, 160), NEW)
    line.key(13, 800, 480, event(1, 640))
    line.out.frame(frame(2), 640)
    line.key(11, 800, 640, event(1, 320), 0x80)
    line.key(15, 800, 800, event(1, 960))
    line.key(14, 800, 960, event(1, 800), 0x80)
    line.key(16, 800, 960, event(1, 960))
    assert [(b.sequence - a.sequence) % 65_536 for a, b in pairwise(line.got)] == [3] + [1] * 5
    assert len({packet.time for packet in line.got if packet.kind == EVENTS}) == 1
    assert [packet.marker for packet in events_of(line)] == [True] + [False] * 5


def events_of(line: Line) -> list[Heard]:
    return [packet for packet in line.got if packet.kind == EVENTS]


def test_sound_goes_on_without_a_jump_behind_a_key_that_was_interrupted() -> None:
    line = Line()
    line.key(10, 800, 160, event(1, 160), NEW)
    for clock in (1760, 1920, 2080):
        line.out.frame(frame(2), clock)
    line.key(11, 800, 2080, event(1, 1280))
    line.sound(12, 2080, 2240)
    assert (line.got[-1].time - line.got[3].time) % 2**32 == 2 * 160


def test_the_keys_of_another_source_are_not_taken_for_those_of_the_first() -> None:
    line = Line()
    line.key(10, 800, 160, event(1, 160), NEW)
    line.out.renew(320)
    line.key(500, 800, 320, event(2, 320))
    assert line.kinds() == [EVENTS]


def test_a_packet_kept_back_leaves_no_hole_and_what_it_overtook_is_dropped() -> None:
    line = Line()
    line.sound(10, 1600, 160)
    line.key(12, 1920, 320, event(1, 160))
    line.sound(13, 2080, 480)
    line.sound(11, 1760, 480)
    line.sound(14, 2240, 640)
    assert [(b.sequence - a.sequence) % 65_536 for a, b in pairwise(line.got)] == [2, 1]


@pytest.mark.parametrize("step", [0xFFFF, 0xFF00])
def test_a_key_too_long_for_one_timestamp_goes_on_under_the_next(step: int) -> None:
    line = Line()
    line.key(10, 800, 160, event(1, 160), NEW)
    line.key(11, 800, 64_000, event(1, 0xFF00))
    line.key(12, 800 + step, 65_920, event(1, 160))
    line.key(13, 800 + step, 66_080, event(1, 320, end=True))
    times = [packet.time for packet in line.got]
    assert [(time - times[0]) % 2**32 for time in times] == [0, 0, step, step]


def test_two_keys_in_one_packet_go_on_each_under_its_time() -> None:
    line = Line()
    line.key(10, 800, 160, event(1, 800, end=True) + event(2, 160), NEW)
    line.key(11, 1600, 320, event(2, 320))
    line.key(12, 3200, 480, event(2, 320))
    assert (line.got[1].time - line.got[0].time) % 2**32 == 800
    assert len(line.got) == 2


@pytest.mark.parametrize("payload", [b"", b"\1\2\3", b"\1\2\0\xa0\1"])
def test_damaged_keys_are_not_passed_on(payload: bytes) -> None:
    line = Line()
    line.sound(1, 160, 160)
    line.key(2, 320, 320, payload, NEW)
    line.sound(3, 480, 480)
    assert line.kinds() == [8, 8]
    assert (line.got[1].sequence - line.got[0].sequence) % 65_536 == 1


def test_only_the_newest_presses_are_remembered() -> None:
    passing = Passing(0)
    for number in range(40):
        here = passing.begin(number * 1600, number * 1600)
        passing.lasted(number * 1600, here, [800])
    assert passing.known(0) is None
    assert passing.known(39 * 1600) == 39 * 1600
    passing.forget()
    assert passing.known(39 * 1600) is None


presses = st.lists(
    st.builds(Press, st.integers(0, 15), st.integers(1, 30), st.integers(2, 40), st.booleans()),
    min_size=1,
    max_size=6,
)


@given(presses, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=6))
def test_bursts_keep_each_key_whole(row: list[Press], stalls: list[tuple[int, int]]) -> None:
    """stalls: at which packet the network holds all back, and for how many frames."""
    sent = stream(row)
    held = {at % len(sent): frames * 20 for at, frames in stalls}
    bridge = Bridge()
    free_ms, arrivals = 0, []
    for at, packet in enumerate(sent):
        free_ms = max(free_ms, packet.at_ms + held.get(at, 0))
        arrivals.append((free_ms, packet))
    bridge.deliver(arrivals)
    assert one_time_each(bridge.two)
    assert numbers_unbroken(bridge.two)
    assert keys_counted(events(bridge.two)) == [press.key for press in row]
    bridge.two.lane.play(9, (Clip("w/10/55", 10),))
    bridge.bench.run(100)
    last, prompt = events(bridge.two)[-1], bridge.two.got[-4:]
    duration = int.from_bytes(last.payload[2:], "big")
    assert {packet.payload[0] for packet in prompt} == {55}
    assert all(difference32(each.time, last.time) >= duration for each in prompt)


@given(
    presses,
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.booleans()), max_size=60),
)
def test_loss_reorder_and_doubles_lose_and_double_no_key(
    row: list[Press], harm: list[tuple[int, int, bool]]
) -> None:
    """harm: what happens to a packet: lost, or late by up to 60 ms or 220 ms, and doubled."""
    sent = stream(row)
    fate = {at % len(sent): (what, twice) for at, what, twice in harm}
    arrivals: list[tuple[int, Sent]] = []
    for at, packet in enumerate(sent):
        what, twice = fate.get(at, (0, False))
        if what == 3:
            continue
        late_ms = (0, 50, 210)[what]
        arrivals.append((packet.at_ms + late_ms, packet))
        if twice:
            arrivals.append((packet.at_ms + late_ms + 30, packet))
    arrivals.sort(key=lambda each: each[0])
    bridge = Bridge()
    bridge.deliver(arrivals)
    assert one_time_each(bridge.two)
    assert numbers_unique(bridge.two)
    direct, received = [], Received(0)
    for at_ms, packet in arrivals:
        arrival = received.packet(packet.sequence, packet.time, at_ms * 8)
        if packet.kind == EVENTS and arrival.name in {"NEW", "LATE"}:
            direct.append((at_ms, packet.payload, packet.time, packet.marker, packet.sequence))
    passed = [(p.at_ms, p.payload, p.time, p.marker, p.sequence) for p in events(bridge.two)]
    assert keys_read(passed) == keys_read(direct)
    assert len(keys_counted(events(bridge.two))) == bridge.one.lane.keys.count


ORDERS = ("again", "apart", "third", "whisper", "listen", "stop", "info", "stall")


class Desk(Bridge):
    """A bridge that is given orders in the middle of keys."""

    def __init__(self) -> None:
        super().__init__()
        self.three = self.bench.phone(3)
        self.turn = 0

    def order(self, what: str) -> None:
        self.turn += 1
        one, two, three = self.one.lane, self.two.lane, self.three.lane
        orders: dict[str, Callable[[], object]] = {
            "again": self.join,
            "apart": lambda: two.hear([], None, keys=True),
            "third": lambda: two.hear([one, three], None, keys=True),
            "whisper": lambda: two.play(self.turn, (Clip("w/10/55", 10),)),
            "listen": lambda: one.collect(self.turn, (), Listen(entry_least=60, entry_most=60)),
            "stop": self.stop,
            "info": lambda: three.keys.press("D", Way.INFO),
            "stall": lambda: self.bench.stall(300),
        }
        orders[what]()

    def stop(self) -> None:
        for turn in range(self.turn):
            self.one.lane.stop(turn)

    def way(self) -> str:
        """Where a key of the first phone has to go now."""
        one, two = self.one.lane, self.two.lane
        if one.ear.listening or one.hearing not in two.hearing.sources:
            return "kept"
        return "pressed" if len(two.hearing.sources) > 1 or two.plays else "passed"


@given(
    st.lists(
        st.builds(Press, st.just(0), st.integers(1, 30), st.integers(2, 30), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(ORDERS)), max_size=8),
)
def test_orders_in_the_middle_of_keys_send_each_key_one_way(
    row: list[Press], orders: list[tuple[int, str]]
) -> None:
    sent = stream([Press(at, each.updates, each.gap, each.sound) for at, each in enumerate(row)])
    desk = Desk()
    ways: dict[int, str] = {}
    for at, packet in enumerate(sent):
        desk.until(60 + packet.at_ms)
        if packet.kind == EVENTS:
            ways.setdefault(packet.payload[0], desk.way())
        desk.arrive(packet)
        for _, what in [each for each in orders if each[0] % len(sent) == at]:
            desk.order(what)
    desk.bench.run(3000)
    passed = [each for each in events(desk.two) if each.payload[1] & 0x3F != 10]
    pressed = [each for each in events(desk.two) if each.payload[1] & 0x3F == 10]
    assert sorted(times_of(desk.two).keys() - {10}) == [k for k in ways if ways[k] == "passed"]
    assert keys_counted(passed) == [key for key in ways if ways[key] == "passed"]
    again = [key for key in keys_counted(pressed) if key != 15]
    assert again == [key for key in ways if ways[key] == "pressed"]
    assert numbers_unbroken(desk.two)
    begun = list(dict.fromkeys(each.time for each in events(desk.two)))
    assert all(difference32(later, before) > 0 for before, later in pairwise(begun))
    sound = [each.time for each in desk.two.got if each.kind == 8]
    assert all(difference32(later, before) > 0 for before, later in pairwise(sound))
