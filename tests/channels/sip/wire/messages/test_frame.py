"""Messages out of a stream: the same whatever the pieces, and an end where none can be known."""

from __future__ import annotations

import random
import re
from time import process_time

import pytest

from ivr.channels.sip.wire.messages.frame import PING, Framed, Framer
from ivr.channels.sip.wire.messages.message import Request, WireError, parse, respond
from tests.channels.sip.wire.letters import flows, letter, streams, tortures

GOOD = letter(start="INVITE sip:a@b SIP/2.0", body="v=0\r\n", Content_Length="5")
BARE = letter(body="", l="0")


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[n : n + size] for n in range(0, len(data), size)]


def fed(data: bytes, size: int) -> list[Framed]:
    framer, found = Framer(), []
    for piece in cut(data, size):
        found += framer.feed(piece)
    assert not framer.pending
    return found


def with_length(data: bytes) -> bytes:
    """The same message with a true Content-Length, as a stream must have it."""
    head, blank, body = data.partition(b"\r\n\r\n")
    head = head.removesuffix(b"\r\n") if not blank else head
    head = re.sub(rb"\r\n(content-length|l)[ \t]*:[^\r]*", b"", head, flags=re.IGNORECASE)
    return head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_messages_come_out_whole_in_pieces_of_any_size(size: int) -> None:
    messages = [GOOD, BARE, GOOD, GOOD]
    assert fed(b"".join(messages), size) == messages


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_the_messages_of_the_rfcs_come_out_whole(size: int) -> None:
    messages = [with_length(data) for data in (*tortures().values(), *flows().values())]
    assert fed(b"".join(messages), size) == messages


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 200_000])
def test_the_long_streams_come_apart_alike(size: int) -> None:
    for name, data in streams().items():
        wanted = by_hand(data)
        assert len(wanted) == {"stream_generic.txt": 227}.get(name, 26)
        found = fed(b"".join(wanted), size)
        assert found == wanted
        for message in wanted:
            if b"\r\nVia:" in message:  # RFC 5626 9.3 leaves it out
                parse(message, stream=True)


def by_hand(data: bytes) -> list[bytes]:
    """The messages of a stream, those without a Content-Length given one of 0."""
    found = []
    while data := data.lstrip(b"\r\n"):
        head, _, data = data.partition(b"\r\n\r\n")
        match = re.search(rb"\r\n(?:content-length|l)[ ]*:[ ]*([0-9]+)", head, re.IGNORECASE)
        length = int(match[1]) if match else 0
        head += b"" if match else b"\r\nContent-Length: 0"
        found.append(head + b"\r\n\r\n" + data[:length])
        data = data[length:]
    return found


def test_pieces_of_random_sizes_give_the_same() -> None:
    dice = random.Random(5)  # noqa: S311 - a test that must come out the same each time
    messages = [GOOD, BARE, letter(body="x\r\n\r\ny", Content_Length="6")] * 5
    data = b"".join(messages)
    for _ in range(50):
        framer, found, at = Framer(), list[Framed](), 0
        while at < len(data):
            step = dice.randint(1, 90)
            found += framer.feed(data[at : at + step])
            at += step
        assert found == messages


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_double_crlf_between_messages_is_a_ping_and_a_single_one_is_nothing(size: int) -> None:
    data = b"\r\n\r\n" + GOOD + b"\r\n" + BARE + b"\r\n\r\n\r\n\r\n" + GOOD
    assert fed(data, size) == [PING, GOOD, BARE, PING, PING, GOOD]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_blank_line_inside_a_body_is_no_end(size: int) -> None:
    data = letter(body="a\r\n\r\n\r\n\r\nb", Content_Length="10")
    assert fed(data + BARE, size) == [data, BARE]


@pytest.mark.parametrize(
    "line", ["CONTENT-LENGTH: 5", "l:5", "L : 5", "content-length:\r\n 5", "Content-Length:  0005 "]
)
def test_the_length_is_found_however_it_is_written(line: str) -> None:
    data = letter(body="v=0\r\n").replace(b"\r\n\r\n", f"\r\n{line}\r\n\r\n".encode(), 1)
    assert fed(data + BARE, 7) == [data, BARE]
    assert parse(data, stream=True).body == b"v=0\r\n"


@pytest.mark.parametrize("value", ["", "abc", "-1", "5 5", "5, 5", "+5", "0x5", "5\r\nl: 6", "²"])
def test_a_length_that_makes_no_sense_is_400_with_the_request(value: str) -> None:
    data = letter(Content_Length=value)
    with pytest.raises(WireError) as caught:
        Framer().feed(data)
    assert caught.value.code == 400
    assert isinstance(caught.value.message, Request)
    assert respond(caught.value.message, 400).cseq.method == "INVITE"


def test_no_length_is_400() -> None:
    with pytest.raises(WireError) as caught:
        Framer().feed(letter())
    assert caught.value.code == 400


def test_what_is_no_sip_at_all_closes_too() -> None:
    with pytest.raises(WireError) as caught:
        Framer().feed(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert caught.value.message is None


@pytest.mark.parametrize("value", ["17000", "99999999999999999999"])
def test_a_body_of_more_than_16_kb_is_413(value: str) -> None:
    with pytest.raises(WireError) as caught:
        Framer().feed(letter(Content_Length=value))
    assert caught.value.code == 413
    assert isinstance(caught.value.message, Request)


@pytest.mark.parametrize("size", [100, 16 * 1024, 60_000])
def test_headers_without_end_are_413(size: int) -> None:
    with pytest.raises(WireError) as caught:
        fed(b"A" * 60_000, size)
    assert caught.value.code == 413


def test_messages_before_a_fault_are_handed_out_first() -> None:
    framer = Framer()
    assert framer.feed(GOOD + letter()) == [GOOD]
    assert framer.fault is not None
    for more in (b"", GOOD):
        with pytest.raises(WireError):
            framer.feed(more)
    assert not framer.pending


def test_pending_tells_a_message_from_a_ping() -> None:
    framer = Framer()
    assert not framer.pending
    framer.feed(b"\r\n")
    assert not framer.pending
    framer.feed(b"INV")
    assert framer.pending


@pytest.mark.parametrize(
    "unit", [b"\r", b"\n", b"\r\n", b"l:", b"\r\nl:1", b"a", b"\r\n ", b"\r\nl:\r\n 1"]
)
@pytest.mark.parametrize("size", [1, 64, 16 * 1024])
def test_hostile_streams_take_linear_time(unit: bytes, size: int) -> None:
    data = b"INVITE sip:a@b SIP/2.0" + unit * (16 * 1024 // len(unit)) + b"\r\n\r\n"
    framer, began = Framer(), process_time()
    try:
        for piece in cut(data, size):
            framer.feed(piece)
    except WireError:
        pass
    assert process_time() - began < 0.5
