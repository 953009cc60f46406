"""Which message belongs to which transaction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.messages.message import Headers, Request, Response, parse, respond
from ivr.channels.sip.wire.seams import Options
from ivr.channels.sip.wire.transaction.layer import Transactions, reply_flow, server_key, via_of
from ivr.channels.sip.wire.transaction.post import Post
from ivr.channels.sip.wire.words import Flow, Send
from tests.channels.sip.wire.ends import FLOW, THEM, US, tokens

TCP = Flow("tcp", US, THEM, 7)


def layer(options: Options | None = None) -> Transactions:
    options = options or Options()
    return Transactions(Post(options), options, tokens())


def request(method: str, via: str = "192.0.2.1:5060;branch=z9hG4bKa", tag: str = "") -> Request:
    lines = [
        ("Via", f"SIP/2.0/UDP {via}"),
        ("From", "<sip:a@x>;tag=1"),
        ("To", "<sip:b@y>" + (f";tag={tag}" if tag else "")),
        ("Call-ID", "c"),
        ("CSeq", f"7 {method}"),
    ]
    return Request(method, "sip:b@y", Headers(lines))


def asked(
    transactions: Transactions, method: str, flow: Flow = FLOW
) -> tuple[Request, list[object]]:
    """A request of ours as it went out, and what is told about it."""
    told: list[object] = []
    transactions.ask(
        request(method),
        flow,
        lambda what, _: told.append(what.status if isinstance(what, Response) else what),
        0.0,
    )
    sent = transactions.post.out[-1]
    assert isinstance(sent, Send)
    message = parse(sent.data)
    assert isinstance(message, Request)
    return message, told


def test_an_answer_is_matched_by_branch_and_method() -> None:
    transactions = layer()
    sent, told = asked(transactions, "INFO")
    good = respond(sent, 200, to_tag="t")
    for damage in (("CSeq", "7 OPTIONS"), ("Via", "SIP/2.0/UDP h;branch=z9hG4bKno")):
        bad = respond(sent, 200, to_tag="t")
        bad.headers.set(*damage)
        assert not transactions.answered(bad, 1.0)
    doubled = respond(sent, 200, to_tag="t")
    doubled.headers.set("Via", *(2 * sent.headers.all("Via")))
    assert not transactions.answered(doubled, 1.0)
    assert transactions.answered(good, 1.0)
    assert told == [200]


def test_each_request_of_ours_gets_a_new_branch_and_one_via_with_our_address() -> None:
    advertise = {("udp", *US): ("203.0.113.10", 5066)}
    transactions = layer(Options(advertise=advertise))
    first, _ = asked(transactions, "INFO")
    second, _ = asked(transactions, "INFO")
    assert len(first.vias) == len(second.vias) == 1
    assert (first.vias[0].host, first.vias[0].port) == ("203.0.113.10", 5066)
    assert first.vias[0].branch != second.vias[0].branch
    assert "rport" in first.vias[0].params


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (TCP, ["error"]),
        (replace(TCP, connection=8), []),
        (replace(TCP, remote=("192.0.2.9", 5060)), []),
        (FLOW, []),
    ],
)
def test_what_waits_on_a_lost_connection_fails_at_once(lost: Flow, told: list[str]) -> None:
    transactions = layer()
    _, heard = asked(transactions, "INFO", TCP)
    transactions.lost(lost, 1.0)
    assert heard == told


def test_one_sent_by_whichever_connection_fails_with_the_one_that_was_used() -> None:
    transactions = layer()
    _, heard = asked(transactions, "INFO", replace(TCP, connection=0))
    transactions.lost(TCP, 1.0)
    assert heard == ["error"]


def test_ack_and_cancel_find_the_invite_and_a_cancel_has_a_transaction_of_its_own() -> None:
    transactions = layer()
    invite = transactions.open(request("INVITE"), FLOW)
    assert transactions.find(request("ACK", tag="t"), "INVITE") is invite
    assert transactions.find(request("CANCEL"), "INVITE") is invite
    assert transactions.find(request("CANCEL")) is None
    cancel = transactions.open(request("CANCEL"), FLOW)
    assert transactions.find(request("CANCEL")) is cancel
    assert transactions.find(request("INVITE")) is invite


@pytest.mark.parametrize(
    ("via", "same"),
    [
        ("192.0.2.1:5060;branch=z9hG4bKa;rport", True),
        ("192.0.2.1:5061;branch=z9hG4bKa", False),
        ("192.0.2.2:5060;branch=z9hG4bKa", False),
        ("192.0.2.1:5060;branch=z9hG4bKA", False),
        ("192.0.2.1:5060;branch=z9hG4bK", False),
        ("192.0.2.1:5060", False),
    ],
)
def test_a_repetition_has_the_same_branch_and_sender(via: str, same: bool) -> None:
    first = server_key(request("INFO"), "INFO")
    assert (server_key(request("INFO", via), "INFO") == first) is same


def test_without_a_branch_the_older_fields_decide() -> None:
    old = "192.0.2.1:5060"
    transactions = layer()
    invite = transactions.open(request("INVITE", old), FLOW)
    assert transactions.find(request("ACK", old, tag="t"), "INVITE") is invite
    assert transactions.find(request("ACK", "192.0.2.9:5060", tag="t"), "INVITE") is None


def test_a_copy_by_another_way_is_merged_until_the_first_is_gone() -> None:
    transactions = layer()
    server = transactions.open(request("INFO"), FLOW)
    assert transactions.is_merged(request("INFO", "192.0.2.1;branch=z9hG4bKb"))
    assert not transactions.is_merged(request("INFO", "192.0.2.1;branch=z9hG4bKb", tag="t"))
    server.gone()
    assert not transactions.is_merged(request("INFO"))
    assert len(transactions) == 0


@pytest.mark.parametrize(
    ("via", "flow", "remote"),
    [
        ("10.0.0.1:5070;branch=z9hG4bKa;rport", FLOW, THEM),
        ("10.0.0.1:5070;branch=z9hG4bKa", FLOW, ("192.0.2.1", 5070)),
        ("10.0.0.1;branch=z9hG4bKa", FLOW, THEM),
        ("10.0.0.1:5070;branch=z9hG4bKa", TCP, THEM),
    ],
)
def test_answers_go_where_rfc_3581_says(via: str, flow: Flow, remote: tuple[str, int]) -> None:
    assert reply_flow(request("INFO", via).vias[0], flow).remote == remote


def test_ipv6_stands_in_brackets() -> None:
    flow = Flow("tls", ("2001:db8::1", 5061), ("2001:db8::2", 5061))
    assert via_of(flow, flow.local, "z") == "SIP/2.0/TLS [2001:db8::1]:5061;branch=z;rport"
