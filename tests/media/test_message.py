"""A message made of text: it lasts as long as saying it would."""

from __future__ import annotations

from ivr.domain.call import Turn
from ivr.domain.recording import HANGUP, KEY, LONGEST, SILENCE, TakeMessage
from ivr.media.message import Message

ASKED = TakeMessage(turn=Turn(7), prompts=(), longest_s=20, silence_s=4, shortest_s=2)


def test_words_are_said_one_after_the_other_and_silence_ends_it() -> None:
    message = Message(ASKED, 1_000, 0)
    message.say("a" * 28, 500)  # before the tone at 1.2 s: said right after it
    message.say("b" * 14, 2_000)
    assert message.quiet_ms == 4_200
    assert message.busy(4_199)
    assert message.due_ms == 8_200
    assert message.tick(8_199) is None
    taken = message.tick(8_200)
    assert taken is not None
    assert (taken.seconds, taken.ended_by) == (3.0, SILENCE)
    assert taken.words == f"{'a' * 28} {'b' * 14}"


def test_the_end_key_leads_to_the_tone_and_then_ends_it() -> None:
    message = Message(ASKED, 10_000, 0)
    assert message.press("#", 1_000) is None
    assert message.begun(1_200)
    message.say("c" * 42, 1_200)
    assert message.press("5", 3_000) is None
    taken = message.press("#", 5_000)
    assert taken is not None
    assert (taken.seconds, taken.ended_by) == (3.0, KEY)


def test_it_never_lasts_longer_than_allowed() -> None:
    message = Message(ASKED, 0, 0)
    message.say("d" * 500, 200)
    assert message.due_ms == 20_200
    taken = message.tick(20_200)
    assert taken is not None
    assert (taken.seconds, taken.ended_by) == (20.0, LONGEST)


def test_who_hangs_up_too_early_has_left_nothing() -> None:
    message = Message(ASKED, 0, 0)
    message.sound(200, 9_000)
    assert message.hang_up(1_000).source == ""
    taken = message.hang_up(6_000)
    assert (taken.seconds, taken.ended_by) == (5.8, HANGUP)
