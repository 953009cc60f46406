"""What tells the phones of one user apart."""

from __future__ import annotations

import json

import pytest

from ivr.channels.sip.wire.messages.message import WireError, parse_address
from ivr.channels.sip.wire.peers.bindings import Binding, from_plain, key_of, to_plain
from ivr.channels.sip.wire.words import Flow

SAME = [
    "<sip:ayse@phone.example>",
    "<sip:ayse@PHONE.example:5060>",
    "<SIP:ayse@phone.example;transport=udp>;q=0.5",
    "<sip:%61yse@phone.example;ob>",
]


@pytest.mark.parametrize("text", SAME)
def test_spellings_of_one_contact_are_one_phone(text: str) -> None:
    assert key_of(parse_address(text)) == key_of(parse_address(SAME[0]))


@pytest.mark.parametrize(
    "text",
    [
        "<sip:Ayse@phone.example>",
        "<sip:phone.example>",
        "<sip:ayse@phone.example:5062>",
        "<sips:ayse@phone.example>",
        "<sip:ayse@phone.example;transport=tcp>",
        '<sip:ayse@phone.example>;+sip.instance="<urn:1>"',
    ],
)
def test_other_contacts_are_other_phones(text: str) -> None:
    assert key_of(parse_address(text)) != key_of(parse_address(SAME[0]))


@pytest.mark.parametrize("text", ["<tel:+1>", "<sip:a@b?x=y>", "<http://a>", "<sip:a@>"])
def test_a_contact_that_no_request_can_go_to_is_refused(text: str) -> None:
    with pytest.raises(WireError) as caught:
        key_of(parse_address(text))
    assert caught.value.code == 400


def test_octets_that_are_no_text_are_stored_as_text() -> None:
    flow = Flow("udp", ("192.0.2.1", 5060), ("192.0.2.7", 5062))
    pairs = (("ob", None), ("+sip.instance", "\udcff"))
    one = Binding("ayse", "k\udcfe", "sip:ayse@b", pairs, flow, ("\udcff",), "id\udc80", 1, 9.0)
    row = to_plain(one, 0.0, 0.0)
    json.dumps(row, ensure_ascii=False).encode()
    back = from_plain(row, 0.0, 0.0)
    assert (back.key, back.call_id, back.contact) == ("k\\xfe", "id\\x80", "sip:ayse@b")
    assert back.params == (("ob", None), ("+sip.instance", "\\xff"))
