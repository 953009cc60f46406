"""Keys of one leg that are passed on to another: packet by packet, through a bad network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ivr.media.collect import Listen
from ivr.media.dtmf import KeyReader, Way
from ivr.media.items import Clip
from ivr.media.rtp import Received, difference32
from tests.fakes.lanes import EVENTS, Bench, Phone, frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


ORDERS = ("again", "apart", "together", "third", "whisper", "listen", "stop", "info", "stall")


class Desk(Bridge):
    """A bridge that is given orders in the middle of keys."""

    def __init__(self) -> None:
        super().__init__()
        self.three = self.bench.phone(3)
        self.turn = 0

    def order(self, what: str) -> None:
        one, two, three = self.one.lane, self.two.lane, self.three.lane
        self.turn += 1
        match what:
            case "again" | "together":
                self.join()
            case "apart":
                two.hear([], None, keys=True)
            case "third":
                two.hear([one, three], None, keys=True)
            case "whisper":
                two.play(self.turn, (Clip("w/10/55", 10),))
            case "listen":
                one.collect(self.turn, (), Listen(entry_least=60, entry_most=60))
            case "stop":
                for turn in range(self.turn):
                    one.stop(turn)
            case "info":
                three.keys.press("D", Way.INFO)
            case _:
                self.bench.stall(300)

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
