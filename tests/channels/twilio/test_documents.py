"""What a state becomes: one document, the same bytes each time, walked as the provider would."""

from __future__ import annotations

import timeit
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio.documents import Documents, Seat, Wait, most_keys
from ivr.channels.twilio.twiml import DocumentTooLongError
from ivr.channels.twilio.wire.calls import LIMITS, Address, Addresses, classify
from ivr.channels.twilio.wire.forms import parse_form
from ivr.channels.twilio.wire.walker import Asks, Walk, parse
from ivr.domain.call import CALLER, BridgeId, CallId, LegId, Mode, Prompt, Turn
from ivr.domain.commands import Collect, Fetch, Play, StartTimer, Waiting
from ivr.domain.events import EPOCH
from ivr.engine.party import ALONE
from ivr.engine.state import FINAL, Frame, State

if TYPE_CHECKING:
    from ivr.media.collect import Heard

TABLE = Path(__file__).resolve().parents[2] / "data" / "digit_timing.yaml"
ROWS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text("utf-8"))["rows"]
DOCUMENTS = Documents(
    Addresses("https://ivr.example.com", "main"), {"en": "Polly.Amy"}, speech=("tr",)
)
NEXT = "https://ivr.example.com/hooks/main/next?c=01J&l=1&t=7"


def prompt(text: str, **more: Any) -> Prompt:  # noqa: ANN401 - fields of Prompt
    return Prompt("p", "tr", text, len(text) / 14, **more)


MENU = Collect(
    prompts=(prompt("Bir ya da iki."),),
    language="tr",
    keys=("1", "2", "12"),
    first_s=4.2,
    turn=Turn(7),
)


def state_of(*waiting: Waiting, **more: Any) -> State:  # noqa: ANN401 - fields of State
    opened = {f"w{number}": command for number, command in enumerate(waiting)}
    frame = Frame("shop", "welcome", open=opened)
    return State(CallId("01J"), "hash", "+90850", EPOCH, frames=[frame], **more)


def body_of(*waiting: Waiting, **more: Any) -> bytes:  # noqa: ANN401 - fields of State
    document = DOCUMENTS.of(state_of(*waiting, **more))
    assert document is not None
    return document.body


def test_a_menu_is_prompts_inside_a_gather_and_a_redirect_after_it() -> None:
    root = parse(body_of(MENU))
    gather, redirect = root
    assert gather.attrib == {
        "action": NEXT + LIMITS,
        "actionOnEmptyResult": "true",
        "finishOnKey": "",
        "input": "dtmf",
        "method": "POST",
        "numDigits": "2",
        "timeout": "5",
    }
    assert [(say.tag, say.text, say.attrib) for say in gather] == [
        ("Say", "Bir ya da iki.", {"language": "tr-TR"})
    ]
    assert (redirect.text, redirect.attrib) == (NEXT + "&e=1" + LIMITS, {"method": "POST"})


def test_an_entry_ends_by_its_end_key_or_its_most_digits() -> None:
    ask = Collect(prompts=(), language="tr", entry_least=3, entry_most=6, end_key="#", turn=Turn(7))
    gather = parse(body_of(ask))[0]
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("6", "#")
    plain = parse(body_of(replace(ask, end_key="", decimal=True)))[0]
    assert (plain.get("numDigits"), plain.get("finishOnKey")) == ("7", "")


def test_an_end_key_that_is_a_key_of_the_menu_ends_nothing() -> None:
    menu = replace(MENU, keys=("#", "1"), entry_least=2, entry_most=3, end_key="#")
    assert parse(body_of(menu))[0].get("finishOnKey") == ""


def test_prompts_that_must_be_heard_stand_before_the_gather() -> None:
    prompts = (prompt("bir"), prompt("iki", barge_in=False), prompt("üç"))
    root = parse(body_of(replace(MENU, prompts=prompts)))
    assert [verb.tag for verb in root] == ["Say", "Say", "Gather", "Redirect"]
    assert [say.text for say in root[2]] == ["üç"]


