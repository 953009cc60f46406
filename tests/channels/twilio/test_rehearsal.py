"""A caller on a Twilio trunk without a network: documents are walked, requests become events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.twilio.rehearsal import BASE, Rehearsal
from ivr.channels.twilio.wire.walker import parse
from ivr.domain.call import CallId, Prompt, Turn
from ivr.domain.commands import Collect, Fetch, Play, Waiting
from ivr.domain.errors import CallError
from ivr.domain.events import EPOCH, KeysCollected, PromptEnded
from ivr.domain.values import Sealed
from ivr.engine.state import FINAL, Frame, State
from ivr.flow.cases import Stage, play
from ivr.flow.cases.channel import Retried
from tests.flow.cases import scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.events import Event
    from ivr.flow.cases import CaseResult

WHOLE_S = 14
"""Characters that a voice says in one second."""


def prompt(name: str, seconds: int = 1, **more: Any) -> Prompt:  # noqa: ANN401 - fields of Prompt
    return Prompt(name, "tr", "x" * WHOLE_S * seconds, seconds, **more)


MENU = Collect(turn=Turn(7), prompts=(prompt("a"), prompt("b", 2)), language="tr", keys=("1", "2"))
LONG = replace(MENU, keys=("1", "12"))
PIN = Collect(
    turn=Turn(8),
    prompts=(prompt("pin"),),
    language="tr",
    entry_least=4,
    entry_most=6,
    end_key="#",
    secret=True,
)
FILLER = Play(turn=Turn(9), prompts=(prompt("moment", 2),))
LOOKUP = Fetch(turn=Turn(10), source="order")


def state(*waiting: Waiting, **more: Any) -> State:  # noqa: ANN401 - fields of State
    opened = {f"w{number}": command for number, command in enumerate(waiting)}
    frame = Frame("shop", "welcome", open=opened)
    return State(CallId("01J"), "hash", "+90850", EPOCH, frames=[frame], **more)


def answered(*waiting: Waiting) -> Rehearsal:
    """A caller who has just got the first document."""
    channel = Rehearsal()
    assert channel.carry_out(state(*waiting), (), 0) == ()
    return channel


def heard(channel: Rehearsal, at_ms: int) -> list[tuple[int, str]]:
    return [(sound.at_ms, sound.prompt.name) for sound in channel.sounds(at_ms)]


def keyed(events: Sequence[Event]) -> tuple[int, Sealed, str, str]:
    """The one answer to a listen: turn, keys, reason, words."""
    (event,) = events
    assert isinstance(event, KeysCollected)
    return event.turn, event.keys, event.reason, event.words


# --- what the caller hears ------------------------------------------------------------------------


def test_prompts_sound_one_after_the_other_under_their_names() -> None:
    channel = answered(MENU)
    assert (heard(channel, 0), channel.due_ms) == ([(0, "a")], 1000)
    assert (heard(channel, 1000), channel.due_ms) == ([(1000, "b")], 3000)
    assert channel.is_busy(2999)
    assert channel.tick(3000) == ()
    assert (channel.is_busy(3000), channel.is_listening(), channel.due_ms) == (False, True, 8000)


def test_a_recording_lasts_as_long_as_its_prompt_says() -> None:
    parts = (prompt("a", audio="ab12"), replace(prompt("b", audio="cd34"), seconds=2.5))
    channel = answered(replace(MENU, prompts=parts))
    assert f"{BASE}/media/cd34.wav" in channel.texts()[0]
    assert heard(channel, 10_000) == [(0, "a"), (1000, "b")]
    assert channel.is_busy(3499)
    assert not channel.is_busy(3500)


def test_prompts_before_a_gather_and_in_it_keep_their_names() -> None:
    parts = (prompt("a"), prompt("notice", barge_in=False), prompt("b"))
    channel = answered(replace(MENU, prompts=parts))
    assert [verb.tag for verb in parse(channel.texts()[0].encode())][:3] == ["Say", "Say", "Gather"]
    assert heard(channel, 10_000) == [(0, "a"), (1000, "notice"), (2000, "b")]


def test_a_prompt_with_nothing_to_say_is_not_heard() -> None:
    silent = replace(prompt("silent"), text=" ")
    channel = answered(replace(MENU, prompts=(silent, prompt("b"))))
    assert heard(channel, 10_000) == [(0, "b")]


def test_played_prompts_end_by_a_request_of_the_provider() -> None:
    channel = answered(replace(FILLER, turn=Turn(3)))
    assert (channel.is_listening(), channel.due_ms) == (False, 0)
    assert heard(channel, 0) == [(0, "moment")]
    assert (channel.due_ms, channel.tick(1999)) == (2000, ())
    assert channel.tick(2000) == (PromptEnded(turn=Turn(3)),)


# --- what the caller does -------------------------------------------------------------------------


def test_a_key_cuts_in_and_is_answered_at_once() -> None:
    channel = answered(MENU)
    heard(channel, 0)
    assert keyed(channel.press("2", 500)) == (7, Sealed("2"), "match", "")
    assert heard(channel, 10_000) == []
    assert channel.due_ms is None
    assert not channel.is_busy(500)


def test_a_first_key_of_two_stops_the_sound_and_waits_for_the_second() -> None:
    channel = answered(LONG)
    heard(channel, 0)
    assert channel.press("1", 500) == ()
    assert heard(channel, 10_000) == []
    assert channel.is_busy(700)
    assert keyed(channel.press("2", 800)) == (7, Sealed("12"), "match", "")


def test_a_first_key_alone_counts_when_the_provider_s_timer_ends() -> None:
    channel = answered(LONG)
    heard(channel, 0)
    channel.press("1", 500)
    channel.tick(500)
    assert channel.due_ms == 5500
    assert channel.tick(5499) == ()
    assert keyed(channel.tick(5500)) == (7, Sealed("1"), "match", "")


def test_a_caller_who_does_nothing_is_told_as_such() -> None:
    channel = answered(MENU)
    assert channel.tick(7999) == ()
    assert keyed(channel.tick(8000)) == (7, Sealed(""), "none", "")


def test_a_wrong_key_is_told_with_its_reason() -> None:
    assert keyed(answered(MENU).press("9", 3500)) == (7, Sealed("9"), "not_in_menu", "")


def test_keys_before_the_gather_are_lost() -> None:
    parts = (prompt("notice", barge_in=False), prompt("b"))
    channel = answered(replace(MENU, prompts=parts))
    assert channel.press("1", 999) == ()
    assert heard(channel, 5000) == [(0, "notice"), (1000, "b")]
    assert not channel.is_busy(2000)
    assert keyed(channel.tick(7000)) == (7, Sealed(""), "none", "")


def test_keys_while_only_a_prompt_plays_are_lost() -> None:
    channel = answered(FILLER)
    heard(channel, 0)
    assert channel.press("1", 500) == ()
    assert channel.say("evet", 600) == ()
    assert channel.tick(2000) == (PromptEnded(turn=Turn(9)),)


def test_words_are_taken_where_the_listen_has_some() -> None:
    channel = answered(replace(MENU, words=("evet",)))
    assert keyed(channel.say("evet", 3500)) == (7, Sealed(""), "match", "evet")
    assert answered(MENU).say("evet", 3500) == ()


def test_a_secret_entry_is_sealed_and_written_nowhere() -> None:
    channel = answered(PIN)
    for key in "9753":
        assert channel.press(key, 1500) == ()
    events = channel.press("#", 1600)
    assert keyed(events) == (8, Sealed("9753"), "match", "")
    assert "9753" not in repr(events)
    assert "9753" not in "".join(channel.texts())


def test_a_full_entry_needs_no_end_key() -> None:
    channel = answered(PIN)
    assert [channel.press(key, 1500) for key in "97531"] == [()] * 5
    assert keyed(channel.press("2", 1500)) == (8, Sealed("975312"), "match", "")


# --- requests without an answer yet, and answers nobody waits for any more ------------------------


def test_nothing_happens_on_the_line_while_a_lookup_holds_the_request() -> None:
    channel = answered(MENU)
    heard(channel, 0)
    channel.press("1", 500)
    assert channel.carry_out(state(LOOKUP), (), 500) == ()
    assert (channel.due_ms, len(channel.texts())) == (None, 1)
    assert [channel.press("1", 600), channel.say("evet", 700), channel.tick(9000)] == [()] * 3
    assert not channel.is_busy(9000)
    assert channel.retry(9000) == Retried(is_equal=True)
    assert channel.carry_out(state(PIN), (), 9000) == ()
    assert heard(channel, 9000) == [(9000, "pin")]


def test_a_filler_is_heard_to_its_end_and_then_the_lookup_is_waited_for() -> None:
    channel = answered(FILLER, LOOKUP)
    assert heard(channel, 0) == [(0, "moment")]
    assert channel.tick(2000) == (PromptEnded(turn=Turn(9)),)
    assert channel.carry_out(state(LOOKUP), (), 2000) == ()
    assert channel.due_ms is None
    channel.carry_out(state(PIN), (), 4000)
    assert heard(channel, 4000) == [(4000, "pin")]


def test_an_answer_that_comes_during_the_filler_is_heard_after_it() -> None:
    channel = answered(FILLER, LOOKUP)
    heard(channel, 0)
    assert channel.carry_out(state(PIN), (), 700) == ()
    assert len(channel.texts()) == 1
    assert channel.tick(2000) == ()
    assert len(channel.texts()) == 2
    assert heard(channel, 2000) == [(2000, "pin")]


def test_a_key_for_a_question_that_is_gone_brings_the_new_one() -> None:
    channel = answered(MENU)
    channel.carry_out(state(replace(MENU, turn=Turn(17))), (), 100)
    assert channel.press("1", 500) == ()
    assert heard(channel, 500)[-1] == (500, "a")
    assert keyed(channel.press("1", 600)) == (17, Sealed("1"), "match", "")


# --- trouble --------------------------------------------------------------------------------------


def test_a_restart_of_the_server_leaves_the_document_with_the_provider() -> None:
    channel = answered(LONG)
    channel.press("1", 500)
    channel.restart(600)
    assert channel.carry_out(state(LONG), (), 600) == ()
    assert len(channel.texts()) == 1
    assert keyed(channel.press("2", 900)) == (7, Sealed("12"), "match", "")


def test_the_same_request_again_gets_the_same_bytes_and_does_nothing() -> None:
    channel = answered(MENU)
    assert channel.retry(100) == Retried(is_equal=True)
    assert len(channel.texts()) == 1
    channel.carry_out(state(PIN), (), 200)
    assert channel.retry(300) == Retried(is_equal=False)


def test_before_the_first_document_there_is_nothing_to_repeat_or_to_hear() -> None:
    channel = Rehearsal()
    assert (channel.retry(0), channel.due_ms, list(channel.texts())) == (None, None, [])
    assert [channel.press("1", 0), channel.say("a", 0), channel.tick(0)] == [()] * 3
    assert not channel.is_listening()
    assert not channel.is_busy(0)


def test_after_the_caller_has_gone_nothing_is_due_and_nothing_heard() -> None:
    channel = answered(MENU)
    heard(channel, 0)
    channel.hang_up(500)
    assert channel.due_ms is None
    assert heard(channel, 10_000) == []
    assert channel.carry_out(state(region=FINAL), (), 500) == ()
    assert len(channel.texts()) == 1


@pytest.mark.parametrize("over", [{"region": FINAL}, {"ended": True}])
def test_the_end_of_a_call_is_a_document_too(over: dict[str, Any]) -> None:
    channel = Rehearsal()
    assert channel.carry_out(state(**over), (), 0) == ()
    assert [verb.tag for verb in parse(channel.texts()[0].encode())] == ["Hangup"]
    assert channel.due_ms is None


def test_another_engine_s_state_is_refused() -> None:
    with pytest.raises(CallError, match="the engine's state"):
        Rehearsal().carry_out(object(), (), 0)


# --- whole calls of a flow test -------------------------------------------------------------------


def lived(talk: str, expect: str = "{}", given: str = "{}") -> CaseResult:
    """One call of the shop over webhooks."""
    on = scene.stage()
    hooked = Stage(on.step, on.book, on.specs, on.state_classes, {"twilio": Rehearsal})
    text = scene.call(talk, expect, given, more="    channel: twilio\n")
    return play(scene.case_file(text, on).cases[0], hooked)


RECORD = "{state: yolda, sum: 10, count: 1, paid: true}"
QUICK = f"{{order: {RECORD}}}"
SLOW = f"{{order: {{gives: {RECORD}, took: 900ms}}}}"
TRACKED = '[{presses: "1"}, {hears: which}, {presses: "12345"}, {hears: [state_is, bye]}]'


@pytest.mark.parametrize(
    ("talk", "expect", "given"),
    [
        ("[{hears: [welcome, choose]}, {hangs_up: true}]", "{ended: caller}", "{}"),
        ('[{presses: {keys: "1", during: choose}}, {hears: which}]', "{}", "{}"),
        (TRACKED, "{outcome: self_served}", QUICK),
        (TRACKED.replace("[state_is", "[moment, state_is"), "{}", SLOW),
        ('[{presses: "2"}, {presses: "975312"}, {hears: bye}]', '{nowhere: ["975312"]}', "{}"),
        ('[{restart: server}, {retry: webhook}, {presses: "2"}, {hears: pin}]', "{}", "{}"),
        ("[{silence: 1 times}, {hears: help}]", "{}", "{}"),
    ],
)
def test_a_call_of_a_flow_test_goes_its_way(talk: str, expect: str, given: str) -> None:
    assert lived(talk, expect, given).problems == ()
