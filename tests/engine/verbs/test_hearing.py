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
    script: CallScript,
    position: int | None = None,
    estimate_min: int | None = None,
    more_than: int | None = None,
) -> CallScript:
    """The queue says how far the caller is."""
    turn = script.turn("place")
    return script >> QueueNews(
        turn=turn, position=position, estimate_min=estimate_min, more_than=more_than
    )


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


TELLING = QueueShape("general", position=True, estimate=True, first_s=7.0, every_s=30.0)


def heard(script: CallScript) -> list[str]:
    """All that the caller was told in built-in words."""
    plays = [one for one in script.all if isinstance(one, Play | Collect)]
    return [one.text for play in plays for one in play.prompts if one.name == "waiting"]


def test_a_queue_tells_place_and_time_by_itself() -> None:
    script = waiting("", TELLING) << Like(Enqueue)
    script << Like(StartTimer, due=START + timedelta(seconds=7)) << Like(Play)
    script.after(7).fires("every") << Like(AskNews, cut=False)
    script << Like(StartTimer, due=START + timedelta(seconds=37))
    told(script, position=3, estimate_min=5) << Like(Close) << Like(Play, says=["waiting"])
    said = "Sırada üçüncü kişisiniz. Her on aramadan sekizi beş dakika içinde yanıtlanıyor."
    assert heard(script) == [said]


def test_only_what_the_configuration_asks_for_is_told() -> None:
    script = (waiting("", QueueShape("general", position=True)) << Like(Enqueue)).skip()
    told(script, estimate_min=5).silent()
    told(script, more_than=10, estimate_min=5) << Like(Close) << Like(Play)
    assert heard(script) == ["Sırada on kişiden fazla bekleyen var."]
    script = waiting("      wait: {every: 20s}", QueueShape("general", estimate=True))
    script << Like(Enqueue) << Like(StartTimer, due=START + timedelta(seconds=10)) << Like(Play)
    told(script, position=5).silent()


def test_the_words_of_the_step_come_instead_of_the_built_in_ones() -> None:
    script = (waiting(SAY, TELLING) << Like(Enqueue)).skip()
    told(script, position=2, estimate_min=4) << Like(Close) << Like(Play, says=PLACED[0])
    assert heard(script) == []


def test_the_same_words_are_not_said_again_within_two_minutes() -> None:
    script = (waiting("", TELLING) << Like(Enqueue)).skip()
    told(script, estimate_min=5) << Like(Close) << Like(Play)
    script.after(30)
    told(script, estimate_min=5).silent()
    told(script, estimate_min=4) << Like(Close) << Like(Play)
    script.after(130)
    told(script, estimate_min=4) << Like(Close) << Like(Play)
    assert len(heard(script)) == 3


def test_an_announcement_that_a_key_cut_off_does_not_count_as_told() -> None:
    script = waiting('      keys: {"2": left}', TELLING) << Like(Enqueue)
    script.skip()
    told(script, position=3).skip()
    script.after(1).fail("not_in_menu", "7") << Like(Collect, says=[])
    script.after(29).fires("every") << Like(AskNews, cut=True)
    script.skip()
    told(script, position=3).skip()
    script.after(29).fail("not_in_menu", "7") << Like(Collect, says=[])
    script.after(1).fires("every") << Like(AskNews, cut=False)
