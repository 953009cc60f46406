"""The simulator's channel: when prompts sound, when the caller may answer, what is swallowed."""

from __future__ import annotations

from ivr.domain.call import LegId, Prompt, Turn
from ivr.domain.commands import Close, Collect, HangUp, Play
from ivr.domain.events import KeysCollected, PromptEnded
from ivr.domain.values import Sealed
from ivr.flow.cases.channel import LineChannel


def a_prompt(name: str, seconds: float, *, barge_in: bool = True) -> Prompt:
    """A prompt of a length."""
    return Prompt(name, "tr", name, seconds, barge_in)


MENU = Collect(
    turn=Turn(2), prompts=(a_prompt("a", 1), a_prompt("b", 2)), language="tr", keys=("1", "12")
)
ENTRY = Collect(
    turn=Turn(3),
    prompts=(a_prompt("c", 1),),
    language="tr",
    entry_least=2,
    entry_most=2,
    end_key="#",
)


def heard(channel: LineChannel, at_ms: int) -> list[tuple[int, str]]:
    """What began to sound by then."""
    return [(sound.at_ms, sound.prompt.name) for sound in channel.sounds(at_ms)]


def test_prompts_sound_one_after_the_other() -> None:
    channel = LineChannel()
    channel.carry_out(None, (MENU,), 0)
    assert (heard(channel, 0), channel.due_ms) == ([(0, "a")], 1000)
    assert (heard(channel, 1000), channel.due_ms) == ([(1000, "b")], 3000)
    assert channel.is_busy(2999)
    assert not channel.is_busy(3000)
    assert channel.is_listening()


def test_a_key_stops_what_was_still_to_come() -> None:
    channel = LineChannel()
    channel.carry_out(None, (MENU,), 0)
    heard(channel, 0)
    assert channel.press("1", 500) == []
    assert channel.is_busy(500)
    assert heard(channel, 5000) == []
    (answer,) = channel.tick(3500)
    assert isinstance(answer, KeysCollected)
    assert answer.keys == Sealed("1")


def test_a_prompt_that_must_be_heard_plays_on_after_a_key() -> None:
    parts = (a_prompt("a", 1), a_prompt("b", 2, barge_in=False))
    channel = LineChannel()
    channel.carry_out(None, (Collect(turn=Turn(2), prompts=parts, language="tr", keys=("1",)),), 0)
    heard(channel, 0)
    assert channel.press("1", 500) == []
    assert heard(channel, 500) == [(500, "b")]
    assert channel.due_ms == 2500
    assert len(channel.tick(2500)) == 1


def test_a_key_into_a_prompt_that_must_be_heard_is_lost() -> None:
    channel = LineChannel()
    whole = (a_prompt("a", 1, barge_in=False),)
    channel.carry_out(None, (Collect(turn=Turn(2), prompts=whole, language="tr", keys=("1",)),), 0)
    channel.press("1", 500)
    assert not channel.is_busy(1000)


def test_the_end_key_of_a_full_entry_begins_no_new_one() -> None:
    channel = LineChannel()
    channel.carry_out(None, (ENTRY,), 0)
    channel.press("4", 1000)
    assert len(channel.press("2", 1200)) == 1
    channel.carry_out(None, (MENU,), 1200)
    channel.press("#", 1400)
    assert not channel.is_busy(10_000)


def test_played_prompts_end_and_can_be_closed() -> None:
    channel = LineChannel()
    channel.carry_out(None, (Play(turn=Turn(1), prompts=(a_prompt("a", 1),)),), 0)
    heard(channel, 0)
    assert list(channel.tick(1000)) == [PromptEnded(turn=Turn(1))]
    channel.carry_out(None, (Play(turn=Turn(4), prompts=(a_prompt("a", 1),)),), 2000)
    heard(channel, 2000)
    channel.carry_out(None, (Close(turn=Turn(4)),), 2100)
    assert channel.due_ms is None


def test_words_are_heard() -> None:
    asked = Collect(turn=Turn(2), prompts=(), language="tr", keys=("1",), words=("evet",))
    channel = LineChannel()
    channel.carry_out(None, (asked,), 0)
    (answer,) = channel.say("evet", 100)
    assert isinstance(answer, KeysCollected)
    assert answer.words == "evet"


def test_nothing_is_due_after_the_end() -> None:
    for by_caller in (True, False):
        channel = LineChannel()
        channel.carry_out(None, (MENU,), 0)
        heard(channel, 0)
        if by_caller:
            channel.hang_up(10)
        else:
            channel.carry_out(None, (HangUp(),), 10)
        assert channel.due_ms is None
        assert not channel.is_busy(11)


def test_a_restart_forgets_the_listen_and_a_phone_has_no_webhooks() -> None:
    channel = LineChannel()
    channel.carry_out(None, (MENU,), 0)
    assert channel.restart(100)
    assert not channel.is_listening()
    assert channel.retry(100) is None
    assert channel.texts() == ()


def test_the_end_of_another_leg_leaves_the_caller_on_the_line() -> None:
    channel = LineChannel()
    channel.carry_out(None, (MENU,), 0)
    heard(channel, 0)
    channel.carry_out(None, (HangUp(leg=LegId(2)),), 10)
    assert channel.due_ms == 1000
    assert channel.is_listening()
