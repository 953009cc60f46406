"""The message of a leg: prompts, tone, then the caller; a key leads on, a stop leaves nothing."""

from __future__ import annotations

from ivr.domain.recording import HANGUP
from ivr.media.items import Clip
from ivr.media.leg.pace import Pace
from ivr.media.leg.player import Over
from ivr.media.leg.taking import Limits, Taking
from ivr.media.leg.tap import BEEP, Tap
from ivr.media.leg.told import Ended, Taken, Told
from tests.media.leg.test_taking import VOICE, Kept


class Player:
    """Remembers what it plays."""

    def __init__(self) -> None:
        self.played: list[tuple[int, tuple[object, ...]]] = []

    def play(self, turn: int, items: tuple[object, ...]) -> list[Over]:
        before = [Over(turn, "replaced", 0)] if self.played else []
        self.played.append((turn, items))
        return before


class Scene:
    """A tap with all around it."""

    def __init__(self) -> None:
        self.player, self.told, self.changes = Player(), list[Told](), 0
        self.tap = Tap(self.player, self.told.append, self.over, self.changed)  # type: ignore[arg-type]
        self.sink = Kept()
        limits = Limits(10_000, 3_000, 0, "#")
        self.taking = Taking(1, 7, limits, "pcma", Pace(), self.sink)
        self.tap.take(self.taking, (Clip("hello", 5), *BEEP))

    def over(self, over: list[Over]) -> None:
        for each in over:
            assert self.tap.prompted(each)

    def changed(self) -> None:
        self.changes += 1

    def speak(self, frames: int) -> None:
        for number in range(frames):
            self.taking.put(0, 0, number * 160, bytearray(VOICE), 0)
            self.tap.tick()


def test_it_records_once_the_tone_is_over() -> None:
    scene = Scene()
    assert not scene.tap.recording
    assert scene.tap.prompted(Over(7, "end", 900))
    assert scene.tap.recording
    scene.speak(100)
    scene.tap.close()
    (taken,) = scene.told
    assert isinstance(taken, Taken)
    assert (taken.ms, taken.ended_by) == (2_000, HANGUP)
    assert scene.tap.taking is None


def test_the_end_key_leads_to_the_tone_and_then_ends_the_message() -> None:
    scene = Scene()
    assert scene.tap.key("5")
    assert len(scene.player.played) == 1
    assert scene.tap.key("#")
    assert scene.player.played[-1] == (7, BEEP)
    assert scene.tap.taking is not None
    scene.tap.prompted(Over(7, "end", 200))
    scene.speak(100)
    assert scene.tap.key("#")
    assert not scene.tap.key("#")
    assert isinstance(scene.told[0], Taken)


def test_another_turn_is_not_its_business() -> None:
    scene = Scene()
    assert not scene.tap.prompted(Over(8, "end", 0))
    scene.tap.stop(8)
    assert scene.tap.taking is not None


def test_a_message_that_is_stopped_leaves_nothing_and_says_nothing() -> None:
    scene = Scene()
    scene.tap.stop(7)
    assert scene.sink.dropped
    assert scene.told == []
    scene.tap.close()
    assert scene.told == []


def test_prompts_that_cannot_be_played_are_told() -> None:
    scene = Scene()
    assert scene.tap.prompted(Over(7, "failed", 0, "no sound"))
    assert scene.told == [Ended(1, 7, "failed", 0, "no sound")]
    assert scene.sink.dropped
