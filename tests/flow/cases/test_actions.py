"""Every step of `talk`: when its moment is, what it does, and why it cannot be done."""

from __future__ import annotations

import pytest

from ivr.flow.cases.actions import clock
from tests.flow.cases.scene import failed, played


def times(talk: str, word: str, **named: str) -> list[int]:
    """When lines of the conversation hold a word, in ms."""
    lines = played(talk, **named).conversation  # type: ignore[arg-type]
    return [line.at_ms for line in lines if word in line.text]


def test_keys_come_200_ms_apart_after_the_prompts() -> None:
    assert times('[{presses: "1"}]', "presses") == [929 + 2643 + 200]


def test_after_and_gap_move_the_keys() -> None:
    slow = '[{presses: "1"}, {presses: {keys: "123", after: 2s, gap: 1s}}]'
    assert times(slow, "presses 123") == [3772 + 500 + 2000]
    assert times(slow, "asks order") == [6272 + 2 * 1000 + 3000]


def test_a_key_during_a_prompt_interrupts_it() -> None:
    assert times('[{presses: {keys: "2", during: choose}}]', "presses") == [929 + 200]
    assert times('[{hears: choose}, {presses: {keys: "2", during: choose}}]', "presses") == [1129]


def test_keys_wait_until_a_lookup_has_answered() -> None:
    assert failed('[{presses: "1"}, {presses: "123"}, {presses: "9"}]') == [
        'T202 the call ended before presses "9"'
    ]


def test_prompts_are_heard_in_order_with_gaps() -> None:
    assert failed('[{hears: [welcome, choose]}, {presses: "2"}, {hears: pin}]') == []
    assert failed("[{hears: [choose, welcome]}]") == [
        "T201 hears welcome; then nothing more at 00:03"
    ]


def test_what_was_heard_before_the_last_key_does_not_count() -> None:
    assert failed('[{presses: "2"}, {hears: choose}]') == [
        "T201 hears choose; heard pin at 00:03 in shop.secret"
    ]


def test_hearing_does_not_let_a_listen_run_out() -> None:
    assert failed("[{hears: help}]") == ["T201 hears help; heard welcome at 00:00 in shop.hello"]


def test_hearing_after_the_end_says_so() -> None:
    talk = '[{presses: "3"}, {agent: rejects}, {waits: 9s}, {hears: bye}, {hears: welcome}]'
    nobody = "{queues: {desk: {nobody: true}}}"
    assert failed(talk, given=nobody) == ["T201 hears welcome; the call ended at 00:12"]


def test_silence_counts_listens_or_seconds() -> None:
    assert failed("[{silence: 2 times}]", "{queue: desk, heard: [choose, help]}") == []
    assert failed("[{silence: 6s}, {hears: help}]") == []
    assert failed("[{silence: 4s}, {hears: help}]") != []
    nobody = "{queues: {desk: {nobody: true}}}"
    ended = "T202 the call ended before silence 3 times"
    assert failed("[{waits: 40s}, {silence: 3 times}]", given=nobody) == [ended]
    assert failed("[{silence: 3 times}]") == ["T202 silence 3 times: the call does not listen"]


def test_waiting_lets_the_clock_run_from_now() -> None:
    assert failed("[{waits: 9s}]", "{heard: help}") == []
    assert failed("[{waits: 8s}]", "{not_heard: help}") == []


def test_words_do_what_keys_do() -> None:
    assert failed("[{says: SİPARİŞ}, {hears: which}]") == []
    assert failed("[{says: kişi}]", "{queue: desk, exits: [always.0]}") == []
    assert failed("[{says: muz}]", "{queue: none}") == []


def test_hanging_up_after_hearing_is_at_once_else_when_the_call_rests() -> None:
    assert times("[{hears: welcome}, {hangs_up: true}]", "hangs up") == [0]
    assert times("[{hangs_up: true}]", "hangs up") == [3572]
    assert failed("[{hangs_up: true}]", "{ended: caller, vars: {mood: gitti}}") == []


def test_the_channel_may_be_lost() -> None:
    assert failed("[{loses: channel}]", "{ended: lost, outcome: system_lost}") == []


