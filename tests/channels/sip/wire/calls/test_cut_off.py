"""Calls of phones in pages whose connection ends: they wait for the page, and not for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.messages.message import Request, Response, respond
from ivr.channels.sip.wire.orders import Accept, HangUp
from ivr.channels.sip.wire.seams import Verdict
from ivr.channels.sip.wire.words import Ended, Flow, Offered, Terms
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, THEM, US, End, methods

PAGE = Flow("wss", US, THEM, 7)
NEXT = Flow("wss", US, (THEM[0], 40_000), 8)
CONTACT = ("Contact", "<sip:ayse@q7r2.invalid;transport=ws;ob>")
CALLER = Verdict("phones", "ali", terms=Terms(away_s=5.0))


def registrar(request: Request, _flow: Flow, _now: float) -> Response:
    return respond(request, 200, to_tag="r")


def page(verdict: Verdict = CALLER) -> End:
    return End(verdict, registrar=registrar)


def up(end: End) -> str:
    """A call of the page is up; returns its name."""
    name = ringing(end)
    end.order(Accept(name, OTHER_SDP))
    end.asks("ACK", to_tag=name, flow=PAGE)
    return name


def ringing(end: End) -> str:
    end.asks("INVITE", CONTACT, body=SDP, flow=PAGE)
    return end.events(Offered)[-1].call


def registers(end: End, contact: str, flow: Flow = NEXT) -> None:
    to = ("To", "<sip:ali@192.0.2.2>")
    end.asks("REGISTER", to, ("Contact", contact), call_id="reg", flow=flow)


def test_a_call_lives_on_for_its_terms_and_then_ends() -> None:
    end = page()
    up(end)
    assert end.lost(PAGE) == []
    assert end.wait(4.9) == []
    assert end.events(Ended) == []
    assert methods(end.wait(0.2)) == ["BYE"]
    assert end.event(Ended).cause == "signal_lost"


def test_a_call_that_nobody_answered_ends_with_its_connection_too() -> None:
    end = page()
    ringing(end)
    end.lost(PAGE)
    end.wait(5.1)
    assert end.event(Ended).cause == "signal_lost"
    assert end.core.sizes["calls"] == 0


@pytest.mark.parametrize(
    "contact", ["<sip:ayse@q7r2.invalid;transport=ws>", "<sip:ayse@q7r2.invalid>;expires=300"]
)
def test_a_phone_that_registers_again_has_its_call_back(contact: str) -> None:
    end = page()
    name = up(end)
    end.lost(PAGE)
    registers(end, contact)
    assert end.wait(10) == []
    assert methods(end.order(HangUp(name))) == ["BYE"]
    assert end.sends[-1].flow == NEXT


def test_a_new_connection_takes_over_before_the_old_one_is_known_to_be_dead() -> None:
    end = page()
    name = up(end)
    registers(end, "<sip:ayse@q7r2.invalid;transport=ws>")
    end.lost(PAGE)
    assert end.wait(10) == []
    end.order(HangUp(name))
    assert end.sends[-1].flow == NEXT


@pytest.mark.parametrize("contact", ["<sip:ayse@other.invalid;transport=ws>", "<tel:+90212>"])
def test_another_phone_of_the_same_user_takes_over_nothing(contact: str) -> None:
    end = page()
    up(end)
    end.lost(PAGE)
    registers(end, contact)
    assert methods(end.wait(5.1)) == ["BYE"]


def test_a_phone_of_another_user_takes_over_nothing() -> None:
    end = page()
    up(end)
    end.lost(PAGE)
    end.verdict = replace(CALLER, peer="can")
    to = ("To", "<sip:can@192.0.2.2>")
    contact = ("Contact", "<sip:ayse@q7r2.invalid;transport=ws>")
    end.asks("REGISTER", to, contact, call_id="reg", flow=NEXT)
    assert methods(end.wait(5.1)) == ["BYE"]


def test_our_contact_says_ws_also_for_pages_by_https() -> None:
    end = page()
    answers = end.order(Accept(ringing(end), OTHER_SDP))
    assert answers[-1].headers.get("Contact") == "<sip:ivr@192.0.2.2:5060;transport=ws>"
