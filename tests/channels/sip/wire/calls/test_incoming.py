"""Calls that come in."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.orders import Accept, Refuse, Ring
from ivr.channels.sip.wire.words import Cancelled, Ended, Offered
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods

TIMER = ("Supported", "timer")


def test_ringing_and_early_sound() -> None:
    end = End()
    name = end.offered()
    ringing = end.order(Ring(name))
    early = end.order(Ring(name, 183, OTHER_SDP))
    assert methods(ringing + early) == ["180 INVITE", "183 INVITE"]
    assert (ringing[0].body, early[0].body) == (b"", OTHER_SDP)
    assert {each.to.tag for each in ringing + early} == {name}
    assert early[0].contacts[0].uri == "sip:ivr@192.0.2.2:5060"
    assert methods(end.asks("INVITE", body=SDP, branch="z9hG4bKinvite")) == ["183 INVITE"]


def test_a_refusal_carries_its_headers_and_is_repeated_until_the_ack() -> None:
    end = End()
    name = end.offered()
    said = end.order(Refuse(name, 503, "Later", (("Retry-After", "5"),)))
    assert (methods(said), said[0].headers.get("Retry-After")) == (["503 INVITE"], "5")
    assert b"SIP/2.0 503 Later\r\n" in end.sends[-1].data
    assert end.event(Ended) == Ended(name, "refused", far=False)
    assert methods(end.wait(1.5)) == ["503 INVITE"] * 2
    end.asks("ACK", branch="z9hG4bKinvite", to_tag=name)
    assert end.wait(40) == []


def test_a_status_that_is_no_refusal_is_made_one() -> None:
    end = End()
    assert methods(end.order(Refuse(end.offered(), 200))) == ["300 INVITE"]


def test_too_short_a_session_is_422_with_our_minimum() -> None:
    end = End()
    said = end.asks("INVITE", TIMER, ("Session-Expires", "60"), body=SDP)
    assert (methods(said), said[0].headers.get("Min-SE")) == (["422 INVITE"], "90")
    assert end.events(Offered) == []


def test_an_accepted_session_timer_is_said_in_the_200() -> None:
    end = End()
    name = end.offered(TIMER, ("Session-Expires", "600;refresher=uas"))
    ok = end.order(Accept(name, OTHER_SDP, (("X-Note", "1"),)))[0]
    assert ok.headers.get("Session-Expires") == "600;refresher=uas"
    assert (ok.headers.get("Require"), ok.headers.get("X-Note")) == ("timer", "1")


def test_a_cancel_says_why() -> None:
    end = End()
    name = end.offered()
    reason = ("Reason", 'SIP;cause=200;text="Call completed elsewhere", Q.850;cause=26')
    end.asks("CANCEL", reason, branch="z9hG4bKinvite")
    assert end.event(Cancelled) == Cancelled(name, q850=26, elsewhere=True)


def test_a_bye_before_the_answer_ends_it_like_a_cancel() -> None:
    end = End()
    name = end.offered()
    end.order(Ring(name))
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["200 BYE", "487 INVITE"]
    assert end.event(Cancelled) == Cancelled(name)


def test_without_a_contact_it_is_400() -> None:
    end = End()
    assert methods(end.asks("INVITE", ("Contact", ""), body=SDP)) == ["400 INVITE"]
    assert end.core.sizes["calls"] == 0


@pytest.mark.parametrize("body", [b"", SDP])
def test_the_session_is_handed_up_as_it_came(body: bytes) -> None:
    end = End()
    end.offered(body=body)
    assert end.event(Offered).sdp == (body or None)
