"""Our registrations at carriers: what is sent, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.wire.messages.message import Headers, Response
from ivr.channels.sip.wire.peers.auth import Account, Visitor
from ivr.channels.sip.wire.peers.register import Line, LineTurned, Registration
from ivr.channels.sip.wire.words import Flow, Replied

if TYPE_CHECKING:
    from ivr.channels.sip.wire.orders import Outside

FLOW = Flow("udp", ("203.0.113.10", 5060), ("198.51.100.1", 5060))
CONTACT = "sip:ivr@203.0.113.10:5060"
LINE = Line(
    name="carrier",
    registrar="sip:sip.carrier.example",
    address="<sip:902125550000@sip.carrier.example>",
    contact=CONTACT,
    call_id="call-1",
    trunk="carrier",
)
CHALLENGE = 'Digest realm="carrier", nonce="{0}", qop="auth", algorithm=SHA-256'


def visitor() -> Visitor:
    return Visitor(Account("902125550000", "secret"), lambda: "c")


def started(guest: Visitor | None = None, chance: float = 1.0) -> Registration:
    line = Registration(LINE, lambda: chance, guest)
    assert line.due() is None
    line.start(0.0)
    return line


def send(line: Registration, now: float) -> Outside:
    order = line.order(FLOW, now)
    assert order is not None
    return order


def replied(status: int, *headers: tuple[str, str], response: bool = True) -> Replied:
    answer = Response(status, "", Headers(headers)) if response else None
    return Replied("carrier", "REGISTER", status, answer)


def granted(for_s: int) -> Replied:
    return replied(200, ("Contact", f"<{CONTACT}>;expires={for_s}"))


def test_the_first_request_goes_out_at_once() -> None:
    line = started()
    assert line.due() == 0.0
    order = send(line, 0.0)
    assert (order.method, order.uri, order.name) == ("REGISTER", LINE.registrar, "carrier")
    assert order.from_ == order.to == LINE.address
    assert order.headers == (("Contact", f"<{CONTACT}>"), ("Expires", "3600"))
    assert (order.call_id, order.cseq, order.contact, order.trunk) == (
        "call-1",
        1,
        False,
        "carrier",
    )
    assert line.due() is None
    assert line.order(FLOW, 0.0) is None


def test_renewed_at_80_percent_of_the_granted_time_with_a_rising_number() -> None:
    line = started()
    send(line, 0.0)
    assert line.replied(granted(1000), 2.0) == [LineTurned("registered", 200, 800.0)]
    assert line.is_registered
    assert line.due() == 802.0
    assert line.order(FLOW, 801.9) is None
    order = send(line, 802.0)
    assert (order.call_id, order.cseq) == ("call-1", 3)
    assert line.replied(granted(1000), 802.1) == []


@pytest.mark.parametrize(
    ("headers", "granted_s"),
    [
        ([("Contact", f"<sip:other@x>;expires=5, <{CONTACT};ob>;expires=100")], 100),
        ([("Contact", "<sip:ivr@203.0.113.10>;expires=100"), ("Expires", "50")], 100),
        ([("Contact", f"<{CONTACT}>"), ("Expires", "50")], 50),
        ([("Expires", "99999999")], 86_400),
        ([("Contact", f"<{CONTACT}>;expires=x")], 3600),
        ([("Contact", "<mailto:x>;expires=5")], 3600),
        ([("Contact", f'"x <{CONTACT}>;expires=5')], 3600),
        ([("Contact", f"<{CONTACT}>;expires=0")], 10),
        ([], 3600),
    ],
)
def test_the_granted_time_is_that_of_our_contact(
    headers: list[tuple[str, str]], granted_s: int
) -> None:
    line = started()
    send(line, 0.0)
    line.replied(replied(200, *headers), 0.0)
    assert line.due() == pytest.approx(0.8 * granted_s)


def test_a_success_without_a_message_grants_what_was_asked() -> None:
    line = started()
    send(line, 0.0)
    line.replied(replied(200, response=False), 0.0)
    assert line.due() == pytest.approx(2880.0)


def test_failures_wait_30_60_to_1800_seconds() -> None:
    line, now, waits = started(), 0.0, []
    for at in range(9):
        send(line, now)
        turned = line.replied(replied(500, response=False), now)
        assert bool(turned) == (at == 0)
        due = line.due()
        assert due is not None
        waits.append(due - now)
        now = due
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_waits_are_shortened_by_up_to_half_at_random() -> None:
    line = started(chance=0.0)
    send(line, 0.0)
    assert line.replied(replied(408, response=False), 0.0) == [LineTurned("lost", 408, 15.0)]
    assert line.due() == 15.0


def test_after_a_success_the_waits_begin_anew() -> None:
    line = started()
    send(line, 0.0)
    line.replied(replied(503), 0.0)
    send(line, 30.0)
    line.replied(granted(100), 30.0)
    send(line, 110.0)
    assert line.replied(replied(503), 110.0) == []
    assert line.due() == 130.0  # the end of what was granted, before the next try at 140
    assert line.lapsed(129.9) == []
    assert line.lapsed(130.0) == [LineTurned("lost", 408, 10.0)]
    assert line.lapsed(131.0) == []
    assert line.due() == 140.0


def test_what_was_granted_lapses_while_an_answer_is_awaited() -> None:
    line = started()
    send(line, 0.0)
    line.replied(granted(100), 0.0)
    send(line, 80.0)
    assert line.due() == 100.0
    assert line.lapsed(100.0) == [LineTurned("lost", 408, 0.0)]
    assert line.replied(granted(100), 101.0) == [LineTurned("registered", 200, 80.0)]


def test_a_failure_after_the_granted_time_tells_the_loss() -> None:
    line = started()
    send(line, 0.0)
    line.replied(granted(100), 0.0)
    send(line, 80.0)
    assert line.replied(replied(503), 112.0) == [LineTurned("lost", 503, 30.0)]
    send(line, 142.0)
    assert line.replied(replied(503), 142.0) == []


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [("90", 90), ("90 (busy);duration=5", 90), ("5", 30), ("99999", 1800), ("x", 30)],
)
def test_a_longer_pause_that_the_carrier_asks_for_is_kept(value: str, wait_s: int) -> None:
    line = started()
    send(line, 0.0)
    line.replied(replied(503, ("Retry-After", value)), 0.0)
    assert line.due() == wait_s


def test_forbidden_means_an_hour_and_no_calls() -> None:
    line = started(visitor())
    send(line, 0.0)
    line.replied(granted(100), 0.0)
    send(line, 80.0)
    assert line.replied(replied(403), 80.0) == [LineTurned("refused", 403, 3600.0)]
    assert line.due() == 3680.0
    assert not line.is_registered


def test_423_asks_at_once_for_the_longer_time() -> None:
    line = started()
    send(line, 0.0)
    assert line.replied(replied(423, ("Min-Expires", "7200")), 1.0) == []
    order = send(line, 1.0)
    assert ("Expires", "7200") in order.headers


@pytest.mark.parametrize("least", ["", "x", "60", "3600", "99999", "9999999999"])
def test_423_without_a_sensible_time_is_a_failure(least: str) -> None:
    line = started()
    send(line, 0.0)
    assert line.replied(replied(423, ("Min-Expires", least)), 0.0)
    assert line.due() == 30.0


def test_a_stale_nonce_is_tried_again_at_once_twice_at_most() -> None:
    line = started(visitor())
    stale = replied(401, ("WWW-Authenticate", CHALLENGE.format("n") + ", stale=true"))
    for _ in range(2):
        send(line, 0.0)
        assert line.replied(stale, 0.0) == []
        assert line.due() == 0.0
    send(line, 0.0)
    assert line.replied(stale, 0.0) == [LineTurned("lost", 401, 30.0)]


@pytest.mark.parametrize("status", [401, 407])
def test_a_refused_password_waits(status: int) -> None:
    asking = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
    for guest in (visitor(), None):
        line = started(guest)
        send(line, 0.0)
        assert line.replied(replied(status, (asking, CHALLENGE.format("n"))), 0.0)
        assert line.due() == 30.0


def test_the_nonce_of_the_last_time_saves_a_round_trip() -> None:
    guest = visitor()
    line = started(guest)
    assert len(send(line, 0.0).headers) == 2
    guest.answer([CHALLENGE.format("n")], "REGISTER", LINE.registrar)  # by the core
    line.replied(granted(100), 0.0)
    login = dict(send(line, 80.0).headers)["Authorization"]
    assert "nc=00000002" in login
    assert 'uri="sip:sip.carrier.example"' in login
    line.replied(replied(500), 80.0)
    assert "Authorization" not in dict(send(line, 140.0).headers)


def test_stop_takes_the_registration_away_once() -> None:
    line = started()
    send(line, 0.0)
    line.replied(granted(100), 0.0)
    line.stop(10.0)
    assert ("Expires", "0") in send(line, 10.0).headers
    assert line.replied(replied(200), 10.1) == []
    assert line.due() is None
    assert line.order(FLOW, 99.0) is None


def test_stop_waits_for_a_request_that_is_still_out() -> None:
    line = started()
    send(line, 0.0)
    line.stop(1.0)
    assert line.due() is None
    assert line.replied(granted(100), 2.0) == []
    assert ("Expires", "0") in send(line, 2.0).headers
    assert line.replied(replied(500), 3.0) == []
    assert line.due() is None


def test_stop_before_anything_was_granted_sends_nothing() -> None:
    line = started()
    line.stop(0.0)
    assert line.due() is None
    line.start(5.0)
    send(line, 5.0)
    line.stop(6.0)
    assert line.replied(replied(500), 7.0) == []
    assert line.due() is None
