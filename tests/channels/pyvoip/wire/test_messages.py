"""Messages between the server and the process around pyVoIP: what is written can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.pyvoip.wire.messages import (
    MESSAGE_BYTES,
    Accept,
    Answered,
    Begin,
    Farewell,
    Gone,
    HangUp,
    Key,
    Message,
    Ping,
    Play,
    Pong,
    Ready,
    Ringing,
    Stop,
    Troubled,
    read,
    write,
)
from ivr.domain.errors import MediaError

ALL: tuple[Message, ...] = (
    Begin("pbx.example", 5060, "7001", "geheim", "192.0.2.1", 0, 30_000, 30_099, 4),
    Ping(3),
    Accept(1),
    Play(1, ("/a/b.ulaw", "/ç.ulaw")),
    Play(1, ()),
    Stop(1),
    HangUp(1),
    Farewell("BYE sip:x SIP/2.0\r\n\r\n"),
    Ready(5062),
    Pong(3),
    Ringing(1, "c;t", "1001", "7001"),
    Answered(1, "BYE sip:x SIP/2.0\r\n\r\n"),
    Key(1, "#"),
    Gone(1, "bye"),
    Troubled("OSError in start:1"),
)


def test_what_is_written_is_read() -> None:
    assert [read(write(message)) for message in ALL] == list(ALL)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"[]", b"1", b'"Ping"', b'["Nothing"]', b'["Ping"]', b'["Ping","1"]'),
        *(b'["Ping",true]', b'["Ping",1,2]', b'["Play",1,"a"]', b'["Play",1,[1]]', b"\xff"),
        *(b'[["Ping"],1]', b"[" * 100_000, b'["Key",1,null]'),
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        read(data)


@given(st.binary(max_size=200))
def test_nothing_but_a_media_error_comes_of_any_octets(data: bytes) -> None:
    try:
        read(data)
    except MediaError:
        return


@given(st.text(max_size=50), st.text(max_size=50))
def test_any_text_of_a_pbx_comes_through(caller: str, called: str) -> None:
    message = Ringing(1, "r", caller, called)
    assert read(write(message)) == message


def test_a_message_that_no_datagram_holds_is_refused() -> None:
    with pytest.raises(MediaError, match="too long"):
        write(Play(1, ("x" * MESSAGE_BYTES,)))


def test_secrets_are_not_shown() -> None:
    assert "geheim" not in repr(ALL[0])
    assert "#" not in repr(Key(1, "#"))