def test_speech_is_asked_for_where_flow_and_trunk_can() -> None:
    words = replace(MENU, words=("kayip kart", "evet, tamam"))
    gather = parse(body_of(words))[0]
    assert gather.get("input") == "dtmf speech"
    assert gather.get("hints") == "kayip kart,evet  tamam"
    assert (gather.get("speechTimeout"), gather.get("language")) == ("auto", "tr-TR")
    for deaf in (replace(words, language="en"), replace(words, speech=False), MENU):
        assert parse(body_of(deaf))[0].get("input") == "dtmf"


@pytest.mark.parametrize(
    ("asked_s", "written"), [(0.8, "auto"), (1.0, "1"), (1.2, "2"), (3.0, "3")]
)
def test_a_flow_that_asks_for_more_silence_after_words_gets_it(
    asked_s: float, written: str
) -> None:
    words = replace(MENU, words=("kayip kart",), end_silence_s=asked_s)
    gather = parse(body_of(words))[0]
    assert gather.get("speechTimeout") == written


def test_prompts_to_be_heard_lead_to_their_turn() -> None:
    spoken = Play(
        prompts=(prompt("Merhaba"), Prompt("a", "en", "", 2.0, audio="ab12"), prompt("")),
        turn=Turn(7),
    )
    root = parse(body_of(spoken))
    assert [(verb.tag, verb.text) for verb in root] == [
        ("Say", "Merhaba"),
        ("Play", "https://ivr.example.com/media/ab12.wav"),
        ("Redirect", NEXT + LIMITS),
    ]


def test_a_voice_is_named_where_one_is_set() -> None:
    english = Play(prompts=(Prompt("p", "en", "Hello", 1.0),), turn=Turn(7))
    assert parse(body_of(english))[0].attrib == {"language": "en-US", "voice": "Polly.Amy"}


def test_a_listen_comes_before_a_sound_and_waits_alone_say_nothing() -> None:
    sound = Play(prompts=(prompt("x"),), turn=Turn(8))
    assert b"<Gather" in body_of(MENU, sound)
    assert DOCUMENTS.of(state_of(Fetch(source="s"), StartTimer())) is None


@pytest.mark.parametrize("over", [{"region": FINAL}, {"ended": True}])
def test_a_call_that_is_over_is_hung_up(over: dict[str, Any]) -> None:
    assert [verb.tag for verb in parse(body_of(MENU, **over))] == ["Hangup"]


def test_waits_lead_to_the_next_part_and_back_to_the_question() -> None:
    call = CallId("01J")
    filler = parse(DOCUMENTS.filler(call, 7, 2).body)
    assert (filler[0].tag, filler[0].get("length")) == ("Pause", "1")
    assert filler[1].text == f"{NEXT}&p=3{LIMITS}"
    again = f"https://ivr.example.com/hooks/main/ask?c=01J&l=1&n=9{LIMITS}"
    assert parse(DOCUMENTS.again(call, 9).body)[0].text == again
    later = parse(DOCUMENTS.later(call, 9).body)
    assert (later[0].get("length"), later[1].text) == ("2", again)


def test_what_xml_cannot_carry_is_left_out() -> None:
    odd = "a\x00b\x1f\x85c\udc80d\uffff <&>\"' \U0001f600\n\te"
    root = parse(body_of(replace(MENU, prompts=(prompt(odd),))))
    assert root[0][0].text == "a b c d  <&>\"' \U0001f600 e"


def test_a_document_beyond_the_limit_is_not_sent() -> None:
    with pytest.raises(DocumentTooLongError):
        body_of(replace(MENU, prompts=(prompt("ş" * 40_000),)))


def test_the_longest_time_of_a_document_is_never_beaten() -> None:
    document = DOCUMENTS.of(state_of(MENU))
    assert document is not None
    walk = Walk(document.body, 0)
    walk.press("1", 900)
    assert walk.due_ms <= document.longest_s * 1000


def test_a_document_is_made_in_microseconds() -> None:
    state = state_of(replace(MENU, prompts=(prompt("x" * 60), prompt("y" * 60))))
    best_s = min(timeit.repeat(lambda: DOCUMENTS.of(state), number=200, repeat=5)) / 200
    assert best_s < 0.001  # about 60 µs on the machine it was written on


