"""The recording of a leg: both sides beside each other, silent while it is paused."""

from __future__ import annotations

import pytest

from ivr.media.g711 import SILENT_FRAME
from ivr.media.items import Clip
from ivr.media.leg.taking import Tape
from ivr.media.leg.told import Taped
from tests.fakes.lanes import Bench, Phone, frame
from tests.media.leg.test_taking import Kept

SILENT = SILENT_FRAME["pcma"]
SAID, PLAYED = frame(7), frame(9)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def recorded(bench: Bench, phone: Phone, codec: str = "pcma") -> Kept:
    sink = Kept()
    phone.lane.deck.record(Tape(1, 4, codec, bench.pace, sink))  # type: ignore[arg-type]
    return sink


def talk(bench: Bench, phone: Phone, frames: int, said: bytes = SAID) -> None:
    for _ in range(frames):
        phone.send(said)
        bench.run(20)


def sides(sink: Kept) -> tuple[list[bytes], list[bytes]]:
    """Frames of the caller, and of what he hears."""
    return [one[::2] for one in sink.frames], [one[1::2] for one in sink.frames]


def test_the_caller_and_what_he_hears_stand_side_by_side(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    phone.lane.play(5, (Clip("p/50/9", 50),))
    talk(bench, phone, 100)
    phone.lane.stop(4)
    said, heard = sides(sink)
    assert len(said) == len(heard) == 100
    assert said.count(SAID) == 98
    assert heard.count(PLAYED) == 50
    assert abs(said.index(SAID) - heard.index(PLAYED)) <= 1
    assert bench.told[-1] == Taped(1, 4, 2_000)
    assert sink.closed == 100


def test_what_another_leg_says_is_on_it_and_what_the_caller_says_goes_on(bench: Bench) -> None:
    caller, agent = bench.phone(1), bench.phone(2)
    caller.lane.hear([agent.lane], None, keys=True)
    agent.lane.hear([caller.lane], None, keys=True)
    sink = recorded(bench, caller)
    for _ in range(50):
        caller.send(SAID)
        agent.send(PLAYED)
        bench.run(20)
    caller.lane.close()
    said, heard = sides(sink)
    assert said.count(SAID) >= 47
    assert heard.count(PLAYED) >= 47
    assert sum(one.payload == SAID for one in agent.got) == 50


def test_while_it_is_paused_both_sides_are_silent_for_as_long(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    phone.lane.play(5, (Clip("p/400/9", 400),))
    talk(bench, phone, 50)
    phone.lane.deck.mute(4, on=True)
    phone.lane.deck.mute(3, on=False)
    talk(bench, phone, 50, frame(3))
    phone.lane.deck.mute(4, on=False)
    talk(bench, phone, 50)
    said, heard = sides(sink)
    assert said[50:100] == heard[50:100] == [SILENT] * 50
    assert frame(3) not in said[:100]
    assert len(said) == 150


def test_it_ends_with_the_leg_and_only_by_its_own_turn(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    bench.run(100)
    phone.lane.stop(3)
    assert sink.closed == -1
    phone.lane.close()
    assert sink.closed == 5
    assert Taped(1, 4, 100) in bench.told


def test_a_full_disk_ends_it_and_not_the_call(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    bench.run(200)
    sink.cut, sink.fault = 4, "No space left on device"
    talk(bench, phone, 20)
    phone.lane.stop(4)
    assert bench.told[-1] == Taped(1, 4, 80, "No space left on device")
    assert len(phone.got) == 30


def test_a_leg_that_changes_its_codec_is_written_in_the_first(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    bench.run(100)
    phone.lane.agree(bench.peer(1, codec="pcmu", pt=0))
    phone.lane.play(5, (Clip("p/50/9", 50),))
    bench.run(500)
    assert sides(sink)[1][-1] != SILENT
    assert {len(one) for one in sink.frames} == {320}


def test_what_the_disk_takes_no_more_is_over_at_once(bench: Bench) -> None:
    phone = bench.phone(1)
    sink = recorded(bench, phone)
    talk(bench, phone, 50)
    sink.cut, sink.fault = 40, "No space left on device"
    talk(bench, phone, 1)
    assert bench.told[-1] == Taped(1, 4, 800, "No space left on device")
    talk(bench, phone, 10)
    assert len(sink.frames) == 51
