"""What all calls share."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.board import KNOWN, SUPPORTED
from ivr.channels.sip.wire.seams import Options
from ivr.channels.sip.wire.words import Flow
from tests.channels.sip.wire.ends import FLOW, THEM, US, End


@pytest.mark.parametrize(
    ("flow", "contact"),
    [
        (FLOW, "<sip:desk@203.0.113.10:5066>"),
        (Flow("tcp", US, THEM, 3), "<sip:desk@192.0.2.2:5060;transport=tcp>"),
        (Flow("tls", ("2001:db8::1", 5061), THEM), "<sip:desk@[2001:db8::1]:5061;transport=tls>"),
    ],
)
def test_our_contact_is_what_others_can_reach(flow: Flow, contact: str) -> None:
    options = Options(advertise={("udp", *US): ("203.0.113.10", 5066)}, user="desk")
    assert End(options=options).core._board.contact(flow) == contact


def test_what_we_offer_may_be_required_of_us() -> None:
    assert set(SUPPORTED.split(", ")) <= KNOWN


def test_one_tag_is_given_for_all_answers_to_one_request() -> None:
    end = End()
    first = end.asks("OPTIONS", branch="z9hG4bKx")
    again = end.asks("OPTIONS", branch="z9hG4bKx")
    assert first[0].to.tag == again[0].to.tag != ""
