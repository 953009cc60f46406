"""Values of routing headers: names in every style, tags only where they count, hops and numbers."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.addresses import (
    Address,
    CSeq,
    Via,
    parse_address,
    parse_cseq,
    parse_via,
    quoted,
    read_params,
    seconds,
    shown,
    unquote,
    whole_number,
)
from ivr.channels.sip.wire.messages.message import WireError

URI = "sip:a@b"


@pytest.mark.parametrize(
    ("text", "display", "uri", "tag"),
    [
        ('"Doe, <J>;tag=x" <sip:a@b>;tag=real', "Doe, <J>;tag=x", URI, "real"),
        ('"Ayşe" <sip:a@b>;tag=1', "Ayşe", URI, "1"),
        ("Bob Smith <sip:a@b>;tag=1", "Bob Smith", URI, "1"),
        ("caller<sip:a@b>;tag=1", "caller", URI, "1"),
        ("sip:a@b;tag=1", "", URI, "1"),
        ("<sip:a@b;tag=no>", "", "sip:a@b;tag=no", ""),
        ("<sip:+90532@b;user=phone>;x=y;tag=1;z", "", "sip:+90532@b;user=phone", "1"),
        ("<tel:+905321112233>;tag=1", "", "tel:+905321112233", "1"),
        (r'"J Rosenberg \\\""       <sip:a@b> ; tag = 98asjd8', 'J Rosenberg \\"', URI, "98asjd8"),
        ('"NUL:\\\0" <sip:a@b>', "NUL:\0", URI, ""),
        ('"\udcff" <sip:a@b>;tag=1', "\udcff", URI, "1"),
        ("token1~` token2'+_ token3*%!.- <sip:a@b>;p=\"x;tag=y\";TAG=1",
         "token1~` token2'+_ token3*%!.-", URI, "1"),
        ("Bell, Alexander <sip:a@b>;tag=1", "Bell, Alexander", URI, "1"),
        ('sip:a@b;x="<";tag=1', "", URI, "1"),
        ("<sip:a@b>;tag=1;", "", URI, "1"),
        ("*", "", "*", ""),
    ],
)  # fmt: skip
def test_names_come_in_every_style_and_the_tag_only_after_the_uri(
    text: str, display: str, uri: str, tag: str
) -> None:
    address = parse_address(text)
    assert (address.display, address.uri, address.tag) == (display, uri, tag)
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "<>", '""', '"a', '"a" sip:a@b', '"a <sip:a@b>', "<sip:a@b", "<sip:a@b> x",
        "<<sip:a@b>>",
        "<sip:a@b>;;tag=1", "<sip:a@b>;=1", '<sip:a@b>;x="1', '<sip:a@b>;x=a"b"', "sip:a@b>",
        "<sip:a@b>;tag=1, <sip:c@d>", "<sip:" + "a" * 1100 + "@b>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_address(text)
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("SIP/2.0/UDP h", Via("UDP", "h")),
        ("SIP/2.0/TCP h:5060;branch=b;rport", Via("TCP", "h", 5060, {"branch": "b",
         "rport": None})),
        ("SIP/2.0/TLS [2001:db8::1]:5061", Via("TLS", "2001:db8::1", 5061)),
        ("SIP  /   2.0 /UDP 192.0.2.2;branch=390skdjuw", Via("UDP", "192.0.2.2", None,
         {"branch": "390skdjuw"})),
        ("sip / 2.0  / TCP     h   ; branch  =   z9 ", Via("TCP", "h", None, {"branch": "z9"})),
        ("SIP/2.0/UNKNOWN h", Via("UNKNOWN", "h")),
        ("SIP/7.0/UDP h;x", Via("UDP", "h", None, {"x": None})),
        ("SIP/2.0/UDP h : 99", Via("UDP", "h", 99)),
    ],
)  # fmt: skip
def test_hops_are_read_with_all_spaces_that_the_rfc_allows(text: str, via: Via) -> None:
    assert parse_via(text) == via
    assert parse_via(str(via)) == via


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "h", "SIP/2.0 h", "SIP/2.0/UDP", "SIP/2.0/UDP ;x", "HTTP/1.1/TCP h",
        "SIP/2.0/UDP h i",
        "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h:0", "SIP/2.0/UDP h;;", "SIP/2.0/U<P h", "SIP/x/UDP h",
    ],
)  # fmt: skip
def test_what_is_no_hop_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_via(text)
    assert caught.value.code == 400


def test_a_hop_tells_its_branch_and_where_the_packet_came_from() -> None:
    via = parse_via("SIP/2.0/UDP h;branch=z9hG4bK1;received=192.0.2.1;rport=4711")
    assert (via.branch, via.received, via.rport, via.wants_rport) == (
        "z9hG4bK1",
        "192.0.2.1",
        4711,
        True,
    )
    bare = parse_via("SIP/2.0/UDP h")
    assert (bare.branch, bare.received, bare.rport, bare.wants_rport) == ("", None, None, False)
    assert parse_via("SIP/2.0/UDP h;rport").wants_rport


@pytest.mark.parametrize(
    ("text", "cseq"),
    [
        ("1 INVITE", CSeq(1, "INVITE")),
        ("0009  INVITE", CSeq(9, "INVITE")),
        ("2147483647 x", CSeq(2147483647, "x")),
        ("00000000000000000001 ACK", CSeq(1, "ACK")),
    ],
)
def test_a_cseq_is_a_number_and_a_method(text: str, cseq: CSeq) -> None:
    assert parse_cseq(text) == cseq
    assert parse_cseq(str(cseq)) == cseq


@pytest.mark.parametrize(
    "text",
    ["", "1", "INVITE", "abc INVITE", "-1 INVITE", "2147483648 INVITE", "1 IN VITE", "٣ INVITE",
     "1.0 INVITE", "9" * 3000 + " INVITE", "1 <>"],
)  # fmt: skip
def test_what_is_no_cseq_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_cseq(text)
    assert caught.value.code == 400


def test_a_parameter_given_twice_counts_the_first_time() -> None:
    assert read_params("a=1;A=2;b") == {"a": "1", "b": None}


@given(st.text(max_size=30))
def test_quoting_comes_back(text: str) -> None:
    assert unquote(quoted(text)) == text
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert parse_address(f"{quoted(text)} <{URI}>") == Address(text, URI)


def test_odd_octets_are_shown_as_a_mark() -> None:
    assert shown("a\udcffş") == "a\ufffdş"
    assert unquote("plain") == "plain"


@given(st.integers(0, 10**12))
def test_whole_numbers_have_a_limit(number: int) -> None:
    most = 2**31 - 1
    if number <= most:
        assert whole_number(f"000{number}", most) == number
        return
    with pytest.raises(WireError):
        whole_number(str(number), most)


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", 0), ("00000000000060", 60), ("4294967296", 2**32 - 1), ("9" * 3000, 2**32 - 1)],
)
def test_seconds_that_are_too_many_are_the_most(text: str, found: int) -> None:
    assert seconds(text) == found


@pytest.mark.parametrize("text", ["", "-1", "1.5", "\u0665", "\u0665" * 20, "60" * 6 + "s"])
def test_what_is_no_number_of_seconds_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        seconds(text)
    assert caught.value.code == 400


@pytest.mark.parametrize("unit", ['"', "\\", '\\"', ";", "=", "<", ">", ",", " ", "a;", '";"', "%"])
def test_hostile_values_take_linear_time(unit: str) -> None:
    text = unit * (16 * 1024 // len(unit))
    began = process_time()
    for reader in (parse_address, parse_via, parse_cseq, read_params):
        for prefix in ("", '"', "<", "sip:a@b;x=", "SIP/2.0/UDP h;"):
            try:
                reader(prefix + text)
            except WireError:
                continue
    assert process_time() - began < 1.0
