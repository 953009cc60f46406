"""Where sound may be sent."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.session.reach import STRICT, Rules, rtcp_place, rtp_place
from ivr.channels.sip.wire.session.sdp import Connection, Media, family_of

LOCAL = Rules(loopback=True)


def place(address: str, port: int = 4000, rules: Rules = STRICT, family: str = "") -> object:
    return rtp_place(Connection("IP4", address), port, family or family_of(address), rules)


@pytest.mark.parametrize(
    "address", ["198.51.100.9", "10.0.0.1", "192.168.1.7", "2001:db8::1", "fd00::1"]
)
def test_an_ordinary_address_is_taken_at_its_word(address: str) -> None:
    assert place(address) == (address, 4000)


@pytest.mark.parametrize(
    "address",
    [
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "240.0.0.1",
        "0.0.0.7",
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "::ffff:127.0.0.1",
        "ff02::1",
        "fe80::1",
        "fe80::1%eth0",
        "64:ff9b::1",
        "pbx.example.com",
        "localhost",
        "1.2.3",
        "0x7f.0.0.1",
        "010.0.0.1",
        "224.2.1.1/127",
        "198.51.100.9/24",
    ],
)
def test_sound_never_goes_to(address: str) -> None:
    assert isinstance(place(address), str)


def test_loopback_is_allowed_only_if_configured() -> None:
    assert place("127.0.0.1", rules=LOCAL) == ("127.0.0.1", 4000)
    assert place("::1", rules=LOCAL) == ("::1", 4000)


@pytest.mark.parametrize(
    ("port", "allowed"), [(0, False), (22, False), (1023, False), (1024, True)]
)
def test_ports_below_1024_are_never_sent_to(port: int, *, allowed: bool) -> None:
    assert isinstance(place("198.51.100.9", port), tuple) is allowed


def test_an_address_of_the_other_family_is_refused() -> None:
    assert isinstance(place("2001:db8::1", family="IP4"), str)
    assert isinstance(place("198.51.100.9", family="IP6"), str)
    assert place("::ffff:198.51.100.9", family="IP4") == ("198.51.100.9", 4000)


def test_behind_nat_a_private_address_becomes_the_source_of_the_packet() -> None:
    rules = Rules(nat_source="198.51.100.77")
    for private in ("192.168.1.7", "10.1.2.3", "172.31.0.1", "100.64.0.9", "127.0.0.1"):
        assert place(private, rules=rules) == ("198.51.100.77", 4000)
    assert place("198.51.100.9", rules=rules) == ("198.51.100.9", 4000)
    assert isinstance(place("192.168.1.7", rules=Rules(nat_source="224.0.0.1")), str)
    assert place("192.168.1.7", rules=Rules(nat_source="a name")) == ("192.168.1.7", 4000)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, ("198.51.100.9", 4001)),
        ("53020", ("198.51.100.9", 53020)),
        ("53020 IN IP4 198.51.100.10", ("198.51.100.10", 53020)),
        ("53020 IN IP4 224.0.0.1", None),
        ("53", None),
        ("x", None),
        ("70000", None),
    ],
)
def test_reports_go_to_the_next_port_or_where_the_attribute_says(
    said: str | None, expected: object
) -> None:
    attributes = (("rtcp", said),) if said else ()
    media = Media("audio", 4000, "RTP/AVP", ("0",), attributes=attributes)
    assert rtcp_place(media, ("198.51.100.9", 4000), "IP4", STRICT) == expected


def test_the_last_port_has_no_next_one() -> None:
    media = Media("audio", 65535, "RTP/AVP", ("0",))
    assert rtcp_place(media, ("198.51.100.9", 65535), "IP4", STRICT) is None
