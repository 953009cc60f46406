"""The walker does with a document what the provider is documented to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio.wire.walker import Asks, DocumentError, Ends, Joins, Walk, parse

ACTION = "https://x/next"
FIVE_S = "x" * 70


def doc(*verbs: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'.encode()


def gather(inside: str = "", **attributes: str) -> str:
    written = {"action": ACTION, "timeout": "5", "actionOnEmptyResult": "true", **attributes}
    spelled = " ".join(f"{name}='{value}'" for name, value in written.items())
    return f"<Gather {spelled}>{inside}</Gather>"


def say(text: str = FIVE_S) -> str:
    return f'<Say language="tr-TR">{text}</Say>'


LAST = "<Redirect method='POST'>https://x/last</Redirect>"


def test_words_last_as_long_as_the_estimate_and_then_the_redirect_is_followed() -> None:
    walk = Walk(doc(say(), "<Pause length='2'/>", "<Play>https://x/a.wav</Play>", LAST), 1000)
    assert [(s.kind, s.begin_ms, s.end_ms) for s in walk.sounds] == [
        ("Say", 1000, 6000),
        ("Pause", 6000, 8000),
        ("Play", 8000, 11000),
    ]
    assert walk.tick(10_999) is None
    assert walk.tick(11_000) == Asks("https://x/last", (), 11_000)
    assert walk.quiet_ms == 11_000


def test_the_length_of_a_recording_can_be_told() -> None:
    walk = Walk(doc("<Play>https://x/a.wav</Play>", LAST), 0, lambda url: len(url) * 100)
    assert walk.due_ms == 1500


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("<Hangup/>", "hangup"),
        ("", "over"),
        ("<Reject/>", "rejected"),
        ("<Reject reason='busy'/>", "busy"),
    ],
)
def test_a_document_can_end_the_call(last: str, reason: str) -> None:
    assert Walk(doc(last), 0).tick(0) == Ends(reason, 0)


def test_the_timer_starts_when_the_nested_prompts_end() -> None:
    walk = Walk(doc(gather(say()), LAST), 0)
    assert walk.due_ms == 10_000
    assert walk.tick(9_999) is None
    assert walk.tick(10_000) == Asks(ACTION, (("Digits", ""),), 10_000)


def test_a_key_stops_the_prompts_and_starts_the_timer_again() -> None:
    walk = Walk(doc(gather(say(), numDigits="3")), 0)
    assert walk.press("1", 2_000) is None
    assert walk.sounds[0].end_ms == 2_000
    assert walk.due_ms == 7_000
    assert walk.press("2", 6_999) is None
    assert walk.tick(11_999) == Asks(ACTION, (("Digits", "12"),), 11_999)


def test_a_key_with_the_timer_wins() -> None:
    walk = Walk(doc(gather(numDigits="1")), 0)
    assert walk.press("1", 5_000) == Asks(ACTION, (("Digits", "1"),), 5_000)


def test_a_key_after_the_timer_comes_too_late() -> None:
    walk = Walk(doc(gather(numDigits="1")), 0)
    assert walk.press("1", 5_001) == Asks(ACTION, (("Digits", ""),), 5_000)


def test_the_last_digit_and_the_end_key_end_an_entry() -> None:
    walk = Walk(doc(gather(numDigits="2")), 0)
    walk.press("1", 0)
    assert walk.press("2", 100) == Asks(ACTION, (("Digits", "12"),), 100)
    walk = Walk(doc(gather(numDigits="4")), 0)  # the default end key is #
    walk.press("1", 0)
    assert walk.press("#", 100) == Asks(ACTION, (("Digits", "1"), ("FinishedOnKey", "#")), 100)


def test_without_an_end_key_the_hash_is_a_key() -> None:
    walk = Walk(doc(gather(numDigits="1", finishOnKey="")), 0)
    assert walk.press("#", 0) == Asks(ACTION, (("Digits", "#"),), 0)


def test_keys_before_the_gather_are_lost() -> None:
    walk = Walk(doc(say(), gather(numDigits="1")), 0)
    assert walk.press("1", 4_999) is None
    assert not walk.listens(4_999)
    assert walk.listens(5_000)
    assert walk.due_ms == 10_000
    assert Walk(doc(say(), LAST), 0).press("1", 10) is None


def test_silence_falls_through_where_no_empty_result_is_wanted() -> None:
    walk = Walk(doc(gather(actionOnEmptyResult="false"), say(), LAST), 0)
    assert walk.tick(5_000) is None
    assert walk.tick(10_000) == Asks("https://x/last", (), 10_000)


def test_speech_is_heard_only_where_it_is_asked_for() -> None:
    assert Walk(doc(gather()), 0).say("evet", 100) is None
    walk = Walk(doc(gather(input="dtmf speech")), 0)
    heard = walk.say("evet", 100)
    assert isinstance(heard, Asks)
    assert ("SpeechResult", "evet") in heard.fields
    walk.press("1", 200)
    assert walk.say("evet", 300) is None


def test_only_keys_of_a_telephone_can_be_pressed() -> None:
    with pytest.raises(ValueError, match="key"):
        Walk(doc(gather()), 0).press("x", 0)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"<Response",
        b"<Other/>",
        b"<Response x='1'/>",
        b"<!DOCTYPE Response [<!ENTITY a 'b'>]><Response/>",
        doc("<Dance/>"),
        doc("<Say loud='1'>x</Say>"),
        doc("<Say> </Say>"),
        doc("<Redirect/>"),
        doc("<Pause><Say>x</Say></Pause>"),
        doc("<Gather/>"),
        doc(gather("<Redirect>x</Redirect>")),
        doc(gather(numDigits="0")),
        doc(gather(timeout="0")),
        doc(gather(timeout="auto")),
        doc("<Pause length='-1'/>"),
        doc(gather(finishOnKey="any")),
        doc(say("x" * 70_000)),
    ],
)
def test_what_the_provider_refuses_is_refused(bad: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(bad)


@given(st.lists(st.tuples(st.sampled_from("0123456789*#"), st.integers(0, 3000)), max_size=12))
def test_an_entry_always_ends_and_never_after_its_last_timer(keys: list[tuple[str, int]]) -> None:
    walk = Walk(doc(say("x"), gather(say("xx"), numDigits="4", finishOnKey="#")), 0)
    at_ms, then = 0, None
    for key, gap_ms in keys:
        at_ms += gap_ms
        then = then or walk.press(key, at_ms)
    then = then or walk.tick(walk.due_ms)
    assert isinstance(then, Asks)
    assert then.at_ms <= at_ms + 6_000
    assert len(dict(then.fields)["Digits"]) <= 4


ROOM = "<Conference beep='false' muted='true'>01J-1</Conference>"


def test_a_conference_is_joined_when_all_before_it_was_heard() -> None:
    walk = Walk(doc(say(), f"<Dial action='{ACTION}' timeLimit='60'>{ROOM}</Dial>"), 0)
    how = (("beep", "false"), ("muted", "true"))
    assert walk.tick(5000) == Joins("01J-1", ACTION, how, 5000)


@pytest.mark.parametrize(
    "dial",
    [
        f"<Dial>{ROOM}</Dial>",
        f"<Dial action='{ACTION}'></Dial>",
        f"<Dial action='{ACTION}' timeLimit='long'>{ROOM}</Dial>",
        f"<Dial action='{ACTION}'><Conference></Conference></Dial>",
        f"<Dial action='{ACTION}'><Conference end='no'>01J-1</Conference></Dial>",
    ],
)
def test_a_dial_that_the_provider_would_refuse(dial: str) -> None:
    with pytest.raises(DocumentError):
        parse(doc(dial))