_TEXT = st.text(min_size=1, max_size=30)
_PROMPTS = st.lists(
    st.builds(
        Prompt,
        st.just("p"),
        st.sampled_from(["tr", "en", "de"]),
        _TEXT,
        st.floats(0, 60),
        st.booleans(),
        st.sampled_from(["", "ab12"]),
    ),
    max_size=4,
).map(tuple)


@given(
    _PROMPTS,
    st.lists(st.text("0123456789*#", min_size=1, max_size=3), max_size=4).map(tuple),
    st.floats(0, 30),
    st.integers(0, 8),
    st.sampled_from(["", "#", "*"]),
)
def test_equal_states_give_equal_documents_that_the_provider_takes(
    prompts: tuple[Prompt, ...], keys: tuple[str, ...], first_s: float, most: int, end: str
) -> None:
    asked = Collect(
        prompts=prompts, language="tr", keys=keys, first_s=first_s, entry_most=most, end_key=end
    )
    body = body_of(asked)
    assert body == body_of(replace(asked))
    assert parse(body)[-1].tag == "Redirect"
    assert body_of(Play(prompts=prompts)) == body_of(Play(prompts=prompts))
    assert most_keys(asked) >= 1


# --- the timing table of digit entry, as far as one timer and no memory of keys can follow it -----

CANNOT: dict[str, tuple[str, ...]] = {
    "keys typed ahead are lost between documents (F902)": (
        *("5a", "5b", "5c", "15a", "15b", "15c", "menu-same-key-twice", "swallow-ahead"),
        *("swallow-ahead-once", "swallow-ahead-other", "ahead-32", "ahead-between", "ahead-empty"),
        *("ahead-failed", "ahead-failed-ask", "ahead-long", "ahead-not-long", "ahead-prefix"),
        *("ahead-short-drops", "ahead-walk"),
    ),
    "there is one timer, the longer of first and between (F901)": (
        *("late-between", "swallow-not-between"),
    ),
    "the provider ends a full entry at once": (
        *("11b", "same-long", "ask-last-no-end-key", "ask-last-star"),
    ),
    "keys before or during a prompt that must be heard are lost": (
        *("chain-notice-between", "chain-notice-dropped", "chain-notice-later"),
        *("chain-notice-same", "chain-notice-wrong", "chain-two-notices", "words-before-notice"),
    ),
    "the provider tells no keys A to D": ("menu-letter",),
    "no document swallows an end key, `listened.py` does": ("swallow-menu", "swallow-next-listen"),
}


def _document(listen: dict[str, Any]) -> Collect:
    entry = str(listen.get("entry", "")).partition("-")
    prompts = []
    for length in listen.get("prompts", [4]):
        text = str(length)
        characters = round(float(text.rstrip("!")) * 14)
        prompts.append(prompt("x" * characters, barge_in=not text.endswith("!")))
    return Collect(
        prompts=tuple(prompts),
        language="tr",
        keys=tuple(listen.get("menu", ())),
        entry_least=int(entry[0] or 0),
        entry_most=int(entry[2] or entry[0] or 0),
        first_s=listen.get("first", 5),
        between_s=listen.get("between", 3),
        last_s=listen.get("last", 0),
        end_key=listen.get("end_key", ""),
        empty=listen.get("empty", False),
        decimal=listen.get("decimal", False),
        words=tuple(listen.get("words", ())),
        turn=Turn(7),
    )


def _timed(row: dict[str, Any]) -> list[tuple[int, str, str]]:
    """(ms, key, words) in order of time; keys typed ahead come before the first document."""
    timed = [(-1, key, "") for key in str(row.get("ahead", ""))]
    for written in str(row.get("presses", "")).split():
        key, _, at = written.rpartition("@")
        timed.append((round(float(at) * 1000), key, ""))
    for written in row.get("speech", ()):
        words, _, at = written.rpartition("@")
        timed.append((round(float(at) * 1000), "", words))
    return sorted(timed, key=lambda one: one[0])


