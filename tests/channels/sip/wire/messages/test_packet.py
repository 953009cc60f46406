"""What a message tells when asked: routing, lists, and numbers with limits."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import (
    Address,
    CSeq,
    Headers,
    Request,
    Response,
    Via,
    WireError,
)
from tests.channels.sip.wire.letters import answer_to, letter, request, response


def test_routing_headers_are_read_by_name() -> None:
    message = request(letter())
    assert message.vias[0].branch == "z9hG4bK776asdhds"
    assert (message.from_.display, message.from_.tag) == ("Ayşe", "1928301774")
    assert message.to == Address("", "sip:+902125550000@203.0.113.10")
    assert message.call_id == "a84b4c76e66710@192.0.2.1"
    assert message.cseq == CSeq(314159, "INVITE")
    assert message.contacts == (Address("", "sip:05321112233@192.0.2.1:5060"),)
    assert message.target.user == "+902125550000"
    assert (message.routes, message.record_routes) == ((), ())


def test_lists_are_equal_on_one_line_or_several() -> None:
    one = request(
        letter(letter_start(), "Record-Route: <sip:a;lr>,<sip:b;lr>", "Route: <sip:c,d@e>")
    )
    many = request(letter(letter_start(), "Record-Route: <sip:a;lr>", "record-route: <sip:b;lr>"))
    assert one.record_routes == many.record_routes
    assert [address.uri for address in one.record_routes] == ["sip:a;lr", "sip:b;lr"]
    assert [address.uri for address in one.routes] == ["sip:c,d@e"]


def letter_start() -> str:
    return "INVITE sip:x@h SIP/2.0"


def test_two_vias_in_one_line_are_two_hops() -> None:
    message = request(letter(Via="SIP/2.0/UDP a;branch=1 , SIP/2.0/TCP b"))
    assert message.vias == (Via("UDP", "a", None, {"branch": "1"}), Via("TCP", "b"))


def test_a_star_contact_is_told_apart() -> None:
    assert request(letter(Contact="*")).contacts[0].uri == "*"


@pytest.mark.parametrize("name", ["Contact", "Route", "Record-Route"])
@pytest.mark.parametrize("value", ['"x <sip:a>', "<sip:a>;;;;", "<sip:a b>", "<>"])
def test_a_list_that_makes_no_sense_is_400_with_the_request(name: str, value: str) -> None:
    message = request(letter(letter_start(), f"{name}: {value}", without=("Contact",)))
    with pytest.raises(WireError) as caught:
        _ = message.contacts, message.routes, message.record_routes
    assert caught.value.code == 400
    assert caught.value.message is message


def test_in_a_response_or_an_ack_it_is_silence() -> None:
    ack = letter("ACK sip:x@h SIP/2.0", CSeq="1 ACK", Contact="<>")
    for message in (response(answer_to(Contact="<>")), request(ack)):
        with pytest.raises(WireError) as caught:
            _ = message.contacts
        assert (caught.value.code, caught.value.message) == (0, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", 0), ("3600", 3600), ("4294967295", 2**32 - 1), ("4294967296", 2**32 - 1),
     ("1" + "0" * 3000, 2**32 - 1), ("000000000000000000060", 60)],
)  # fmt: skip
def test_too_long_an_expiry_is_the_longest(value: str, expected: int) -> None:
    assert request(letter(letter_start(), f"Expires: {value}")).expires_s == expected


def test_what_is_not_said_is_none() -> None:
    message = request(letter(without=("Max-Forwards",)))
    assert message.expires_s is None
    assert message.max_forwards is None


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("0068", 68), ("255", 255)])
def test_max_forwards_is_told_even_if_it_is_zero(value: str, expected: int) -> None:
    assert request(letter(Max_Forwards=value)).max_forwards == expected


def test_a_message_of_our_own_starts_empty() -> None:
    mine = Request("OPTIONS", "sip:h")
    mine.headers.add("i", "1")
    assert mine.call_id == "1"
    assert Response(200, "OK").call_id == ""
    with pytest.raises(WireError):
        _ = mine.vias
    assert isinstance(mine.headers, Headers)
