"""Offer and answer: every row of the design's table, and rows 51-66 of the conformance list."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.errors import WireError
from ivr.channels.sip.wire.session import sdp
from ivr.channels.sip.wire.session.offer import (
    Local,
    Negotiated,
    NotAcceptable,
    answer,
    check_offer,
    make_offer,
    read_answer,
)
from ivr.channels.sip.wire.session.reach import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

UNSET = "0.0.0.0"  # noqa: S104 - read, never listened on
US = Local("203.0.113.10", 20000, session_id=77)
KEYS = "a=rtpmap:{0} telephone-event/8000\r\na=fmtp:{0} 0-15\r\n"
AUDIO = "m=audio 49172 RTP/AVP 0 8 101\r\n" + KEYS.format(101)


def theirs(
    media: str = AUDIO, *, address: str = "198.51.100.9", version: int = 1, more: str = ""
) -> bytes:
    connection = f"c=IN IP4 {address}\r\n" if address else ""
    head = f"v=0\r\no=- 5 {version} IN IP4 198.51.100.9\r\ns=-\r\n{connection}t=0 0\r\n{more}"
    return (head + media).encode()


def m_lines(negotiated: Negotiated) -> list[tuple[str, int, str]]:
    session = sdp.parse(negotiated.sdp)
    return [(media.kind, media.port, " ".join(media.formats)) for media in session.media]


def lines(negotiated: Negotiated) -> list[str]:
    return negotiated.sdp.decode().split("\r\n")


# --- answers ------------------------------------------------------------------------------------


def test_the_answer_is_the_first_of_their_codecs_and_their_key_type() -> None:
    agreed = answer(theirs(), US)
    assert m_lines(agreed) == [("audio", 20000, "0 101")]
    assert lines(agreed) == [
        "v=0",
        "o=- 77 1 IN IP4 203.0.113.10",
        "s=-",
        "c=IN IP4 203.0.113.10",
        "t=0 0",
        "m=audio 20000 RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
        "",
    ]
    stream = agreed.stream
    assert (stream.codec, stream.send_pt, stream.event_pt) == ("pcmu", 0, 101)
    assert stream.receive == ((0, "pcmu"), (101, "telephone-event"))
    assert stream.address == ("198.51.100.9", 49172)
    assert stream.rtcp == ("198.51.100.9", 49173)
    assert (stream.direction, stream.held, stream.rtcp_mux) == ("sendrecv", False, False)
    assert agreed.settled


@pytest.mark.parametrize(
    ("media", "codec", "formats"),
    [
        ("m=audio 49172 RTP/AVP 8 0\r\n", "pcma", "8"),
        ("m=audio 49172 RTP/AVP 18 8 0\r\n", "pcma", "8"),
        (
            "m=audio 49172 RTP/AVP 97 96\r\na=rtpmap:97 PCMA/8000\r\n" + KEYS.format(96),
            "pcma",
            "97 96",
        ),
        ("m=audio 49172 RTP/AVP 101 8\r\n" + KEYS.format(101), "pcma", "8 101"),
        ("m=audio 49172 RTP/AVPF 0\r\na=rtcp-fb:* nack\r\n", "pcmu", "0"),
        ("m=audio 49172 rtp/avp 0\r\n", "pcmu", "0"),
        ("m=audio 49172 RTP/AVP 0\r\na=ptime:30\r\na=maxptime:60\r\n", "pcmu", "0"),
        ("m=audio 49172 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/16000\r\n", "pcmu", "0"),
    ],
)
def test_codecs_may_be_named_or_not_and_have_any_number(
    media: str, codec: str, formats: str
) -> None:
    agreed = answer(theirs(media), US)
    assert agreed.stream.codec == codec
    assert m_lines(agreed)[0][2] == formats


def test_a_trunk_without_key_events_never_names_them() -> None:
    agreed = answer(theirs(), replace(US, event_pt=None))
    assert agreed.stream.event_pt is None
    assert m_lines(agreed) == [("audio", 20000, "0")]


def test_a_codec_that_the_trunk_does_not_list_is_not_taken() -> None:
    assert answer(theirs(), replace(US, codecs=("pcma",))).stream.codec == "pcma"


def test_comfort_noise_is_agreed_only_where_both_want_it() -> None:
    media = "m=audio 49172 RTP/AVP 0 13\r\n"
    assert answer(theirs(media), US).stream.comfort_pt is None
    agreed = answer(theirs(media), replace(US, comfort=True))
    assert agreed.stream.comfort_pt == 13
    assert m_lines(agreed)[0][2] == "0 13"
    assert answer(theirs(), replace(US, comfort=True)).stream.comfort_pt is None


def test_an_address_under_the_m_line_beats_that_of_the_session() -> None:
    media = "m=audio 49172 RTP/AVP 0\r\nc=IN IP4 198.51.100.20\r\n"
    assert answer(theirs(media), US).stream.address == ("198.51.100.20", 49172)


def test_an_offer_over_ipv6_is_answered_over_ipv6() -> None:
    offer = theirs().replace(b"IN IP4 198.51.100.9", b"IN IP6 2001:db8::9")
    agreed = answer(offer, replace(US, address="2001:db8::1"))
    assert agreed.stream.address == ("2001:db8::9", 49172)
    assert "c=IN IP6 2001:db8::1" in lines(agreed)
    with pytest.raises(NotAcceptable):
        answer(offer, US)


@pytest.mark.parametrize(
    "address", ["pbx.example.com", "224.2.1.1/127", "127.0.0.1", "255.255.255.255"]
)
def test_an_address_that_we_never_send_to_is_refused(address: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        answer(theirs(address=address), US)
    assert caught.value.code == 488


def test_an_offer_can_be_looked_at_without_an_answer() -> None:
    local = Local("203.0.113.5", 4000)
    check_offer(theirs("m=audio 30000 RTP/AVP 8"), local)
    with pytest.raises(NotAcceptable):
        check_offer(theirs("m=video 30000 RTP/AVP 34"), local)


def test_loopback_is_served_where_it_is_allowed() -> None:
    local = replace(US, address="127.0.0.1", rules=Rules(loopback=True))
    assert answer(theirs(address="127.0.0.1"), local).stream.address == ("127.0.0.1", 49172)


def test_unusable_lines_keep_their_place_with_port_0() -> None:
    media = "m=video 5000 RTP/AVP 31 34\r\n" + AUDIO + "m=audio 6000 RTP/AVP 8\r\n"
    agreed = answer(theirs(media), US)
    assert m_lines(agreed) == [
        ("video", 0, "31 34"),
        ("audio", 20000, "0 101"),
        ("audio", 0, "8"),
    ]
    assert agreed.index == 1


def test_an_encrypted_line_beside_a_plain_one_is_refused_and_the_plain_one_served() -> None:
    agreed = answer(theirs("m=audio 6000 RTP/SAVP 0\r\na=crypto:1 x inline:y\r\n" + AUDIO), US)
    assert m_lines(agreed) == [("audio", 0, "0"), ("audio", 20000, "0 101")]


@pytest.mark.parametrize(
    ("offered", "wanted", "direction", "held"),
    [
        ("sendrecv", "sendrecv", "sendrecv", False),
        ("sendonly", "sendrecv", "recvonly", True),
        ("recvonly", "sendrecv", "sendonly", False),
        ("inactive", "sendrecv", "inactive", True),
        ("sendrecv", "sendonly", "sendonly", False),
        ("sendonly", "sendonly", "inactive", True),
        ("recvonly", "recvonly", "inactive", False),
        ("sendrecv", "inactive", "inactive", False),
    ],
)
def test_the_direction_of_the_answer(
    offered: str, wanted: str, direction: str, *, held: bool
) -> None:
    agreed = answer(theirs(AUDIO + f"a={offered}\r\n"), replace(US, direction=wanted))
    assert (agreed.stream.direction, agreed.stream.held) == (direction, held)
    assert f"a={direction}" in lines(agreed)


@pytest.mark.parametrize("direction", ["", "a=sendrecv\r\n", "a=sendonly\r\n"])
def test_an_unset_address_is_hold(direction: str) -> None:
    agreed = answer(theirs(AUDIO + direction, address=UNSET), US)
    assert (agreed.stream.direction, agreed.stream.held) == ("recvonly", True)
    assert agreed.stream.address is None


def test_reports_share_the_port_where_that_is_offered() -> None:
    agreed = answer(theirs(AUDIO + "a=rtcp-mux\r\n"), US)
    assert agreed.stream.rtcp_mux
    assert agreed.stream.rtcp == ("198.51.100.9", 49172)
    assert "a=rtcp-mux" in lines(agreed)


def test_a_report_port_of_our_own_is_told() -> None:
    assert "a=rtcp:20005" in lines(answer(theirs(), replace(US, rtcp_port=20005)))
    assert not any("a=rtcp" in one for one in lines(answer(theirs(), replace(US, rtcp_port=20001))))


# --- conformance list, rows 51-66 ---------------------------------------------------------------


def test_row_51_ice_and_lines_with_colons_are_passed_over() -> None:
    more = "a=ice-lite\r\na=group:BUNDLE 0\r\na=x:y:z: :\r\n"
    assert answer(theirs(more=more), US).stream.codec == "pcmu"


def test_row_52_lines_that_end_in_lf_alone() -> None:
    assert answer(theirs().replace(b"\r\n", b"\n"), US).stream.codec == "pcmu"


def test_row_53_an_address_at_the_medium_only() -> None:
    media = "m=audio 49172 RTP/AVP 0\r\nc=IN IP4 198.51.100.20\r\n"
    assert answer(theirs(media, address=""), US).stream.address == ("198.51.100.20", 49172)


def test_row_54_addresses_at_both_the_medium_wins() -> None:
    media = "m=audio 49172 RTP/AVP 0\r\nc=IN IP4 198.51.100.20\r\n"
    agreed = answer(theirs(media, address="198.51.100.7"), US)
    assert agreed.stream.address == ("198.51.100.20", 49172)


def test_rows_55_and_56_types_0_and_8_need_no_name() -> None:
    assert answer(theirs("m=audio 49172 RTP/AVP 0\r\n"), US).stream.codec == "pcmu"
    assert answer(theirs("m=audio 49172 RTP/AVP 8\r\n"), US).stream.codec == "pcma"


def test_row_57_sound_and_pictures_pictures_get_port_0() -> None:
    agreed = answer(theirs(AUDIO + "m=video 5000 RTP/AVP 31\r\n"), US)
    assert m_lines(agreed)[1] == ("video", 0, "31")


@pytest.mark.parametrize(
    "media",
    [
        "m=audio 49172 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n",
        "m=audio 49172 RTP/SAVP 0 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\r\n",
        "m=video 49172 RTP/AVP 31\r\n",
        "m=audio 49172 UDP/TLS/RTP/SAVPF 0 8\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\n",
        "m=audio 0 RTP/AVP 0\r\n",
        "m=audio 49172 RTP/AVP 101\r\n" + KEYS.format(101),
        "m=audio 80 RTP/AVP 0\r\n",
        "",
    ],
)
def test_rows_60_to_63_nothing_we_can_serve_is_488_with_a_warning(media: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        answer(theirs(media), US)
    assert caught.value.code == 488
    assert caught.value.warning.startswith("304 ")


@pytest.mark.parametrize(
    "body", [b"v=0\r\nnonsense", b"", theirs(address="")], ids=["garbled", "empty", "no c="]
)
def test_row_64_a_broken_description_is_400(body: bytes) -> None:
    with pytest.raises(WireError) as caught:
        answer(body, US)
    assert caught.value.code == 400


def test_rows_65_and_66_keys_on_96_are_answered_on_96() -> None:
    agreed = answer(theirs("m=audio 49172 RTP/AVP 8 96\r\n" + KEYS.format(96)), US)
    assert m_lines(agreed)[0][2] == "8 96"
    assert (96, "telephone-event") in agreed.stream.receive
    assert agreed.stream.event_pt == 96


# --- further rounds -----------------------------------------------------------------------------


def test_the_same_offer_again_gets_the_same_octets() -> None:
    first = answer(theirs(), US)
    again = answer(theirs(), US, first)
    assert again.sdp == first.sdp
    assert again.stream == first.stream


def test_a_new_version_without_news_gets_the_same_octets() -> None:
    first = answer(theirs(), US)
    again = answer(theirs(version=2), US, first)
    assert again.sdp == first.sdp
    assert again.stream == first.stream


def test_hold_and_resume_each_raise_our_version_by_one() -> None:
    first = answer(theirs(), US)
    held = answer(theirs(AUDIO + "a=sendonly\r\n", version=2), US, first)
    assert (held.ours.origin.version, held.stream.held, held.stream.direction) == (
        2,
        True,
        "recvonly",
    )
    back = answer(theirs(version=3), US, held)
    assert (back.ours.origin.version, back.stream.held, back.stream.direction) == (
        3,
        False,
        "sendrecv",
    )
    assert {item.ours.origin.session_id for item in (first, held, back)} == {77}


def test_hold_without_a_new_version_is_hold_all_the_same() -> None:
    held = answer(theirs(AUDIO + "a=sendonly\r\n"), US, answer(theirs(), US))
    assert held.stream.held
    assert held.ours.origin.version == 2


def test_their_new_port_is_news_though_our_description_stays() -> None:
    first = answer(theirs(), US)
    moved = answer(theirs(AUDIO.replace("49172", "50000"), version=2), US, first)
    assert moved.stream.address == ("198.51.100.9", 50000)
    assert moved.stream != first.stream
    assert moved.sdp == first.sdp


def test_our_new_port_makes_a_new_version_even_for_the_same_offer() -> None:
    again = answer(theirs(), replace(US, port=20002), answer(theirs(), US))
    assert again.ours.origin.version == 2
    assert m_lines(again)[0][1] == 20002


def test_the_line_in_use_stays_in_use() -> None:
    first = answer(theirs("m=audio 6000 RTP/SAVP 0\r\n" + AUDIO), US)
    again = answer(theirs("m=audio 6000 RTP/AVP 8\r\n" + AUDIO, version=2), US, first)
    assert again.index == 1
    assert m_lines(again)[0] == ("audio", 0, "8")


def test_an_offer_with_fewer_lines_than_before_is_served_by_what_is_left() -> None:
    first = answer(theirs("m=video 6000 RTP/AVP 31\r\n" + AUDIO), US)
    assert answer(theirs(version=2), US, first).index == 0


# --- our offers ---------------------------------------------------------------------------------


def test_our_offer_lists_all_codecs_in_our_order_and_the_keys() -> None:
    offer = make_offer(US)
    assert m_lines(offer) == [("audio", 20000, "8 0 101")]
    assert "a=fmtp:101 0-15" in lines(offer)
    assert "a=ptime:20" in lines(offer)
    assert not offer.settled
    assert offer.stream.address is None
    assert offer.ours.origin.version == 1


def test_a_leg_to_be_bridged_gets_the_codec_of_the_other_first() -> None:
    assert m_lines(make_offer(replace(US, codecs=("pcmu", "pcma"))))[0][2] == "0 8 101"
    assert m_lines(make_offer(replace(US, comfort=True, event_pt=None)))[0][2] == "8 0 13"


def test_their_answer_settles_our_offer() -> None:
    agreed = read_answer(
        make_offer(US), theirs("m=audio 4000 RTP/AVP 8 101\r\n" + KEYS.format(101))
    )
    stream = agreed.stream
    assert (stream.codec, stream.send_pt, stream.event_pt) == ("pcma", 8, 101)
    assert stream.receive == ((8, "pcma"), (101, "telephone-event"))
    assert stream.address == ("198.51.100.9", 4000)
    assert agreed.settled
    assert not stream.held


def test_an_answer_with_several_codecs_is_sent_the_first_and_may_send_any() -> None:
    stream = read_answer(make_offer(US), theirs()).stream
    assert (stream.codec, stream.send_pt) == ("pcmu", 0)
    assert dict(stream.receive) == {8: "pcma", 0: "pcmu", 101: "telephone-event"}


def test_keys_go_out_with_their_number_and_come_in_with_ours_or_theirs() -> None:
    stream = read_answer(
        make_offer(US), theirs("m=audio 4000 RTP/AVP 8 96\r\n" + KEYS.format(96))
    ).stream
    assert stream.event_pt == 96
    assert dict(stream.receive) == {8: "pcma", 101: "telephone-event", 96: "telephone-event"}


def test_an_answer_need_not_name_the_types_that_we_named() -> None:
    stream = read_answer(make_offer(US), theirs("m=audio 4000 RTP/AVP 8 101\r\n")).stream
    assert stream.event_pt == 101


@pytest.mark.parametrize(
    ("wanted", "said", "direction", "held"),
    [
        ("sendrecv", "sendrecv", "sendrecv", False),
        ("sendrecv", "recvonly", "sendonly", False),
        ("sendrecv", "sendonly", "recvonly", True),
        ("sendrecv", "inactive", "inactive", True),
        ("sendonly", "recvonly", "sendonly", False),
        ("sendonly", "sendrecv", "sendonly", False),
        ("inactive", "inactive", "inactive", False),
        ("recvonly", "sendonly", "recvonly", False),
    ],
)
def test_the_direction_after_their_answer(
    wanted: str, said: str, direction: str, *, held: bool
) -> None:
    offer = make_offer(replace(US, direction=wanted))
    stream = read_answer(offer, theirs(AUDIO + f"a={said}\r\n")).stream
    assert (stream.direction, stream.held) == (direction, held)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (theirs("m=audio 0 RTP/AVP 8\r\n"), 488),
        (theirs("m=audio 4000 RTP/AVP 18\r\n"), 488),
        (theirs("m=audio 4000 RTP/SAVP 8\r\n"), 488),
        (theirs("m=video 4000 RTP/AVP 31\r\n"), 488),
        (theirs(""), 488),
        (theirs(address="example.com"), 488),
        (b"broken", 400),
    ],
)
def test_an_unusable_answer_is_refused(body: bytes, code: int) -> None:
    with pytest.raises(WireError) as caught:
        read_answer(make_offer(US), body)
    assert caught.value.code == code


def test_the_source_of_an_answer_is_known_only_when_it_comes() -> None:
    body = theirs(address="192.168.1.7")
    agreed = read_answer(make_offer(US), body, Rules(nat_source="198.51.100.77"))
    assert agreed.stream.address == ("198.51.100.77", 49172)


def test_a_second_offer_has_the_current_codec_first_and_the_current_port() -> None:
    first = answer(theirs(), US)
    second = make_offer(US, first)
    assert m_lines(second) == [("audio", 20000, "0 8 101")]
    assert second.ours.origin.version == 2


def test_a_second_offer_keeps_the_lines_and_numbers_agreed() -> None:
    media = "m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVPF 97 96\r\na=rtpmap:97 PCMA/8000\r\n"
    first = answer(theirs(media + KEYS.format(96) + "a=rtcp-mux\r\n"), US)
    second = make_offer(replace(US, direction="sendonly"), first)
    assert m_lines(second) == [("video", 0, "31"), ("audio", 20000, "97 0 96")]
    assert "a=sendonly" in lines(second)
    assert "a=rtcp-mux" in lines(second)
    assert sdp.parse(second.sdp).media[1].protocol == "RTP/AVPF"
    reply = theirs(
        "m=video 0 RTP/AVP 31\r\nm=audio 4000 RTP/AVPF 97 96\r\na=rtcp-mux\r\na=recvonly\r\n"
    )
    agreed = read_answer(second, reply)
    assert (agreed.stream.codec, agreed.stream.direction) == ("pcma", "sendonly")
    assert agreed.stream.rtcp_mux
    assert agreed.stream.rtcp == ("198.51.100.9", 4000)


def test_the_same_offer_of_ours_again_keeps_its_version() -> None:
    first = read_answer(make_offer(US), theirs(AUDIO.replace("0 8 101", "8 101")))
    assert make_offer(US, first).sdp == first.sdp


def test_after_our_offer_their_refresh_is_answered_with_our_last_description() -> None:
    body = theirs(AUDIO.replace("0 8 101", "8 101"))
    first = read_answer(make_offer(US), body)
    assert answer(body, US, first).sdp == first.sdp


DIRECTIONS = st.sampled_from(["sendrecv", "sendonly", "recvonly", "inactive"])


@given(
    codecs=st.permutations(["pcma", "pcmu"]).flatmap(
        lambda order: st.integers(1, 2).map(lambda count: tuple(order[:count]))
    ),
    mine=DIRECTIONS,
    other=DIRECTIONS,
    event_pt=st.sampled_from([None, 96, 101, 120]),
)
def test_two_of_us_always_agree_and_see_the_same_call_from_two_sides(
    codecs: tuple[str, ...], mine: str, other: str, event_pt: int | None
) -> None:
    far = Local("198.51.100.9", 30000, direction=other)
    offer = make_offer(replace(US, codecs=codecs, direction=mine, event_pt=event_pt))
    reply = answer(offer.sdp, far)
    agreed = read_answer(offer, reply.sdp)
    swapped = {"sendonly": "recvonly", "recvonly": "sendonly"}
    direction = reply.stream.direction
    assert agreed.stream.direction == swapped.get(direction, direction)
    assert agreed.stream.codec == reply.stream.codec == codecs[0]
    assert agreed.stream.event_pt == reply.stream.event_pt == event_pt
    assert agreed.stream.address == ("198.51.100.9", 30000)
    assert reply.stream.address == ("203.0.113.10", 20000)


def test_wounded_offers_are_answered_or_refused_never_more() -> None:
    source = random.Random(20260102)  # noqa: S311
    offer = theirs(AUDIO + "a=rtcp:5000\r\na=sendonly\r\nm=video 5000 RTP/AVP 31\r\n")
    first, ours = answer(theirs(), US), make_offer(US)
    for _ in range(int(os.environ.get("IVR_FUZZ", "3000"))):
        octets = bytearray(offer)
        for _ in range(source.randint(1, 3)):
            octets[source.randrange(len(octets))] = source.randrange(256)
        body = bytes(octets)
        _survives(partial(answer, body, US, first))
        _survives(partial(read_answer, ours, body))


def _survives(negotiate: Callable[[], Negotiated]) -> None:
    code, agreed = 488, None
    try:
        agreed = negotiate()
    except WireError as error:
        code = error.code
    assert code in (400, 488)
    if agreed:
        sdp.parse(agreed.sdp)
        address = agreed.stream.address
        assert address is None or (address[1] >= 1024 and sdp.ip_of(address[0]))
