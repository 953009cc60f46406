"""Tags, routes, numbers and the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.calls.dialog import (
    Dialog,
    next_hop,
    of_invite,
    of_response,
    request_in,
)
from ivr.channels.sip.wire.messages.message import Headers, Request, WireError, respond
from ivr.channels.sip.wire.words import Flow
from tests.channels.sip.wire.ends import FLOW, THEM, US

TCP = Flow("tcp", US, THEM, 7)
TCP_7 = Flow("tcp", ("192.0.2.2", 6060), ("192.0.2.7", 5060))
TCP_9 = replace(TCP, remote=("192.0.2.9", 5060), connection=0)


def udp(host: str, port: int) -> Flow:
    return replace(FLOW, remote=(host, port))


def dialog(target: str = "sip:a@192.0.2.7:5070", *routes: str, flow: Flow = FLOW) -> Dialog:
    names = ("c", "our", "their", "<sip:b@y>;tag=our", "<sip:a@x>;tag=their")
    return Dialog(*names, target, routes, flow, local_cseq=4, remote_cseq=9)


def invite(*more: tuple[str, str]) -> Request:
    lines = [
        ("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa"),
        ("From", '"A" <sip:a@x>;tag=their'),
        ("To", "<sip:b@y>"),
        ("Call-ID", "c"),
        ("CSeq", "7 INVITE"),
        *more,
    ]
    return Request("INVITE", "sip:b@y", Headers(lines))


ROUTES = (("Record-Route", "<sip:p2;lr>, <sip:p1;lr>"), ("Record-Route", "<sip:p0;lr>"))


def test_ours_of_their_invite() -> None:
    made = of_invite(invite(("Contact", "<sip:a@h>;q=1"), *ROUTES), "our", FLOW, anchored=False)
    assert made.id == ("c", "our", "their")
    assert (made.local, made.remote) == ("<sip:b@y>;tag=our", '"A" <sip:a@x>;tag=their')
    assert (made.target, made.remote_cseq, made.local_cseq) == ("sip:a@h", 7, 0)
    assert made.routes == ("<sip:p2;lr>", "<sip:p1;lr>", "<sip:p0;lr>")


@pytest.mark.parametrize(
    "contacts", [(), ("*",), ("<sip:a@h>, <sip:a@i>",), ("<nonsense>",), ("<tel:+90212>",), ("<",)]
)
def test_an_invite_without_one_contact_is_400(contacts: tuple[str, ...]) -> None:
    request = invite(*[("Contact", each) for each in contacts])
    with pytest.raises(WireError) as caught:
        of_invite(request, "our", FLOW, anchored=False)
    assert caught.value.code == 400


def test_ours_of_their_answer_has_the_routes_reversed() -> None:
    ours = invite(("Contact", "<sip:us>"))
    answer = respond(ours, 200, to_tag="z", extra=(("Contact", "<sip:b@h2>"), *ROUTES))
    made = of_response(ours, answer, FLOW, anchored=False)
    assert made.id == ("c", "their", "z")
    assert (made.target, made.local_cseq) == ("sip:b@h2", 7)
    assert made.routes == ("<sip:p0;lr>", "<sip:p1;lr>", "<sip:p2;lr>")


def test_their_numbers_must_rise_and_may_have_holes() -> None:
    one = dialog()
    assert [one.takes(number) for number in (9, 8, 10, 500, 500, 499)] == [
        *(False, False, True, True, False, False)
    ]


def test_our_numbers_rise_but_for_an_ack() -> None:
    one = dialog()
    assert [request_in(one, "INFO").cseq.number for _ in range(2)] == [5, 6]
    ack = request_in(one, "ACK", cseq=5)
    assert (ack.cseq.number, one.local_cseq) == (5, 6)


def test_loose_routes_stay_routes_and_a_strict_one_is_asked_itself() -> None:
    loose = request_in(dialog("sip:a@h", "<sip:p1;lr>", "<sip:p2;lr>"), "BYE")
    assert loose.uri == "sip:a@h"
    assert loose.headers.all("Route") == ["<sip:p1;lr>", "<sip:p2;lr>"]
    strict = request_in(dialog("sip:a@h", "<sip:p1>", "<sip:p2;lr>"), "BYE")
    assert strict.uri == "sip:p1"
    assert strict.headers.all("Route") == ["<sip:p2;lr>", "<sip:a@h>"]


@pytest.mark.parametrize(
    ("one", "flow"),
    [
        (dialog(), udp("192.0.2.7", 5070)),
        (dialog("sip:a@192.0.2.7"), udp("192.0.2.7", 5060)),
        (dialog("sip:a@[2001:db8::7]"), udp("2001:db8::7", 5060)),
        (dialog("sip:a@name.example"), FLOW),
        (dialog("nonsense"), FLOW),
        (dialog("sip:a@192.0.2.7", "<sip:192.0.2.8:5080;lr>"), udp("192.0.2.8", 5080)),
        (dialog("sip:a@192.0.2.7", "<sip:name;lr>"), FLOW),
        (dialog("sip:a@192.0.2.7;transport=tcp"), TCP_7),
        (dialog("sip:a@192.0.2.7;transport=tls"), udp("192.0.2.7", 5060)),
        (dialog("sip:a@192.0.2.1:5060", flow=TCP), TCP),
        (dialog("sip:a@192.0.2.9", flow=TCP), TCP_9),
    ],
)  # fmt: skip
def test_where_the_next_request_goes(one: Dialog, flow: Flow) -> None:
    assert next_hop(one, {"udp": US, "tcp": ("192.0.2.2", 6060)}) == flow


def test_behind_nat_it_goes_where_the_last_one_came_from() -> None:
    one = dialog()
    one.anchored = True
    assert next_hop(one, {}) == FLOW


def test_a_new_contact_moves_the_target() -> None:
    one = dialog()
    one.refresh(invite(("Contact", "<sip:new@h>")))
    assert one.target == "sip:new@h"
    for contact in ("*", "<nonsense>", "<sip:a@b c>", "<"):
        one.refresh(invite(("Contact", contact)))
    one.refresh(invite())
    assert one.target == "sip:new@h"


def test_an_answer_that_makes_no_sense_leaves_us_what_we_asked_for() -> None:
    ours = invite(("Contact", "<sip:us>"))
    extra = (("Contact", "<nonsense>"), ("Record-Route", "<nonsense>"))
    made = of_response(ours, respond(ours, 200, to_tag="z", extra=extra), FLOW, anchored=False)
    assert (made.target, made.routes) == ("sip:b@y", ())


def test_an_invite_with_a_route_that_makes_no_sense_is_400() -> None:
    request = invite(("Contact", "<sip:a@h>"), ("Record-Route", "<nonsense>"))
    with pytest.raises(WireError) as caught:
        of_invite(request, "our", FLOW, anchored=False)
    assert caught.value.code == 400
