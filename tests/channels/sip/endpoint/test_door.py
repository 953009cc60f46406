"""Counting connections, what one source is, and the answer to a stream that is no SIP."""

from __future__ import annotations

import pytest

from ivr.channels.sip.endpoint.door import (
    Door,
    Limits,
    in_silence,
    is_number,
    plain_refusal,
    source_of,
)
from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.messages.frame import Framer
from ivr.channels.sip.wire.messages.message import Request, parse
from ivr.channels.sip.wire.words import Flow
from tests.fakes.sip_core import OPTIONS

FLOW = Flow("tcp", ("127.0.0.1", 5060), ("192.0.2.1", 4000), 1)


def _fault(stream: bytes) -> WireError:
    with pytest.raises(WireError) as found:
        Framer().feed(stream)
    return found.value


def test_one_source_gets_so_many_and_no_more_until_one_leaves() -> None:
    door = Door(Limits(per_source=2))
    assert [door.admit("a") for _ in range(3)] == [True, True, False]
    assert door.admit("b")
    door.leave("a")
    assert door.admit("a")
    assert door.turned_away == {"source": 1}


def test_all_sources_together_get_so_many() -> None:
    door = Door(Limits(total=2))
    assert [door.admit(each) for each in ("a", None, "c")] == [True, True, False]
    door.leave(None)
    assert door.admit("c")
    assert door.turned_away == {"total": 1}


def test_who_has_left_leaves_nothing_behind() -> None:
    door = Door(Limits())
    for source in ("a", None):
        door.admit(source)
        door.leave(source)
    assert (door.open, door.by_source) == (0, {})


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%2", "fe80::/64"),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_line(host: str, source: str) -> None:
    assert source_of(host) == source


@pytest.mark.parametrize(
    ("host", "number"),
    [("192.0.2.1", True), ("fe80::1%2", True), ("a.example", False), ("", False)],
)
def test_a_name_is_told_from_an_address(host: str, *, number: bool) -> None:
    assert is_number(host) is number


def test_a_request_of_unknown_length_is_answered_where_it_came_from() -> None:
    error = _fault(OPTIONS.replace(b"Content-Length: 0\r\n", b""))
    answer = plain_refusal(error, FLOW)
    assert answer.startswith(b"SIP/2.0 400 ")
    assert b"received=192.0.2.1" in answer
    assert b"CSeq: 1 OPTIONS\r\n" in answer


def test_a_request_too_long_is_answered_with_413() -> None:
    error = _fault(OPTIONS.replace(b"Content-Length: 0", b"Content-Length: 99999"))
    assert plain_refusal(error, FLOW).startswith(b"SIP/2.0 413 ")


def test_an_ack_is_never_answered() -> None:
    error = _fault(OPTIONS.replace(b"OPTIONS", b"ACK").replace(b"Content-Length: 0\r\n", b""))
    assert plain_refusal(error, FLOW) == b""


@pytest.mark.parametrize("stream", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 20_000])
def test_what_is_no_request_at_all_gets_no_answer(stream: bytes) -> None:
    assert plain_refusal(_fault(stream), FLOW) == b""


def test_strangers_hear_nothing() -> None:
    error = _fault(OPTIONS.replace(b"Content-Length: 0\r\n", b""))
    assert in_silence(error, FLOW) == b""


def test_a_request_that_cannot_be_copied_gets_no_answer() -> None:
    request = parse(OPTIONS)
    assert isinstance(request, Request)
    request.headers.set("Via", "nonsense")
    assert plain_refusal(WireError(400, "no length", request), FLOW) == b""
