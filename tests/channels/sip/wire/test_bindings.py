"""What tells the phones of one user apart."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.bindings import key_of
from ivr.channels.sip.wire.message import WireError, parse_address

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
