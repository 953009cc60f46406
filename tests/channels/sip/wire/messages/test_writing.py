"""Messages to octets, answers out of requests, and where answers go."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import (
    Message,
    Request,
    Response,
    WireError,
    parse,
    reason_of,
    received_from,
    render,
    respond,
    top_via,
)
from tests.channels.sip.wire.letters import START, letter, request


def ours(value: str = "y", name: str = "X") -> Request:
    message = Request("OPTIONS", "sip:h")
    message.headers.add(name, value)
    return message


def test_one_header_per_line_canonical_and_the_length_true_and_last() -> None:
    message = request(
        letter(START, "k: a,b", "L: 3", body="abc", Via="SIP/2.0/UDP a,SIP/2.0/UDP b")
    )
    head, _, body = render(message).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == START
    assert "Supported: a,b" in lines
    assert lines[-1] == "Content-Length: 3"
    assert body == b"abc"
    assert render(Response(299, "")).startswith(b"SIP/2.0 299 \r\n")


@pytest.mark.parametrize("bad", ["\r", "\n", "\r\n", "\0", "a\r\n b", "\ud800"])
def test_nothing_goes_out_that_could_be_two_things(bad: str) -> None:
    messages: list[Message] = [
        ours(f"a{bad}b"), ours(name=f"X{bad}Y"), Request(f"A{bad}B", "sip:h"), Request("A",
        f"sip:{bad}"),
        Response(200, f"O{bad}K"),
    ]  # fmt: skip
    for message in messages:
        with pytest.raises(WireError) as caught:
            render(message)
        assert caught.value.code == 500


@pytest.mark.parametrize("message", [Request("A", "sip:h x"), Request("A B", "sip:h")])
def test_a_space_does_not_go_out_in_a_start_line(message: Request) -> None:
    with pytest.raises(WireError):
        render(message)


def test_a_quoted_nul_may_be_copied() -> None:
    data = letter(To='"NUL:\\\0" <sip:a@b>')
    assert b'To: "NUL:\\\x00" <sip:a@b>;tag=t\r\n' in render(
        respond(request(data), 501, to_tag="t")
    )


def test_an_answer_copies_what_belongs_to_the_request() -> None:
    message = request(letter(START, "v: SIP/2.0/UDP b", "Timestamp: 54"))
    answer = respond(message, 486, to_tag="t", extra=[("Retry-After", "5")], body=b"x")
    assert answer.reason == "Busy Here"
    assert answer.vias == message.vias
    assert (answer.from_, answer.call_id, answer.cseq) == (
        message.from_,
        message.call_id,
        message.cseq,
    )
    assert answer.to.tag == "t"
    assert answer.to.uri == message.to.uri
    assert answer.headers.get("Retry-After") == "5"
    assert "Timestamp" not in answer.headers
    assert answer.body == b"x"
    assert isinstance(parse(render(answer)), Response)


def test_row_68_record_routes_are_copied_into_101_to_299_only() -> None:
    message = request(
        letter(START, "Record-Route: <sip:a;lr>,<sip:b;lr>", "Record-Route: <sip:c;lr>")
    )
    for status, copied in ((100, 0), (180, 3), (200, 3), (486, 0)):
        assert len(respond(message, status).record_routes) == copied


def test_a_tag_is_set_where_there_is_none_and_never_in_a_100() -> None:
    assert respond(request(letter(To="<sip:a>;tag=old")), 200, to_tag="new").to.tag == "old"
    assert respond(request(letter()), 100, to_tag="new").to.tag == ""
    assert respond(request(letter(To="sip:a@b")), 200, to_tag="new").to.tag == "new"


def test_a_100_copies_the_timestamp() -> None:
    assert respond(request(letter(START, "Timestamp: 54")), 100).headers.get("Timestamp") == "54"


def test_every_status_has_words() -> None:
    assert [reason_of(n) for n in (200, 299, 499, 603, 999)] == [
        "OK", "OK", "Bad Request", "Decline", "Unknown",
    ]  # fmt: skip
    assert respond(request(letter()), 200, "Fine").reason == "Fine"


@pytest.mark.parametrize(
    ("via", "host", "port", "expected"),
    [
        ("SIP/2.0/UDP h;branch=1", "192.0.2.9", 9, "SIP/2.0/UDP h;branch=1;received=192.0.2.9"),
        ("SIP/2.0/UDP 192.0.2.9;branch=1", "192.0.2.9", 9, "SIP/2.0/UDP 192.0.2.9;branch=1"),
        ("SIP/2.0/UDP 192.0.2.9;rport;branch=1", "192.0.2.9", 9,
         "SIP/2.0/UDP 192.0.2.9;rport=9;branch=1;received=192.0.2.9"),
        ("SIP/2.0/UDP [2001:DB8::1]:5060;branch=1", "2001:db8::1", 9,
         "SIP/2.0/UDP [2001:DB8::1]:5060;branch=1"),
        ("SIP/2.0/UDP h;rport", "2001:db8::1", 9, "SIP/2.0/UDP h;rport=9;received=2001:db8::1"),
        ("SIP/2.0/UDP h;received=6.6.6.6;rport=1", "192.0.2.9", 9,
         "SIP/2.0/UDP h;rport=9;received=192.0.2.9"),
        ("SIP/2.0/UDP 192.0.2.9;received=6.6.6.6", "192.0.2.9", 9, "SIP/2.0/UDP 192.0.2.9"),
        ('SIP/2.0/UDP h;x="a,b" , SIP/2.0/TCP i;y', "192.0.2.9", 9,
         'SIP/2.0/UDP h;x="a,b";received=192.0.2.9, SIP/2.0/TCP i;y'),
    ],
)  # fmt: skip
def test_rows_69_70_the_top_hop_says_where_the_packet_came_from(
    via: str, host: str, port: int, expected: str
) -> None:
    message = request(letter(START, "Via: SIP/2.0/UDP last;branch=2", Via=via))
    count = len(message.vias)
    assert received_from(message, host, port) == message.vias[0] == top_via(message)
    assert message.headers.all("Via") == [expected, "SIP/2.0/UDP last;branch=2"]
    assert len(message.vias) == count
    received_from(message, host, port)
    assert message.headers.all("Via")[0] == expected


def test_without_a_hop_there_is_nothing_to_answer() -> None:
    with pytest.raises(WireError):
        top_via(Request("OPTIONS", "sip:h"))
