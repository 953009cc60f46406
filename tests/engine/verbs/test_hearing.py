"""What waiting callers hear: music of the step or the queue, and what is said every so often."""

from __future__ import annotations

from datetime import timedelta

from ivr.domain.commands import AskNews, Close, Collect, Enqueue, Play, StartTimer
from ivr.domain.events import QueueNews
from ivr.flow.world import QueueShape
from tests.engine.verbs.test_queueing import waiting
from tests.fakes.call_script import START, CallScript, Like

SAY = "      wait: {say: [place_is, help]}"
PLACED = [["place_is", "help"], ["help"]]


def told(
    script: CallScript, position: int | None = None, estimate_min: int | None = None
) -> CallScript:
    """The queue says how far the caller is."""
    turn = script.turn("place")
    return script >> QueueNews(turn=turn, position=position, estimate_min=estimate_min)


def test_the_queue_says_which_music_and_when_where_the_step_does_not() -> None:
    shape = QueueShape("general", music="queue.wav", first_s=7.0, every_s=33.0)
    script = waiting(SAY, shape) << Like(Enqueue)
    script << Like(StartTimer, due=START + timedelta(seconds=7))
    script << Like(Play, music="queue.wav")
    script.after(7).fires("every") << Like(AskNews)
    script << Like(StartTimer, due=START + timedelta(seconds=40))


def test_the_step_wins() -> None:
    shape = QueueShape("general", music="queue.wav")
    wait = "      wait: {music: own.wav, first: 5s, every: 20s, say: help}"
    script = waiting(wait, shape) << Like(Enqueue)
    script << Like(StartTimer, due=START + timedelta(seconds=5)) << Like(Play, music="own.wav")


def test_what_needs_a_place_is_not_said_without_one() -> None:
    script = (waiting(SAY) << Like(Enqueue)).skip()
    told(script, position=2, estimate_min=4) << Like(Close) << Like(Play, says=PLACED[0])
    assert script.all[-1].prompts[0].text.startswith("tr ")  # type: ignore[attr-defined]
    told(script, position=None, estimate_min=4) << Like(Close) << Like(Play, says=PLACED[1])
    told(script, position=5) << Like(Close) << Like(Play, says=PLACED[0])


def test_with_nothing_to_say_nothing_changes() -> None:
    script = (waiting("      wait: {say: place_is}") << Like(Enqueue)).skip()
    told(script).silent()
    quiet = (waiting() << Like(Enqueue)).skip()
    told(quiet, position=1).silent()
    assert "every" not in quiet.open_turns()


def test_keys_are_listened_for_again_and_again() -> None:
    script = waiting('      keys: {"2": left}') << Like(Enqueue)
    script << Like(Collect, keys=("2",), first_s=60.0, end_key="", speech=False)
    script.after(60).fail() << Like(Collect, says=[], keys=("2",), music="")


def test_music_that_a_channel_does_not_know_is_silence() -> None:
    script = (waiting() << Like(Enqueue)).skip()
    script.heard().silent()
    assert list(script.open_turns()) == ["place"]
