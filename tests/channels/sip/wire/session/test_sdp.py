"""Reading and writing session descriptions."""

from __future__ import annotations

import os
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.session import sdp
from ivr.channels.sip.wire.session.sdp import Connection, Media, Origin, Session

OFFER = b"""v=0\r
o=alice 2890844526 2890842807 IN IP4 198.51.100.9\r
s=Talk\r
i=something\r
c=IN IP4 198.51.100.9\r
b=AS:84\r
t=0 0\r
a=ice-ufrag:abc\r
m=audio 49170/2 RTP/AVP 0 8 101\r
c=IN IP6 2001:db8::9\r
a=rtpmap:0 PCMU/8000\r
a=candidate:1 1 UDP 2130706431 198.51.100.9 49170 typ host\r
a=sendonly\r
m=video 51372 RTP/AVP 31\r
"""
BASE = "v=0\no=- 1 1 IN IP4 198.51.100.9\ns=-\nt=0 0\n"


def test_all_parts_of_a_description_are_found() -> None:
    session = sdp.parse(OFFER)
    assert session.origin == Origin("alice", 2890844526, 2890842807, "IP4", "198.51.100.9")
    assert session.connection == Connection("IP4", "198.51.100.9")
    audio, video = session.media
    assert (audio.kind, audio.port, audio.ports, audio.protocol) == ("audio", 49170, 2, "RTP/AVP")
    assert audio.formats == ("0", "8", "101")
    assert audio.values("rtpmap") == ["0 PCMU/8000"]
    assert audio.has("sendonly")
    assert not audio.has("sendrecv")
    assert video.formats == ("31",)


def test_an_address_under_the_m_line_beats_that_of_the_session() -> None:
    session = sdp.parse(OFFER)
    assert session.where(session.media[0]) == Connection("IP6", "2001:db8::9")
    assert session.where(session.media[1]) == Connection("IP4", "198.51.100.9")


def test_the_direction_comes_from_the_m_line_then_the_session_then_is_both_ways() -> None:
    session = sdp.parse(OFFER)
    assert session.direction(session.media[0]) == "sendonly"
    assert session.direction(session.media[1]) == "sendrecv"
    held = sdp.parse(OFFER.replace(b"t=0 0\r\n", b"t=0 0\r\na=inactive\r\n"))
    assert held.direction(held.media[1]) == "inactive"


@pytest.mark.parametrize(
    "change",
    [
        (b"\r\n", b"\n"),
        (b"s=Talk\r\n", b""),
        (b"t=0 0\r\n", b""),
        (b"b=AS:84\r\n", b"z=whatever\r\nb=AS:84\r\n"),
        (b"a=sendonly\r\n", b"a=sendonly\r\na=\r\na=:\r\n"),
        (b"RTP/AVP 31\r\n", b"RTP/AVP 31\r\n\r\n\r\n"),
        (b"o=alice ", b"o=Alice the second "),
        (b"s=Talk", b"s=\xff\xfe"),
        (b"2890844526", b"99999999999999999999"),
    ],
)
def test_what_careless_phones_write_is_read(change: tuple[bytes, bytes]) -> None:
    assert OFFER.count(change[0]) > 0
    assert len(sdp.parse(OFFER.replace(*change)).media) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"\0",
        b"hello",
        b"v=0\r\nthis is no description",
        b"v=1\no=- 1 1 IN IP4 1.2.3.4\n",
        b"o=- 1 1 IN IP4 1.2.3.4\nv=0\n",
        b"v=0\ns=-\n",
        b"m=audio 4000 RTP/AVP 0\n",
        b"v=0\no=- x 1 IN IP4 1.2.3.4\n",
        b"v=0\no=- 1 -1 IN IP4 1.2.3.4\n",
        b"v=0\no=- 1 1 IN IP5 1.2.3.4\n",
        b"v=0\no=- 1 1 XX IP4 1.2.3.4\n",
        b"v=0\no=- 1 1 IN IP4\n",
        b"v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN IP4\n",
        b"v=0\no=- 1 1 IN IP4 1.2.3.4\nc=IN ATM x\n",
        b"v=0\no=- 1 1 IN IP4 1.2.3.4\n\xc3\xa4=1\n",
        b"v=0\no=- 1 1 IN IP4 1.2.3.4\rs=-\n",
        b"v=0\no=- 1 1 IN IP4 1.2.3.4\n\nm=audio 4000 RTP/AVP 0\n",
        f"{BASE}m=audio\n".encode(),
        f"{BASE}m=audio 4000 RTP/AVP\n".encode(),
        f"{BASE}m=audio x RTP/AVP 0\n".encode(),
        f"{BASE}m=audio 65536 RTP/AVP 0\n".encode(),
        f"{BASE}m=audio -1 RTP/AVP 0\n".encode(),
        f"{BASE}m=audio 4000/0 RTP/AVP 0\n".encode(),
        f"{BASE}m=audio 4000/ RTP/AVP 0\n".encode(),
        f"{BASE}m=audio ٤000 RTP/AVP 0\n".encode(),
        f"{BASE}m=audio 4000 RTP/AVP 0\nc=IN\n".encode(),
    ],
)
def test_a_broken_description_is_refused_with_400(body: bytes) -> None:
    with pytest.raises(WireError) as caught:
        sdp.parse(body)
    assert caught.value.code == 400