def _walked(row: dict[str, Any]) -> list[Heard]:
    """What each listen of a row hears on this channel."""
    at_ms, timed, heard = 0, _timed(row), []
    for listen in row["listens"]:
        asked = _document(listen)
        walk, then = Walk(body_of(asked), at_ms), None
        while timed and then is None and timed[0][0] <= walk.due_ms:
            when_ms, key, words = timed.pop(0)
            if when_ms >= at_ms and key not in {"A", "B", "C", "D"}:
                then = walk.press(key, when_ms) if key else walk.say(words, when_ms)
        then = then or walk.tick(walk.due_ms)
        assert isinstance(then, Asks)
        at_ms = then.at_ms
        heard.append(classify(asked, parse_form(urlencode(then.fields).encode())))
    return heard


def _differs(row: dict[str, Any]) -> bool:
    gives = [one["gives"] for one in row["listens"]]
    wanted = [(g["reason"], str(g.get("keys", "")), g.get("words", "")) for g in gives]
    return [(str(h.reason), h.keys, h.words) for h in _walked(row)] != wanted


def test_the_rows_that_this_channel_cannot_follow_are_known_and_all_others_hold() -> None:
    known = sorted(row for rows in CANNOT.values() for row in rows)
    assert sorted(str(row["row"]) for row in ROWS if _differs(row)) == known
    assert len(ROWS) - len(known) >= 60


QUEUED = Play(prompts=(prompt("Sırada birincisiniz."),), music="", turn=Turn(9))


def test_a_wait_is_prompts_once_then_music_and_the_next_part() -> None:
    first = parse(body_of(QUEUED))
    assert [verb.tag for verb in first] == ["Say", "Pause", "Redirect"]
    documents = Documents(
        Addresses("https://ivr.example.com", "main"), {}, music=lambda song, n: f"{song}x{n}"
    )
    state = state_of(QUEUED)
    onwards = Address(state.call, CALLER, 3, 6)
    later = documents.of(state, Wait(onwards, piece=4, heard=True))
    assert later is not None
    play, redirect = parse(later.body)
    assert (play.tag, play.text) == ("Play", "x4")
    assert (redirect.text or "").startswith(
        "https://ivr.example.com/hooks/main/next?c=01J&l=1&t=3&p=6#"
    )


def test_a_key_while_waiting_counts_and_silence_is_no_answer() -> None:
    gather, _redirect = parse(body_of(replace(MENU, music="", keys=("9",))))
    assert gather.get("actionOnEmptyResult") == "false"
    assert (gather.get("numDigits"), gather.get("timeout")) == ("1", "1")
    assert [verb.tag for verb in gather] == ["Say", "Pause"]


def test_who_sits_in_a_bridge_is_sent_into_its_room() -> None:
    legs = (replace(ALONE[0], bridge=BridgeId(2)),)
    dial, _redirect = parse(body_of(MENU, legs=legs))
    room = dial[0]
    assert (dial.tag, room.tag, room.text) == ("Dial", "Conference", "01J-2")
    assert room.get("endConferenceOnExit") == "false"
    assert room.get("waitUrl") == ""
    assert (dial.get("action") or "").startswith(
        "https://ivr.example.com/hooks/main/left?c=01J&l=1&t=2#"
    )


def test_who_only_listens_is_muted_and_who_whispers_has_one_listener() -> None:
    seat = Seat(CallId("01J"), LegId(3), BridgeId(1), Mode.LISTEN)
    assert parse(DOCUMENTS.room(seat).body)[0][0].get("muted") == "true"
    whispers = replace(seat, mode=Mode.WHISPER, coached="CA2")
    assert parse(DOCUMENTS.room(whispers).body)[0][0].get("coach") == "CA2"


def test_what_others_hear_is_not_for_the_caller() -> None:
    whisper = Play(leg=LegId(2), prompts=(prompt("fısıltı"),), turn=Turn(8))
    assert body_of(MENU, whisper) == body_of(MENU)
    said = parse(DOCUMENTS.said(whisper, CallId("01J")).body)
    assert (said[1].text or "").startswith("https://ivr.example.com/hooks/main/next?c=01J&l=2&t=8#")
