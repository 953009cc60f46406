"""What server and media worker tell each other, as octets."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire import control
from ivr.channels.sip.wire.control import (
    Beat,
    Broken,
    Close,
    Closed,
    Collect,
    Collected,
    Counters,
    Drain,
    Ended,
    Figures,
    Hear,
    Key,
    Limits,
    Load,
    Locked,
    Message,
    Mute,
    Open,
    Opened,
    Peer,
    Play,
    Ready,
    Record,
    Refused,
    SendKeys,
    Silent,
    Stats,
    Stop,
    Take,
    Taken,
    Taped,
)
from ivr.domain.errors import MediaError
from ivr.media.collect import Listen
from ivr.media.items import Clip, Music, Pause, Tone

ITEMS = (Clip("a/ş", 7, barge_in=False), Pause(30), Tone("busy", "TR", 400), Music(("x", "y")))
LOAD = Load(3, 0.25, 1.5, 7, willing=True)
MESSAGES: list[Message] = [
    Open(1, "::1", 20_000, 29_999, mux=True, extra=True),
    Peer(1, "192.0.2.1", 4000, 4001, "pcmu", 0, 96, 13, "recvonly", True, "info", "suppressed"),
    Play(1, 2, ITEMS, loop=True, resume=False),
    Collect(1, 2, ITEMS, Listen(keys=("1", "22"), entry_most=4, decimal=True), "12", flush=True),
    Stop(1, 2),
    Take(1, 2, ITEMS, "/a/ş", 60_000, 3_000, 2_000, "#"),
    Record(1, 2, "/a/ş"),
    Mute(1, 2, on=True),
    Taped(1, 2, 4_000, "disk full"),
    Taken(1, 2, 1_500, "silence"),
    Hear(1, (2, 3), Music(("x",), radio=True), keys=False),
    Hear(1, ()),
    SendKeys(1, "5#"),
    Key(1, "*"),
    Close(1),
    Limits(5, 1.5),
    Drain(),
    Stats(9),
    Beat(4),
    Ready(77),
    Opened(1, 20_000, 20_001, "127.0.0.1"),
    Refused(1, "full"),
    Broken(1, "here"),
    Ended(1, 2, "failed", 20, "not there"),
    Collected(1, 2, "12", "", "match", "full", "3"),
    Locked(1, "192.0.2.1", 5),
    Silent(1),
    Closed(1, Counters(1, 2, jitter_ms=0.5)),
    LOAD,
    Figures(9, LOAD, 5, 6),
]


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_comes_out_as_it_went_in(message: Message) -> None:
    assert control.read(control.write(message, 12)) == (12, message)


def test_every_kind_is_tried_here() -> None:
    assert {type(each) for each in MESSAGES} == set(control._KINDS)


def test_words_stay_with_the_server() -> None:
    listen = Listen(words=("evet",), entry_least=1)
    _, told = control.read(control.write(Collect(1, 2, (), listen), 0))
    assert told == Collect(1, 2, (), replace(listen, words=()))


def test_a_message_has_8_kb_at_most() -> None:
    control.write(Play(1, 2, (Clip("x" * 8000, 1),)), 0)
    with pytest.raises(MediaError, match="too long"):
        control.write(Play(1, 2, (Clip("x" * 8192, 1),)), 0)


def test_sixty_prompts_with_long_names_fit() -> None:
    stem = "/var/lib/ivr/speech/" + 64 * "a"
    assert len(control.write(Play(1, 2, (Clip(stem, 250),) * 60), 999)) <= control.MESSAGE_BYTES


def test_a_folder_with_a_name_that_is_no_text_is_found() -> None:
    message = Play(1, 2, (Clip("/sounds/\udcff/ğ", 5),))
    assert control.read(control.write(message, 3)) == (3, message)


def test_keys_are_not_shown() -> None:
    for message in (SendKeys(1, "4711"), Key(1, "4711"), Collect(1, 2, (), Listen(), "4711")):
        assert "4711" not in repr(message)
    assert "4711" not in repr(Collected(1, 2, "4711", "", "match", "full", "4711"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b"null",
        b"\xff",
        b'[1,"Nobody"]',
        b'[1,"Beat"]',
        b'[1,"Beat",1,2]',
        b'["x","Beat",1]',
        b'[1,["Beat"],1]',
        b'[1,"Play",1,2,[["Nothing"]],false,true]',
        b'[1,"Play",1,2,7,false,true]',
        b'[1,"Closed",1,[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]]',
        b'[1,"Collect",1,2,[],[1],"",false]',
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        control.read(data)


@pytest.mark.unmeasured
@given(
    st.binary(max_size=60)
    | st.recursive(st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_no_octets_raise_anything_else(data: bytes) -> None:
    with suppress(MediaError):
        control.read(data)


def test_agents_legs_may_exceed_the_cap_by_a_fifth() -> None:
    limits = Limits(legs=5)
    assert [limits.has_room(legs, extra=False) for legs in (4, 5)] == [True, False]
    assert [limits.has_room(legs, extra=True) for legs in (5, 6)] == [True, False]


def test_what_is_no_part_of_a_message_is_not_told() -> None:
    with pytest.raises(TypeError):
        control.write(Play(1, 2, (object(),)), 0)  # type: ignore[arg-type]
