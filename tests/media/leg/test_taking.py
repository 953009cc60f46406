"""A message on one leg: what of it is kept, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ivr.domain.recording import HANGUP, KEY, LONGEST, LOST, SILENCE
from ivr.media.g711 import FRAME_OCTETS
from ivr.media.leg.pace import Pace
from ivr.media.leg.taking import Limits, Taking
from ivr.media.tone import key_tone

VOICE = key_tone("5", "pcma")[:FRAME_OCTETS]
LIMITS = Limits(longest_ms=10_000, silence_ms=3_000, shortest_ms=2_000, end_key="#")


@dataclass
class Kept:
    """Implements `Sink`."""

    frames: list[bytes] = field(default_factory=list)
    closed: int = -1
    dropped: bool = False
    cut: int | None = None
    fault: str = ""

    def add(self, frame: bytes) -> None:
        self.frames.append(frame)

    def close(self, frames: int) -> None:
        self.closed = frames

    def drop(self) -> None:
        self.dropped = True


class Said:
    """A message on a clock of its own."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.sink, self.pace = Kept(), Pace()
        self.taking = Taking(1, 7, limits, "pcma", self.pace, self.sink)
        self.time = 0

    def ticks(self, count: int, voice: bytes = b"") -> str:
        for _ in range(count):
            self.pace.step()
            self.time += 160
            if voice:
                self.taking.put(0, 0, self.time, bytearray(voice), 0)
            ended = self.taking.tick()
            if ended:
                return ended
        return ""


def test_silence_ends_it_and_is_not_kept() -> None:
    said = Said()
    assert said.ticks(200, VOICE) == ""
    assert said.ticks(1000) == SILENCE
    taken = said.taking.finish(SILENCE)
    assert (taken.leg, taken.turn, taken.ended_by) == (1, 7, SILENCE)
    assert 4_400 <= taken.ms <= 4_900
    assert said.sink.closed == taken.ms // 20


def test_the_longest_time_ends_it() -> None:
    said = Said()
    assert said.ticks(1000, VOICE) == LONGEST
    assert said.taking.finish(LONGEST).ms == 10_000


def test_the_last_tenth_of_a_second_before_the_end_key_is_cut_off() -> None:
    said = Said()
    said.ticks(200, VOICE)
    assert said.taking.ends_by("#")
    assert not said.taking.ends_by("5")
    assert said.taking.finish(KEY).ms == 3_900


def test_without_an_end_key_none_ends_it() -> None:
    assert not Said(Limits(1000, 1000)).taking.ends_by("")


@pytest.mark.parametrize("frames", [0, 10, 60])
def test_too_little_is_no_message(frames: int) -> None:
    said = Said()
    said.ticks(frames, VOICE)
    assert said.taking.finish(HANGUP).ms == 0
    assert said.sink.dropped
    assert said.sink.closed == -1


def test_who_says_nothing_for_long_has_left_nothing() -> None:
    said = Said()
    said.ticks(140)
    assert said.taking.finish(HANGUP).ms == 0


def test_a_leg_that_changes_its_codec_goes_on_in_that_of_the_file() -> None:
    said = Said()
    said.ticks(100, VOICE)
    said.taking.recode("pcmu")
    said.ticks(100, key_tone("5", "pcmu")[:FRAME_OCTETS])
    assert said.taking.finish(HANGUP).ms == 4_000
    alike = sum(a == b for a, b in zip(said.sink.frames[150], VOICE, strict=True))
    assert alike > 100


def test_a_disk_that_is_full_ends_it_with_what_is_kept_of_it() -> None:
    said = Said()
    assert said.ticks(300, VOICE) == ""
    said.sink.cut, said.sink.fault = 150, "No space left on device"
    assert said.ticks(1, VOICE) == LOST
    taken = said.taking.finish(LOST)
    assert (taken.ms, taken.ended_by, taken.note) == (3_000, LOST, "No space left on device")
    assert said.sink.closed == 150


@pytest.mark.parametrize(("heard", "cut"), [(300, 0), (300, 99), (0, 0)])
def test_a_disk_that_took_too_little_has_lost_it(heard: int, cut: int) -> None:
    said = Said()
    said.ticks(heard, VOICE)
    said.sink.cut = cut
    taken = said.taking.finish(KEY)
    assert (taken.ms, taken.ended_by, said.sink.dropped) == (0, LOST, True)


def test_what_nobody_wants_is_dropped() -> None:
    said = Said()
    said.taking.drop()
    assert said.sink.dropped
