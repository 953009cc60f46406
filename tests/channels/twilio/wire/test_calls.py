"""Forms into our words, and the URLs that lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio.wire.calls import (
    LIMITS,
    Address,
    Addresses,
    _choice,
    answer_to,
    ask_turn,
    classify,
    is_lone_end_key,
    keys_collected,
    leg_ended,
    read_address,
    ringing,
    spoken_words,
)
from ivr.channels.twilio.wire.forms import parse_form
from ivr.domain.call import CALLER, CallId, Cause, EndedBy, LegId, Prompt, Turn
from ivr.domain.commands import Collect, Play, StartTimer
from ivr.domain.events import PromptEnded
from ivr.domain.values import open_sealed
from ivr.media.collect import Collector, Heard, Listen

if TYPE_CHECKING:
    from ivr.channels.twilio.wire.forms import Form

BASE = Addresses("https://ivr.example.com", "main")
MENU = Collect(prompts=(), language="tr", keys=("1", "2", "12", "*"), turn=Turn(7))
PIN = Collect(prompts=(), language="tr", entry_least=4, entry_most=4, turn=Turn(7), secret=True)
ENTRY = Collect(
    prompts=(), language="tr", entry_least=3, entry_most=6, end_key="#", turn=Turn(7), empty=True
)
MONEY = Collect(
    prompts=(), language="tr", entry_least=1, entry_most=5, end_key="#", decimal=True, turn=Turn(7)
)
WORDS = Collect(prompts=(), language="tr", keys=("1",), words=("kayip kart",), turn=Turn(7))


def form(**fields: str) -> Form:
    return parse_form(urlencode(fields).encode())


# --- addresses ------------------------------------------------------------------------------------


def test_an_address_names_call_leg_turn_and_part() -> None:
    address = Address(CallId("01J"), CALLER, 7, 2)
    assert BASE.url(address) == f"https://ivr.example.com/hooks/main/next?c=01J&l=1&t=7&p=2{LIMITS}"
    again = Address(CallId("01J"), CALLER, ask_turn(5))
    assert BASE.url(again) == f"https://ivr.example.com/hooks/main/ask?c=01J&l=1&n=5{LIMITS}"


def test_media_and_pages_of_a_trunk_have_their_urls() -> None:
    assert BASE.media("ab12") == "https://ivr.example.com/media/ab12.wav"
    assert Addresses("http://x", "a b/c").hook("voice") == "http://x/hooks/a%20b%2Fc/voice"


@given(
    st.builds(
        Address,
        st.from_regex(r"[0-9A-Z]{1,26}", fullmatch=True).map(CallId),
        st.integers(1, 9).map(LegId),
        st.integers(-999_999, 999_999),
        st.integers(0, 999),
        st.booleans(),
    )
)
def test_what_is_built_is_read_back(address: Address) -> None:
    target = BASE.url(address).removeprefix("https://ivr.example.com")
    assert read_address(target) == address
    assert read_address(target.partition("#")[0]) == address


@pytest.mark.parametrize(
    "query",
    [
        "",
        "c=01J",
        "c=01J&l=1",
        "c=&l=1&t=1",
        "c=01J&l=x&t=1",
        "c=01J&l=1&t=-1",
        "c=01J&l=1&t=1&p=x",
        "c=01J&l=1&t=1&t=2",
        "c=01J&l=1&t=1234567890",
        "c=01J&l=1&t=٣",
        "c=a/../b&l=1&t=1",
        "c&l&t",
        "c=\udcff&l=1&t=1",
    ],
)
def test_what_we_did_not_write_is_not_read(query: str) -> None:
    assert read_address(f"/hooks/main/next?{query}") is None


# --- who calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "ani"),
    [
        ("+905321112233", "+905321112233"),
        ("05321112233", "+905321112233"),
        ("sip:+905321112233@carrier.example.com", "+905321112233"),
        ("sip:anonymous@anonymous.invalid", None),
        ("", None),
        ("anonymous", None),
        ("Restricted", None),
        ("unavailable", None),
        ("+266696687", None),
        ("+7378742833", None),
        ("+86282452253", None),
        ("client:alice", None),
    ],
)
def test_the_sender_is_a_number_or_nobody(sender: str, ani: str | None) -> None:
    assert ringing(form(CallSid="CA1", From=sender, To="+908502220000"), "TR").ani == ani


@pytest.mark.parametrize(
    ("to", "dnis"),
    [
        ("+908502220000", "+908502220000"),
        ("0850 222 00 00", "+908502220000"),
        ("112", "112"),
        ("sip:bank@ivr.example.com", "sip:bank@ivr.example.com"),
    ],
)
def test_the_called_number_is_kept_whatever_it_is(to: str, dnis: str) -> None:
    found = ringing(form(CallSid="CA1", From="", To=to), "TR")
    assert (found.dnis, found.provider_ref) == (dnis, "CA1")


@pytest.mark.parametrize(
    ("status", "cause", "by"),
    [
        ("completed", Cause.NORMAL, EndedBy.CALLER),
        ("busy", Cause.BUSY, EndedBy.CALLER),
        ("no-answer", Cause.NO_ANSWER, EndedBy.CALLER),
        ("canceled", Cause.CANCELLED, EndedBy.CALLER),
        ("failed", Cause.FAILED, EndedBy.LOST),
    ],
)
def test_every_final_status_ends_the_leg(status: str, cause: Cause, by: EndedBy) -> None:
    ended = leg_ended(form(CallStatus=status))
    assert ended is not None
    assert (ended.leg, ended.cause, ended.by) == (CALLER, cause, by)


@pytest.mark.parametrize("status", ["queued", "ringing", "in-progress", "nonsense", ""])
def test_other_statuses_end_nothing(status: str) -> None:
    assert leg_ended(form(CallStatus=status)) is None


# --- what was keyed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "fields", "expected"),
    [
        (MENU, {"Digits": "2"}, ("match", "2", "", "full")),
        (MENU, {"Digits": "1"}, ("match", "1", "", "between")),
        (MENU, {"Digits": "12"}, ("match", "12", "", "full")),
        (MENU, {"Digits": "*"}, ("match", "*", "", "full")),
        (MENU, {"Digits": "7"}, ("not_in_menu", "7", "", "full")),
        (MENU, {"Digits": "#"}, ("not_in_menu", "#", "", "full")),
        (MENU, {"Digits": ""}, ("none", "", "", "first")),
        (MENU, {}, ("none", "", "", "first")),
        (PIN, {"Digits": "1234"}, ("match", "1234", "", "full")),
        (PIN, {"Digits": "123"}, ("short", "123", "", "between")),
        (PIN, {"Digits": "1*34"}, ("not_in_menu", "1*", "", "full")),
        (ENTRY, {"Digits": "123", "FinishedOnKey": "#"}, ("match", "123", "", "end_key")),
        (ENTRY, {"Digits": "123#"}, ("match", "123", "", "end_key")),
        (ENTRY, {"Digits": "123"}, ("match", "123", "", "between")),
        (ENTRY, {"Digits": "12", "FinishedOnKey": "#"}, ("short", "12", "", "end_key")),
        (ENTRY, {"Digits": "123456"}, ("match", "123456", "", "full")),
        (ENTRY, {"Digits": "#"}, ("match", "", "", "end_key")),
        (ENTRY, {"Digits": "", "FinishedOnKey": "#"}, ("match", "", "", "end_key")),
        (ENTRY, {"Digits": ""}, ("none", "", "", "first")),
        (MONEY, {"Digits": "12*5", "FinishedOnKey": "#"}, ("match", "12*5", "", "end_key")),
        (MONEY, {"Digits": "#"}, ("short", "", "", "end_key")),
        (WORDS, {"SpeechResult": "Kayıp kart."}, ("match", "", "kayip kart", "words")),
        (WORDS, {"SpeechResult": "Hava nasıl?"}, ("not_in_menu", "", "hava nasil", "words")),
        (WORDS, {"SpeechResult": "..."}, ("none", "", "", "first")),
        (WORDS, {"SpeechResult": "Kayıp kart", "Digits": "1"}, ("match", "1", "", "full")),
        (MENU, {"SpeechResult": "bakiye"}, ("none", "", "", "first")),
        (PIN, {"Digits": "hangup"}, ("none", "", "", "first")),
    ],
)
def test_digits_and_words_are_judged(
    asked: Collect, fields: dict[str, str], expected: tuple[str, str, str, str]
) -> None:
    event = keys_collected(asked, form(**fields))
    assert (event.reason, open_sealed(event.keys), event.words, event.ended_by) == expected
    assert event.turn == asked.turn
    assert event.left is None


def test_nothing_heard_is_nothing_whatever_else_the_request_says() -> None:
    event = keys_collected(MENU, form(Digits="2"), nothing=True)
    assert event.reason == "none"


def test_keys_do_not_show_when_printed() -> None:
    assert "1234" not in repr(keys_collected(PIN, form(Digits="1234")))


def test_a_request_answers_what_is_open() -> None:
    play = Play(prompts=(Prompt("p", "tr", "x", 1.0),), turn=Turn(3))
    assert answer_to(play, form()) == PromptEnded(turn=Turn(3))
    assert answer_to(MENU, form(Digits="2")) == keys_collected(MENU, form(Digits="2"))
    assert answer_to(StartTimer(turn=Turn(4)), form()) is None


@pytest.mark.parametrize(
    ("fields", "alone"),
    [
        ({"Digits": "#"}, True),
        ({"Digits": "", "FinishedOnKey": "#"}, True),
        ({"FinishedOnKey": "#"}, True),
        ({"Digits": "1", "FinishedOnKey": "#"}, False),
        ({"Digits": ""}, False),
        ({"Digits": "*"}, False),
    ],
)
def test_an_end_key_alone_has_two_spellings(fields: dict[str, str], alone: bool) -> None:
    assert is_lone_end_key(form(**fields), "#") is alone
    assert is_lone_end_key(form(**fields), "") is False


def test_recognisers_add_full_stops() -> None:
    assert spoken_words(" Kayıp KART!.. ") == "kayip kart"


_KEYS = st.text("0123456789*#", min_size=1, max_size=2)
_ASKED = st.one_of(
    st.builds(
        lambda keys, end: {"keys": tuple(dict.fromkeys(keys)), "end_key": end},
        st.lists(_KEYS, min_size=1, max_size=5),
        st.sampled_from(["", "#", "*"]),
    ),
    st.builds(
        lambda low, more, end, empty: {
            "entry_least": low,
            "entry_most": low + more,
            "end_key": end,
            "empty": empty,
        },
        st.integers(1, 4),
        st.integers(0, 3),
        st.sampled_from(["", "#"]),
        st.booleans(),
    ),
)


def _pressed_one_by_one(listen: Listen, keys: str) -> Heard:
    collector = Collector()
    heard = collector.listen(listen, [(1000, True)], 0)
    for number, key in enumerate(keys):
        heard = heard or collector.press(key, 1000 + 200 * number)
    heard = heard or collector.tick(10**8)
    assert heard is not None
    return heard


@given(_ASKED, st.text("0123456789*#", max_size=8))
def test_digits_mean_what_the_same_keys_mean_on_a_channel_that_hears_each(
    asked: dict[str, Any], keys: str
) -> None:
    told = classify(Collect(prompts=(), language="tr", **asked), form(Digits=keys))
    heard = _pressed_one_by_one(Listen(**asked), keys)
    assert (told.reason, told.keys, told.ended_by) == (heard.reason, heard.keys, heard.ended_by)


@given(
    st.lists(st.text("0123456789*#", min_size=1, max_size=3), unique=True, max_size=5).map(tuple),
    st.sampled_from(["", "#", "*"]),
    st.booleans(),
    st.text("0123456789*#", max_size=3),
)
def test_a_menu_is_judged_as_the_collector_would(
    keys: tuple[str, ...], end_key: str, empty: bool, pressed: str
) -> None:
    asked = Collect(prompts=(), language="tr", keys=keys, end_key=end_key, empty=empty)
    collector = Collector()
    heard = collector.listen(Listen(keys=keys, end_key=end_key, empty=empty), (), 0)
    for at_ms, key in enumerate(pressed):
        heard = heard or collector.press(key, at_ms)
    assert classify(asked, form(Digits=pressed)) == (heard or collector.tick(10**9))


def test_digits_of_a_secret_or_a_free_entry_are_kept_nowhere() -> None:
    before = _choice.cache_info().currsize
    classify(PIN, form(Digits="12"))
    classify(Collect(prompts=(), language="tr", entry_least=1, entry_most=2), form(Digits="12"))
    assert _choice.cache_info().currsize == before