def test_the_limits_are_16_media_and_64_lines_for_each() -> None:
    media = "m=audio 4000 RTP/AVP 0\n"
    assert len(sdp.parse((BASE + media * 16).encode()).media) == 16
    sdp.parse((BASE + media + "a=x\n" * 63).encode())
    for bad in (media * 17, media + "a=x\n" * 64, "a=x\n" * 61, media + "a=x\n" * 5000):
        with pytest.raises(WireError):
            sdp.parse((BASE + bad).encode())


def test_what_was_read_is_written_and_read_the_same() -> None:
    session = sdp.parse(OFFER)
    assert sdp.parse(sdp.render(session)) == session


def test_a_description_without_an_address_of_the_session_is_written_without_one() -> None:
    media = Media("audio", 4000, "RTP/AVP", ("0",), Connection("IP4", "198.51.100.9"))
    body = sdp.render(Session(Origin("-", 1, 1, "IP4", "198.51.100.9"), None, (media,)))
    assert body.decode().split("\r\n") == [
        "v=0",
        "o=- 1 1 IN IP4 198.51.100.9",
        "s=-",
        "t=0 0",
        "m=audio 4000 RTP/AVP 0",
        "c=IN IP4 198.51.100.9",
        "",
    ]


@pytest.mark.parametrize("odd", ["\r", "\n", "\0", "\r\na=x"])
def test_a_value_with_a_line_end_is_never_written(odd: str) -> None:
    with pytest.raises(WireError):
        sdp.render(Session(Origin("-" + odd, 1, 1, "IP4", "198.51.100.9")))


def test_addresses_are_digits_only() -> None:
    assert str(sdp.ip_of("198.51.100.9")) == "198.51.100.9"
    assert str(sdp.ip_of("::ffff:198.51.100.9")) == "198.51.100.9"
    assert sdp.ip_of("pbx.example.com") is None
    assert sdp.ip_of("224.1.1.1/127") is None
    assert sdp.ip_of("fe80::1%eth0") is None
    assert (sdp.family_of("2001:db8::1"), sdp.family_of("198.51.100.9")) == ("IP6", "IP4")


def refused_with(body: bytes) -> int:
    """0 if a body can be read, and then written and read the same; else the code of its error."""
    try:
        session = sdp.parse(body)
    except WireError as error:
        return error.code
    assert sdp.parse(sdp.render(session)) == session
    return 0


@given(st.binary(max_size=400))
def test_no_octets_raise_anything_but_a_wire_error(body: bytes) -> None:
    assert refused_with(body) in (0, 400)


def mutated(source: random.Random, body: bytes) -> bytes:
    """The body with one to eight small wounds."""
    octets = bytearray(body)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(octets) + 1)
        match source.randrange(5):
            case 0:
                octets[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                del octets[at : at + source.randint(1, 20)]
            case 2:
                octets[at:at] = source.choice([b"\r", b"\n", b"\0", b"=", b" ", b":", b"m=", b"%"])
            case 3:
                start = source.randrange(len(octets) + 1)
                octets[at:at] = octets[start : start + 40]
            case _:
                octets[at:at] = source.choice([b"0", b"9", b"-", b"/"]) * source.randint(1, 40)
    return bytes(octets)


def test_wounded_descriptions_are_read_or_refused_never_more() -> None:
    rounds = int(os.environ.get("IVR_FUZZ", "10000"))
    source = random.Random(20260101)  # noqa: S311
    longest_s = 0.0
    for _ in range(rounds):
        body = mutated(source, OFFER)
        began = time.perf_counter()
        assert refused_with(body) in (0, 400)
        longest_s = max(longest_s, time.perf_counter() - began)
    assert longest_s < 0.25
