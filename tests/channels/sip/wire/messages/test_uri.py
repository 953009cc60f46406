"""Addresses: each part decoded once, after splitting, and written back without surprises."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.message import WireError
from ivr.channels.sip.wire.messages.uri import (
    Uri,
    is_same_target,
    parse_uri,
    place,
    read_place,
    read_uri,
)

CRAZY = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:example.com", Uri("sip", None, "example.com")),
        ("SIP:101@h:5062", Uri("sip", "101", "h", 5062)),
        ("sips:a@b;transport=tcp;lr", Uri("sips", "a", "b", None, {"transport": "tcp",
         "lr": None})),
        ("sip:a:secret@b", Uri("sip", "a", "b", None, {}, {}, "secret")),
        ("sip:a:@b", Uri("sip", "a", "b", password="")),
        ("sip:a@[2001:db8::1]:5060", Uri("sip", "a", "2001:db8::1", 5060)),
        ("sip:[::1]", Uri("sip", None, "::1")),
        ("tel:+902125550000", Uri("tel", "+902125550000", "")),
        ("tel:4440333;phone-context=+90", Uri("tel", "4440333", "", None,
         {"phone-context": "+90"})),
        ("sip:+90212@h;user=phone", Uri("sip", "+90212", "h", None, {"user": "phone"})),
        ("sip:a@b?Replaces=x%40y%3Bto-tag%3D1&Priority=urgent",
         Uri("sip", "a", "b", None, {}, {"Replaces": "x@y;to-tag=1", "Priority": "urgent"})),
        # RFC 4475 3.1.1.3, 3.1.1.4, 3.1.1.9 and 3.1.1.2
        ("sip:sips%3Auser%40example.com@example.net", Uri("sip", "sips:user@example.com",
         "example.net")),
        ("sip:cal%6Cer@h;%6C%72;n%61me=v%61lue%25%34%31",
         Uri("sip", "caller", "h", None, {"lr": None, "name": "value%41"})),
        ("sip:null-%00-null@h", Uri("sip", "null-\0-null", "h")),
        ("sip:user;par=u%40example.net@example.com", Uri("sip", "user;par=u@example.net",
         "example.com")),
        (f"sip:{CRAZY}:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@h",
         Uri("sip", CRAZY, "h", None, {}, {}, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")),
        ("sip:%C5%9F%ff@h", Uri("sip", "ş\udcff", "h")),
    ],
)  # fmt: skip
def test_a_uri_comes_apart_and_goes_together_again(text: str, uri: Uri) -> None:
    assert parse_uri(text) == uri
    assert parse_uri(str(uri)) == uri


@pytest.mark.parametrize(
    "text",
    [
        "", "sip", "sip:", "sip:@h", "sip::x@h", "sip:a@", "sip:a@h:0", "sip:a@h:65536", "sip:a@h:",
        "sip:a@h:123456", "sip:a@h:١", "sip:a@h:-1", "sip:a@[::1", "sip:a@[g]", "sip:a@ü",
        "sip:a b@h",
        "sip:a@h ", "sip:a@h;x= y", "sip:a<b@h", 'sip:a"b@h', "sip:a%4@h", "sip:a%zz@h",
        "sip:a\0b@h",
        "sip:a@b@c", "tel:", "tel:;x", "<sip:a@b>", "*", "1sip:a@b",
    ],
)  # fmt: skip
def test_what_is_no_address_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_uri(text)
    assert caught.value.code == 400


@pytest.mark.parametrize("text", ["http://a/b", "nobodyKnows:opaque", "soap.beep://h", "urn:x:y"])
def test_an_unknown_scheme_is_416(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_uri(text)
    assert caught.value.code == 416


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("sip:ali@Ivr.Example", "sip:ali@ivr.example:5060;transport=tcp", True),
        ("sips:ali@ivr.example", "sips:ali@ivr.example:5061", True),
        ("sips:ali@ivr.example", "sip:ali@ivr.example", False),
        ("sip:ali@ivr.example", "sip:Ali@ivr.example", False),
        ("no address", "no address", True),
        ("no address", "sip:ali@ivr.example", False),
    ],
)
def test_two_addresses_mean_the_same_user_of_the_same_server(
    left: str, right: str, same: bool
) -> None:
    assert is_same_target(left, right) is same
    assert is_same_target(right, left) is same


def test_what_is_no_address_reads_as_none() -> None:
    assert read_uri("sip:ali@ivr.example") == parse_uri("sip:ali@ivr.example")
    assert read_uri("gopher:ali") is None


def test_an_address_of_more_than_1_kb_is_414() -> None:
    parse_uri("sip:" + "a" * 1018 + "@h")
    with pytest.raises(WireError) as caught:
        parse_uri("sip:" + "a" * 1019 + "@h")
    assert caught.value.code == 414


def test_a_separator_in_a_part_is_written_encoded() -> None:
    assert str(Uri("sip", "a@b:c", "h")) == "sip:a%40b%3Ac@h"
    assert str(Uri("sip", "a", "h", None, {"x": "1;y=2"})) == "sip:a@h;x=1%3By%3D2"
    assert str(Uri("sip", "a\r\nVia: x", "h")) == "sip:a%0D%0AVia%3A%20x@h"
    assert str(Uri("sip", "a", "2001:db8::1", 5061)) == "sip:a@[2001:db8::1]:5061"


@given(
    st.builds(
        Uri,
        st.sampled_from(["sip", "sips"]),
        st.text(min_size=1, max_size=20),
        st.sampled_from(["h", "192.0.2.1", "2001:db8::1", "a-b.example.com"]),
        st.none() | st.integers(1, 65535),
        st.dictionaries(
            st.text("abcxyz-_.", min_size=1, max_size=5),
            st.none() | st.text(max_size=9),
            max_size=3,
        ),
        st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=9), max_size=3),
        st.none() | st.text(max_size=9),
    ).filter(lambda uri: len(_written(uri)) <= 1024)
)
def test_whatever_stands_in_the_parts_comes_back(uri: Uri) -> None:
    assert parse_uri(str(uri)) == uri


def _written(uri: Uri) -> str:
    try:
        return str(uri)
    except UnicodeEncodeError:  # a lone surrogate stands for no octet
        return " " * 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [("h", ("h", None)), ("h:1", ("h", 1)), ("[::1]:65535", ("::1", 65535)), ("h : 5", ("h", 5))],
)
def test_a_place_is_a_host_and_perhaps_a_port(text: str, expected: tuple[str, int | None]) -> None:
    assert read_place(text) == expected
    assert read_place(place(*expected)) == expected


@pytest.mark.parametrize("unit", ["%41", "%", ";", "=", "&", "?", "@", ":", "[", "a"])
def test_hostile_addresses_take_linear_time(unit: str) -> None:
    began = process_time()
    for prefix in ("sip:a@h;", "sip:", "sip:a@h?", "tel:1;"):
        try:
            parse_uri(prefix + unit * 900)
        except WireError:
            continue
    assert process_time() - began < 0.05