def test_a_switch_may_be_thrown_during_the_call() -> None:
    assert failed('[{switch: {emergency: true}}, {presses: "2"}, {hears: pin}]') == []


def test_after_a_restart_the_call_goes_on_and_the_prompt_is_said_again() -> None:
    talk = '[{presses: "2"}, {restart: server}, {hears: pin}, {presses: "123456"}, {hears: bye}]'
    assert failed(talk, "{ended: hangup, vars: {pin: none}}") == []


def test_a_lookup_cut_off_by_a_restart_is_asked_again() -> None:
    talk = (
        '[{presses: "1"}, {presses: "123"}, {waits: 3500ms}, {restart: server}, {hears: state_is}]'
    )
    given = "{order: [{gives: {state: ilk}, took: 900ms}, {gives: {state: iki}, took: 900ms}]}"
    assert failed(talk, '{says: "Durum: ilk."}', given) == []


def test_a_simulated_phone_has_no_webhook_to_retry() -> None:
    assert failed("[{retry: webhook}]") == ["T206 retry webhook: the channel simulator has none"]


@pytest.mark.parametrize(
    ("talk", "message"),
    [
        (
            '{presses: "0"}, {agent: rejects}, {agent: {transfers: boss}}',
            "T202 the call ended before agent rejects",
        ),
        (
            '{hears: choose}, {presses: "0"}, {agent: rejects}, {agent: holds}',
            "T202 the call ended before agent holds",
        ),
        (
            '{presses: "0"}, {agent: answers}, {agent: answers}',
            "T202 the call ended before agent answers",
        ),
        ("{records: 5s}", "T202 records 5s: the call takes no message"),
        ("{hangs_up: true}, {agent: holds}", "T202 the call ended before agent holds"),
        ("{hangs_up: true}, {hangs_up: true}", "T202 the call ended before hangs_up true"),
        ("{hangs_up: true}, {says: evet}", "T202 the call ended before says evet"),
        ("{hangs_up: true}, {restart: server}", "T202 the call ended before restart server"),
        ("{hangs_up: true}, {loses: channel}", "T202 the call ended before loses channel"),
        (
            "{hangs_up: true}, {switch: {emergency: true}}",
            "T202 the call ended before switch emergency true",
        ),
    ],
)
def test_what_cannot_be_done_is_said(talk: str, message: str) -> None:
    nobody = "{queues: {desk: {nobody: true}}}" if "boss" in talk or "records" in talk else "{}"
    assert failed(f"[{talk}]", given=nobody) == [message]


@pytest.mark.parametrize(
    ("then", "seconds", "outcome"),
    [
        ('{presses: "#"}', "12", "voicemail"),
        ("{waits: 6s}", "12", "voicemail"),
        ("{hangs_up: true}", "12", "voicemail"),
        ('{presses: "5"}, {presses: "#"}', "12", "voicemail"),
    ],
)
def test_a_caller_speaks_into_a_message(then: str, seconds: str, outcome: str) -> None:
    talk = f'[{{presses: "0"}}, {{records: 12s}}, {then}]'
    expect = f"{{voicemail: {{voicemail: main, seconds: {seconds}}}, outcome: {outcome}}}"
    assert failed(talk, expect, "{queues: {desk: {nobody: true}}}") == []


def test_who_says_too_little_has_left_no_message() -> None:
    talk = '[{presses: "0"}, {records: 1s}, {waits: 7s}]'
    expect = "{voicemail: {voicemail: main, seconds: 0}, outcome: overflowed}"
    assert failed(talk, expect, "{queues: {desk: {nobody: true}}}") == []


def test_what_is_said_to_the_simulator_in_words_takes_its_time() -> None:
    said = "please call me back about my broken modem"
    talk = f'[{{presses: "0"}}, {{hears: leave}}, {{says: {said}}}, {{waits: 9s}}]'
    expect = "{voicemail: {voicemail: main, seconds: 3.129}, outcome: voicemail}"
    assert failed(talk, expect, "{queues: {desk: {nobody: true}}}") == []


def test_a_clock_shows_minutes_and_seconds() -> None:
    assert (clock(0), clock(61_999), clock(6_000_000)) == ("00:00", "01:01", "100:00")
