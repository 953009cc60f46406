"""Finding the session in a body."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.body import sdp_of
from ivr.channels.sip.wire.messages.message import Headers, Request, WireError

PARTS = (
    b"preamble\r\n--x y\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    b"--x y\r\nContent-Type: application/sdp\r\nContent-ID: 1\r\n\r\nv=0\r\no=1\r\n\r\n"
    b"--x y--\r\nend"
)


def message(kind: str | None, body: bytes, *more: tuple[str, str]) -> Request:
    lines = [*([("Content-Type", kind)] if kind else []), *more]
    return Request("INVITE", "sip:a@b", Headers(lines), body)


@pytest.mark.parametrize(
    "kind", ["application/sdp", "application/SDP;charset=utf-8", " Application/sdp ; x", None]
)
def test_a_plain_session_is_the_body(kind: str | None) -> None:
    assert sdp_of(message(kind, b"v=0\r\n")) == b"v=0\r\n"


def test_a_part_without_a_kind_is_passed_over_and_the_last_one_may_end_with_the_body() -> None:
    body = b"--b\r\nX: y\r\n\r\nhello\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"
    assert sdp_of(message("multipart/mixed;boundary=b", body)) == b"v=0\r\n"


def test_without_a_body_there_is_none() -> None:
    assert sdp_of(message("application/sdp", b"")) is None


@pytest.mark.parametrize(
    "kind", ['multipart/mixed;boundary="x y"', 'Multipart/Related; Boundary="x y"']
)
def test_the_first_session_of_several_parts_is_taken(kind: str) -> None:
    assert sdp_of(message(kind, PARTS)) == b"v=0\r\no=1\r\n"


def nested(depth: int) -> tuple[str, bytes]:
    kind, body = "application/sdp", b"v=0"
    for n in range(depth):
        head = f"--b{n}\r\nContent-Type: {kind}\r\n\r\n".encode()
        kind, body = f"multipart/mixed;boundary=b{n}", head + body + f"\r\n--b{n}--".encode()
    return kind, body


@pytest.mark.parametrize(("depth", "found"), [(1, True), (2, True), (3, False)])
def test_parts_in_parts_are_opened_twice_at_most(depth: int, found: bool) -> None:
    if found:
        assert sdp_of(message(*nested(depth))) == b"v=0"
    else:
        with pytest.raises(WireError):
            sdp_of(message(*nested(depth)))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("text/plain", ()),
        ("multipart/mixed", ()),
        ("application/sdp", (("Content-Encoding", "gzip"),)),
        ("text/plain", (("Content-Disposition", "session;handling=required"),)),
    ],
)
def test_what_must_be_understood_and_is_not_is_415(
    kind: str, more: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(WireError) as caught:
        sdp_of(message(kind, b"x", *more))
    assert caught.value.code == 415


def test_what_is_optional_is_ignored() -> None:
    more = ("Content-Disposition", "alert;handling=optional")
    assert sdp_of(message("text/plain", b"x", more)) is None
