"""The door of SIP: who gets in, what strays get, and two cores on a bad line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.core import Core
from ivr.channels.sip.wire.messages.message import (
    Headers,
    Request,
    Response,
    WireError,
    parse,
    respond,
)
from ivr.channels.sip.wire.orders import (
    Accept,
    AnswerChange,
    Drain,
    HangUp,
    Refuse,
    Reinvite,
    Ring,
)
from ivr.channels.sip.wire.seams import Options, Seams, Verdict
from ivr.channels.sip.wire.words import Acked, Answered, Cancelled, Ended, Failed, Flow, Offered
from tests.channels.sip.wire.ends import (
    FLOW,
    OTHER_SDP,
    PHONE,
    SDP,
    THEM,
    US,
    End,
    methods,
    tokens,
)
from tests.channels.sip.wire.letters import flows

TCP = Flow("tcp", US, THEM, 7)
BOTH = pytest.mark.parametrize("flow", [FLOW, TCP], ids=["udp", "tcp"])

# --- who is it -----------------------------------------------------------------------------------


def test_a_stranger_gets_silence_and_leaves_no_trace() -> None:
    end = End(Verdict())
    assert end.asks("INVITE", body=SDP) == []
    assert (end.heard, end.core.sizes["transactions"]) == ([], 0)
    assert end.core.counts == {"silent": 1}


def test_what_nobody_can_judge_is_counted_and_dropped() -> None:
    def admit(_request: Request, _flow: Flow, _now: float) -> Verdict:
        raise WireError(400, "Contact: malformed")

    core = Core(Options(), Seams(tokens(), admit))
    letter = (
        b"INVITE sip:0@a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:b@a>;tag=1"
    )
    letter += b"\r\nTo: <sip:0@a>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nExpires: x\r\n\r\n"
    core.receive(letter, FLOW, 0.0)
    assert (core.take(), core.counts) == ([], {"garbled": 1, "unanswerable": 1})


def test_a_stranger_may_get_one_answer_without_state_the_same_each_time() -> None:
    end = End(Verdict(status=401, headers=(("WWW-Authenticate", 'Digest realm="x"'),)))
    first, second = (end.asks("INVITE", branch="z9hG4bKsame")[0] for _ in range(2))
    assert methods([first]) == ["401 INVITE"]
    assert first.headers.get("WWW-Authenticate") == 'Digest realm="x"'
    assert first.headers.items() == second.headers.items()
    assert end.core.sizes["transactions"] == 0
    assert end.asks("ACK", branch="z9hG4bKsame", to_tag=first.to.tag) == []


@pytest.mark.parametrize("verdict", [Verdict("other"), Verdict("carrier", "somebody")])
def test_a_forged_bye_from_another_trunk_or_phone_ends_nothing(verdict: Verdict) -> None:
    end = End()
    name = end.answered()
    end.verdict = verdict
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["481 BYE"]
    assert end.events(Ended) == []


def test_a_forged_cancel_from_another_trunk_cancels_nothing() -> None:
    end = End()
    end.offered()
    end.verdict = Verdict("other")
    assert methods(end.asks("CANCEL", branch="z9hG4bKinvite")) == ["481 CANCEL"]
    assert end.events(Cancelled) == []


@pytest.mark.parametrize(("tag", "call_id"), [("wrong", "c1"), ("far", "c2")])
def test_a_bye_must_match_all_three_names(tag: str, call_id: str) -> None:
    end = End()
    name = end.answered()
    said = end.asks("BYE", cseq=2, to_tag=name, tag=tag, call_id=call_id)
    assert methods(said) == ["481 BYE"]
    assert methods(end.asks("BYE", cseq=2, to_tag="wrong")) == ["481 BYE"]
    assert end.events(Ended) == []


# --- the list of conformance, where signalling alone decides -------------------------------------


@BOTH
def test_row_1_an_invite_gets_100_in_the_same_pass_and_200_when_ordered(flow: Flow) -> None:
    end = End()
    assert methods(end.asks("INVITE", body=SDP, flow=flow)) == ["100 INVITE"]
    call = end.event(Offered)
    assert (call.sdp, call.trunk, call.flow) == (SDP, "carrier", flow)
    said = end.order(Accept(call.call, OTHER_SDP))
    assert methods(said) == ["200 INVITE"]
    assert said[0].body == OTHER_SDP
    assert said[0].to.tag == call.call
    assert "INVITE" in (said[0].headers.get("Allow") or "")


def test_row_6_our_bye_goes_to_the_contact_with_right_tags_one_via_and_a_new_branch() -> None:
    end = End()
    end.asks("INVITE", ("Contact", "<sip:ali@192.0.2.77:5099>"), body=SDP)
    name = end.event(Offered).call
    end.order(Accept(name, OTHER_SDP))
    end.asks("ACK", to_tag=name)
    bye = end.order(HangUp(name))[0]
    assert isinstance(bye, Request)
    assert (bye.method, bye.uri) == ("BYE", "sip:ali@192.0.2.77:5099")
    assert (bye.from_.tag, bye.to.tag, len(bye.vias)) == (name, "far", 1)
    assert end.sends[-1].flow.remote == ("192.0.2.77", 5099)
    assert end.event(Ended) == Ended(name, "normal", far=False)


def test_row_8_without_a_session_the_offer_is_ours_and_the_ack_brings_the_answer() -> None:
    end = End()
    end.asks("INVITE")
    call = end.event(Offered)
    assert call.sdp is None
    assert end.order(Accept(call.call, OTHER_SDP))[0].body == OTHER_SDP
    end.asks("ACK", to_tag=call.call, body=SDP)
    assert end.event(Acked).sdp == SDP


def test_rows_10_to_12_a_repeated_invite_is_one_call_and_200_is_repeated_until_ack() -> None:
    end = End()
    said = [end.asks("INVITE", body=SDP, branch="z9hG4bKi") for _ in range(4)]
    assert [methods(each) for each in said] == [["100 INVITE"]] * 4
    name = end.event(Offered).call
    first = end.order(Accept(name, OTHER_SDP))
    assert end.asks("INVITE", body=SDP, branch="z9hG4bKi") == []
    again = end.wait(8)
    assert methods(again) == ["200 INVITE"] * 4
    assert {each.to.tag for each in [*first, *again]} == {name}
    end.asks("ACK", to_tag=name)
    assert end.wait(40) == []
    assert end.events(Ended) == []


def test_row_11_without_any_ack_the_call_ends_after_64_t1_with_a_bye() -> None:
    end = End()
    name = end.offered()
    end.order(Accept(name, OTHER_SDP))
    said = end.wait(32)
    assert methods(said).count("200 INVITE") == 10
    assert methods(said)[-1] == "BYE"
    assert end.event(Ended) == Ended(name, "signal_lost", far=False)
    end.wait(64)
    assert end.core.sizes["transactions"] == 0


@BOTH
def test_rows_13_and_14_a_cancel_gets_200_and_the_invite_487(flow: Flow) -> None:
    end = End()
    end.asks("INVITE", body=SDP, branch="z9hG4bKi", flow=flow)
    name = end.event(Offered).call
    end.order(Ring(name))
    said = end.asks("CANCEL", branch="z9hG4bKi", flow=flow)
    assert methods(said) == ["200 CANCEL", "487 INVITE"]
    assert {each.to.tag for each in said} == {name}
    assert end.event(Cancelled) == Cancelled(name)
    assert end.order(Accept(name, OTHER_SDP)) == []
    end.asks("ACK", branch="z9hG4bKi", to_tag=name, flow=flow)
    assert end.wait(64) == []
    assert end.core.sizes == {"calls": 0, "dialogs": 0, "transactions": 0, "timers": 0}


def test_rows_15_and_16_a_bye_gets_200_and_a_second_one_481() -> None:
    end = End()
    name = end.answered()
    said = end.asks("BYE", cseq=2, to_tag=name, branch="z9hG4bKbye")
    assert methods(said) == ["200 BYE"]
    assert said[0].to.tag == name
    assert methods(end.asks("BYE", cseq=2, to_tag=name, branch="z9hG4bKbye")) == ["200 BYE"]
    assert methods(end.asks("BYE", cseq=3, to_tag=name)) == ["481 BYE"]
    assert end.event(Ended) == Ended(name, "normal", far=True)


@pytest.mark.parametrize(
    ("row", "method", "status"),
    [
        (21, "OPTIONS", 200),
        (22, "FOO", 501),
        (23, "MESSAGE", 405),
        (24, "SUBSCRIBE", 405),
        (25, "NOTIFY", 481),
        (26, "REGISTER", 405),
        (27, "REFER", 481),
        (28, "BYE", 481),
        (29, "UPDATE", 481),
        (30, "CANCEL", 481),
        (101, "INFO", 481),
        (101, "PRACK", 481),
        (101, "PUBLISH", 405),
    ],
)
@BOTH
def test_rows_21_to_31_outside_a_dialog(row: int, method: str, status: int, flow: Flow) -> None:
    end = End()
    said = end.asks(method, flow=flow)
    assert methods(said) == [f"{status} {method}"], row
    allow = said[0].headers.get("Allow") or ""
    assert ("CANCEL" in allow) is (status in {200, 405, 501})
    assert said[0].to.tag
    assert end.answered()


def test_row_26_a_registrar_answers_register() -> None:
    def registrar(request: Request, flow: Flow, now: float) -> Response:
        assert (flow, now) == (FLOW, 100.0)
        return respond(request, 200, to_tag="reg", extra=(("Contact", "<sip:x>;expires=60"),))

    end = End(registrar=registrar)
    said = end.asks("REGISTER")
    assert methods(said) == ["200 REGISTER"]
    assert methods(end.asks("SUBSCRIBE")) == ["489 SUBSCRIBE"]


def test_row_32_options_in_a_dialog() -> None:
    end = End()
    name = end.answered()
    assert methods(end.asks("OPTIONS", cseq=2, to_tag=name)) == ["200 OPTIONS"]


def test_row_50_and_68_record_routes_are_copied_and_followed() -> None:
    end = End()
    routes = ("Record-Route", "<sip:192.0.2.8;lr>, <sip:192.0.2.9;lr>")
    name = end.answered(routes)
    accepted = next(each for each in end.sends if b" 200 " in each.data)
    assert b"Record-Route: <sip:192.0.2.8;lr>, <sip:192.0.2.9;lr>" in accepted.data
    bye = end.order(HangUp(name))[0]
    assert bye.headers.all("Route") == ["<sip:192.0.2.8;lr>", "<sip:192.0.2.9;lr>"]
    assert end.sends[-1].flow.remote == ("192.0.2.8", 5060)


def test_row_67_an_unknown_require_is_420_with_unsupported() -> None:
    end = End()
    said = end.asks("INVITE", ("Require", "foo, timer"), body=SDP)
    assert methods(said) == ["420 INVITE"]
    assert said[0].headers.get("Unsupported") == "foo"
    assert end.heard == []


def test_row_69_rport_and_received_are_filled_and_row_70_answers_go_to_the_source() -> None:
    end = End()
    odd = replace(FLOW, remote=("198.51.100.9", 40000))
    said = end.asks("OPTIONS", flow=odd)
    assert (said[0].vias[0].received, said[0].vias[0].rport) == ("198.51.100.9", 40000)
    assert end.sends[-1].flow.remote == ("198.51.100.9", 40000)


def test_without_rport_answers_go_to_the_port_of_the_via() -> None:
    end = End()
    via = ("Via", "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKx")
    end.asks("OPTIONS", via, flow=replace(FLOW, remote=("198.51.100.9", 40000)))
    assert end.sends[-1].flow.remote == ("198.51.100.9", 5070)


@pytest.mark.parametrize(
    ("row", "data"),
    [
        (78, bytes(range(200, 256))),
        (79, b"\r\n\r\n"),
        (80, b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)),
        (81, b""),
        (82, b"INVITE sip:a@b SIP/2.0\r\n"),
        (83, b"hello"),
        (93, b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKa\r\nFrom: <sip:a>;tag=1\r\n"
             b"To: <sip:b>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n"),
    ],
)  # fmt: skip
def test_rows_78_to_97_noise_gets_silence_and_a_call_after_it_is_answered(
    row: int, data: bytes
) -> None:
    end = End()
    assert end.says(data) == [], row
    assert end.answered()


def test_row_92_another_version_is_505_to_a_trunk_and_silence_to_a_stranger() -> None:
    data = (
        b"OPTIONS sip:a@b SIP/3.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport\r\n"
        b"From: <sip:a@x>;tag=1\r\nTo: <sip:b@y>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n"
    )
    assert methods(End().says(data)) == ["505 OPTIONS"]
    assert End(Verdict()).says(data) == []


def test_row_95_a_stray_ack_is_silence() -> None:
    end = End()
    assert end.asks("ACK", to_tag="nobody") == []
    assert end.core.counts == {"stray": 1}


# --- the races of section 5 ----------------------------------------------------------------------


def test_race_cancel_before_our_200_is_written() -> None:
    end = End()
    name = end.offered()
    assert methods(end.asks("CANCEL", branch="z9hG4bKinvite")) == ["200 CANCEL", "487 INVITE"]
    assert end.order(Accept(name, OTHER_SDP)) == []


def test_race_cancel_after_our_200_changes_nothing() -> None:
    end = End()
    name = end.offered()
    end.order(Accept(name, OTHER_SDP))
    assert methods(end.asks("CANCEL", branch="z9hG4bKinvite")) == ["200 CANCEL"]
    end.asks("ACK", to_tag=name)
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["200 BYE"]
    assert end.events(Cancelled) == []
    assert end.event(Ended).far


def test_race_a_cancel_from_another_address_of_the_trunk_is_481() -> None:
    end = End()
    end.offered()
    flow = replace(FLOW, remote=("192.0.2.99", 5060))
    assert methods(end.asks("CANCEL", branch="z9hG4bKinvite", flow=flow)) == ["481 CANCEL"]


def test_race_our_cancel_crosses_their_200() -> None:
    end = End()
    invite = end.calling()
    end.replies(invite, 180)
    assert methods(end.order(HangUp("out"))) == ["CANCEL"]
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK", "BYE"]
    assert end.event(Failed).cause == "cancelled"
    assert end.events(Answered) == []
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK"]


def test_race_our_cancel_before_any_answer_waits_for_one() -> None:
    end = End()
    invite = end.calling()
    assert end.order(HangUp("out")) == []
    assert methods(end.replies(invite, 100, tag="")) == ["CANCEL"]
    assert methods(end.replies(invite, 487)) == ["ACK"]
    assert end.event(Failed).cause == "cancelled"


def test_race_our_cancel_before_a_200_that_comes_without_any_1xx() -> None:
    end = End()
    invite = end.calling()
    end.order(HangUp("out"))
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK", "BYE"]
    assert end.event(Failed).cause == "cancelled"


def test_race_bye_crosses_bye_and_both_get_200() -> None:
    end = End()
    name = end.answered()
    bye = end.order(HangUp(name))[0]
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["200 BYE"]
    assert isinstance(bye, Request)
    end.replies(bye, 200)
    assert methods(end.asks("BYE", cseq=3, to_tag=name)) == ["481 BYE"]
    assert end.event(Ended) == Ended(name, "normal", far=False)


def test_race_bye_during_their_re_invite_which_gets_487() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=SDP)
    assert methods(end.asks("BYE", cseq=3, to_tag=name)) == ["200 BYE", "487 INVITE"]
    assert end.order(AnswerChange(name, 200, OTHER_SDP)) == []


def test_race_bye_during_our_re_invite() -> None:
    end = End()
    name = end.answered()
    again = end.order(Reinvite(name, SDP))[0]
    assert isinstance(again, Request)
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["200 BYE"]
    assert methods(end.replies(again, 487)) == ["ACK"]
    assert end.event(Ended).far


def test_race_bye_before_the_ack_is_accepted() -> None:
    end = End()
    name = end.offered()
    end.order(Accept(name, OTHER_SDP))
    assert methods(end.asks("BYE", cseq=2, to_tag=name)) == ["200 BYE"]
    assert end.wait(40) == []
    assert end.event(Ended) == Ended(name, "normal", far=True)


def test_race_a_second_fork_that_answers_is_acknowledged_and_ended() -> None:
    end = End()
    invite = end.dialled()
    assert methods(end.replies(invite, 200, body=SDP, tag="second")) == ["ACK", "BYE"]
    assert end.sends[-1].data.count(b";tag=second") == 1
    assert end.event(Answered).fork == "far"
    assert end.events(Ended) == []


def test_race_a_lost_ack_is_sent_again_for_each_200() -> None:
    end = End()
    invite = end.dialled()
    first = end.sends[-1].data
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK"]
    assert end.sends[-1].data == first


def test_race_a_lost_bye_is_repeated() -> None:
    end = End()
    name = end.answered()
    end.order(HangUp(name))
    assert methods(end.wait(3.5)) == ["BYE"] * 3


# --- the rest of the door ------------------------------------------------------------------------


def test_a_copy_that_took_another_way_is_482_while_the_first_lives() -> None:
    end = End()
    end.asks("INVITE", body=SDP, branch="z9hG4bKone")
    assert methods(end.asks("INVITE", body=SDP, branch="z9hG4bKtwo")) == ["482 INVITE"]
    assert len(end.events(Offered)) == 1


def test_a_request_of_ours_that_comes_back_is_482() -> None:
    end = End()
    invite = end.calling()
    assert methods(end.says(invite)) == ["482 INVITE"]


def test_a_body_of_an_unknown_kind_is_415_and_says_what_is_read() -> None:
    end = End()
    said = end.asks("INVITE", body=b"<x/>", kind="text/xml")
    assert methods(said) == ["415 INVITE"]
    assert "application/sdp" in (said[0].headers.get("Accept") or "")
    assert said[0].headers.get("Accept-Encoding") == "identity"


def test_an_address_of_an_unknown_kind_is_416() -> None:
    end = End()
    lines = [
        ("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKm;rport"),
        ("From", "<sip:a@x>;tag=1"),
        ("To", "<sip:b@y>"),
        ("Call-ID", "c"),
        ("CSeq", "1 INVITE"),
        ("Contact", "<sip:a@192.0.2.1>"),
    ]
    message = Request("INVITE", "mailto:b@y", Headers(lines), SDP)
    assert methods(end.says(message)) == ["416 INVITE"]


def test_draining_answers_options_with_503() -> None:
    end = End()
    end.order(Drain())
    assert methods(end.asks("OPTIONS")) == ["503 OPTIONS"]
    end.order(Drain(on=False))
    assert methods(end.asks("OPTIONS", cseq=2)) == ["200 OPTIONS"]


def test_full_tables_answer_503_and_keep_nothing_more() -> None:
    end = End(options=Options(finished_max=3))
    for n in range(3):
        end.asks("OPTIONS", call_id=f"c{n}")
    said = end.asks("INVITE", call_id="more", body=SDP)
    assert (methods(said), said[0].headers.get("Retry-After")) == (["503 INVITE"], "5")
    assert end.core.sizes["transactions"] == 3
    end.wait(32)
    assert methods(end.asks("INVITE", call_id="more", body=SDP)) == ["100 INVITE"]


def test_live_transactions_are_bounded_too() -> None:
    end = End(options=Options(live_max=1))
    name = end.offered()
    assert methods(end.asks("OPTIONS", call_id="more")) == ["503 OPTIONS"]
    end.order(Refuse(name, 486))
    assert methods(end.asks("OPTIONS", call_id="more")) == ["200 OPTIONS"]


def test_too_many_calls_are_503() -> None:
    end = End(options=Options(calls_max=1))
    end.offered()
    assert methods(end.asks("INVITE", call_id="more", body=SDP)) == ["503 INVITE"]


def test_old_requests_without_a_branch_are_matched_by_their_fields() -> None:
    end = End()
    via = ("Via", "SIP/2.0/UDP 192.0.2.1:5060")
    end.asks("INVITE", via, body=SDP, tag="")
    end.asks("INVITE", via, body=SDP, tag="")
    call = end.event(Offered)
    end.order(Refuse(call.call, 486))
    end.asks("ACK", via, to_tag=call.call, tag="")
    assert end.wait(20) == []


def test_a_lost_connection_moves_later_requests_of_its_calls_to_a_new_one() -> None:
    end = End(verdict=PHONE)
    end.asks("INVITE", body=SDP, flow=TCP)
    name = end.event(Offered).call
    end.order(Accept(name, OTHER_SDP))
    end.asks("ACK", to_tag=name, flow=TCP)
    end.lost(TCP)
    end.order(HangUp(name))
    assert end.sends[-1].flow == replace(TCP, connection=0)


def test_an_answer_to_a_lost_connection_opens_one_to_where_the_sender_listens() -> None:
    end = End()
    flow = replace(TCP, remote=("192.0.2.1", 43210))
    end.asks("INVITE", body=SDP, flow=flow)
    end.lost(flow)
    end.order(Ring(end.event(Offered).call))
    assert end.sends[-1].flow == Flow("tcp", US, ("192.0.2.1", 5060), 0)


def test_equal_inputs_give_equal_octets() -> None:
    def octets() -> list[bytes]:
        end = End()
        name = end.answered()
        end.order(HangUp(name))
        end.wait(2)
        return [each.data for each in end.sends]

    assert octets() == octets()


# --- the call flows of RFC 3665, with us as Bob ---------------------------------------------------


def bobs(number: str) -> tuple[dict[str, Request], str]:
    """The last copy of each request that reached Bob in a flow, by method, and Bob's tag there."""
    found = [parse(data) for name, data in flows().items() if f"_{number}_" in name]
    requests = {
        each.method: each
        for each in found
        if isinstance(each, Request) and "bob@client.biloxi" in each.uri
    }
    invite = requests["INVITE"]
    answers = [each for each in found if isinstance(each, Response) and each.to.tag]
    branch = invite.vias[0].branch
    return requests, next(each.to.tag for each in answers if each.vias[0].branch == branch)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("3.02", ["100 INVITE", "180 INVITE", "200 INVITE"]),
        ("3.07", ["100 INVITE", "180 INVITE", "200 INVITE"]),
        ("3.08", ["100 INVITE", "180 INVITE", "200 CANCEL", "487 INVITE"]),
        ("3.09", ["100 INVITE", "486 INVITE"]),
        ("3.11", ["100 INVITE", "180 INVITE", "480 INVITE"]),
    ],
)
def test_the_flows_of_rfc_3665_as_bob(number: str, wanted: list[str]) -> None:
    requests, tag = bobs(number)
    end = End()
    said = end.says(requests["INVITE"])
    name = end.event(Offered).call
    if "180 INVITE" in wanted:
        said += end.order(Ring(name))
    if "CANCEL" in requests:
        said += end.says(requests["CANCEL"])
    elif wanted[-1] == "200 INVITE":
        said += end.order(Accept(name, OTHER_SDP))
    else:
        said += end.order(Refuse(name, int(wanted[-1][:3])))
    assert methods(said) == wanted
    assert said[-1].headers.split("Record-Route") == (
        requests["INVITE"].headers.split("Record-Route") if wanted[-1] == "200 INVITE" else []
    )
    ack = requests["ACK"]
    ack.headers.set("To", (ack.headers.get("To") or "").replace(tag, name))
    assert end.says(ack) == []
    assert end.wait(600) == []
    assert len(end.events(Acked)) == (wanted[-1] == "200 INVITE")
