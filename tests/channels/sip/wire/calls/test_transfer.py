"""REFER and NOTIFY, both ways."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.transfer import sipfrag_status
from ivr.channels.sip.wire.messages.message import Request, Response
from ivr.channels.sip.wire.orders import AnswerRefer, HangUp, NotifyRefer, Refer
from ivr.channels.sip.wire.words import Ended, ReferAsked, ReferProgress
from tests.channels.sip.wire.ends import End, methods

FRAG = "message/sipfrag;version=2.0"


def sent(messages: list[Request | Response]) -> Request:
    assert len(messages) == 1
    assert isinstance(messages[0], Request)
    return messages[0]


def asked(end: End, name: str, *more: tuple[str, str], cseq: int = 2) -> list[Request | Response]:
    lines = more or (("Refer-To", "<sip:+902121112233@x>"), ("Referred-By", "<sip:ali@x>"))
    return end.asks("REFER", *lines, cseq=cseq, to_tag=name)


def notified(
    end: End, name: str, body: bytes, state: str = "active", cseq: int = 2
) -> list[Request | Response]:
    lines = (("Event", "refer"), ("Subscription-State", state))
    return end.asks("NOTIFY", *lines, cseq=cseq, to_tag=name, body=body, kind=FRAG)


def test_row_34_a_refer_is_handed_up_and_its_progress_told() -> None:
    end = End()
    name = end.answered()
    assert asked(end, name) == []
    event = end.event(ReferAsked)
    assert event == ReferAsked(name, 2, "sip:+902121112233@x", "", "<sip:ali@x>")
    said = end.order(AnswerRefer(name, 2, 202))
    assert methods(said) == ["202 REFER", "NOTIFY"]
    assert said[1].body == b"SIP/2.0 100 Trying\r\n"
    assert said[1].headers.get("Event") == "refer;id=2"
    assert said[1].headers.get("Subscription-State") == "active;expires=60"
    ringing = sent(end.order(NotifyRefer(name, 2, 180)))
    assert ringing.body == b"SIP/2.0 180 Ringing\r\n"
    last = sent(end.order(NotifyRefer(name, 2, 200)))
    assert (last.headers.get("Subscription-State") or "").startswith("terminated")
    assert end.order(NotifyRefer(name, 2, 200)) == []


def test_row_34_a_refer_that_is_not_allowed_is_603() -> None:
    end = End()
    name = end.answered()
    asked(end, name)
    assert methods(end.order(AnswerRefer(name, 2, 603))) == ["603 REFER"]
    assert end.order(NotifyRefer(name, 2, 200)) == []


def test_a_refer_that_wants_no_notify_gets_none() -> None:
    end = End()
    name = end.answered()
    asked(end, name, ("Refer-To", "<sip:c@x>"), ("Refer-Sub", "false"))
    said = end.order(AnswerRefer(name, 2, 202))
    assert methods(said) == ["202 REFER"]
    assert said[0].headers.get("Refer-Sub") == "false"
    assert end.order(NotifyRefer(name, 2, 200)) == []


@pytest.mark.parametrize(
    "lines",
    [
        (("X", "y"),),
        (("Refer-To", "<sip:a@x>"), ("Refer-To", "<sip:b@x>")),
        (("Refer-To", "<sip:a@x?Replaces=c>"),),
        (("Refer-To", '"open <sip:a@x>'),),
    ],
)
def test_a_refer_without_one_good_target_is_400(lines: tuple[tuple[str, str], ...]) -> None:
    end = End()
    assert methods(asked(end, end.answered(), *lines)) == ["400 REFER"]


def test_a_refer_before_the_ack_is_481() -> None:
    end = End()
    assert methods(asked(end, end.offered())) == ["481 REFER"]


def test_an_attended_transfer_names_the_other_call() -> None:
    end = End()
    name = end.answered()
    end.dialled()
    other = end.core._board.calls["out"].dialog
    assert other is not None
    value = f"{other.call_id}%3Bto-tag%3D{other.local_tag}%3Bfrom-tag%3Dfar"
    asked(end, name, ("Refer-To", f"<sip:b@x?Replaces={value}>"))
    assert end.event(ReferAsked) == ReferAsked(name, 2, "sip:b@x", "out")
    asked(end, name, ("Refer-To", "<sip:b@x?Replaces=no%3Bto-tag%3D1%3Bfrom-tag%3D2>"), cseq=3)
    assert end.events(ReferAsked)[-1].replaces == "?"


def test_ours_is_told_until_the_final_notify() -> None:
    end = End()
    name = end.answered()
    refer = sent(end.order(Refer(name, "sip:c@x", referred_by="<sip:us@x>")))
    assert refer.headers.get("Refer-To") == "<sip:c@x>"
    assert refer.headers.get("Referred-By") == "<sip:us@x>"
    end.replies(refer, 202)
    assert methods(notified(end, name, b"SIP/2.0 100 Trying\r\n")) == ["200 NOTIFY"]
    notified(end, name, b"SIP/2.0 200 OK\r\n", "terminated;reason=noresource", cseq=3)
    assert end.events(ReferProgress) == [
        ReferProgress(name, 100, final=False),
        ReferProgress(name, 200, final=True),
    ]
    late = notified(end, name, b"SIP/2.0 200 OK\r\n", cseq=4)
    assert methods(late) == ["481 NOTIFY"]
    end.wait(100)
    assert len(end.events(ReferProgress)) == 2


def test_ours_for_an_attended_transfer_names_the_dialog_as_its_far_end_sees_it() -> None:
    end = End()
    name = end.answered()
    invite = end.dialled()
    refer = sent(end.order(Refer(name, "sip:ali@192.0.2.1", replaces="out")))
    replaces = f"{invite.call_id}%3Bto-tag%3Dfar%3Bfrom-tag%3D{invite.from_.tag}"
    assert refer.headers.get("Refer-To") == f"<sip:ali@192.0.2.1?Replaces={replaces}>"


@pytest.mark.parametrize(("status", "ended"), [(603, False), (405, False), (481, True)])
def test_ours_that_is_refused_is_told_once(status: int, ended: bool) -> None:
    end = End()
    name = end.answered()
    end.replies(sent(end.order(Refer(name, "sip:c@x"))), status)
    assert end.event(ReferProgress) == ReferProgress(name, status, final=True)
    assert bool(end.events(Ended)) is ended


def test_ours_without_any_notify_fails_after_a_minute() -> None:
    end = End()
    name = end.answered()
    end.replies(sent(end.order(Refer(name, "sip:c@x"))), 202)
    end.wait(59)
    assert end.events(ReferProgress) == []
    end.wait(1)
    assert end.event(ReferProgress) == ReferProgress(name, 408, final=True)


def test_a_subscription_that_ends_without_a_result_failed() -> None:
    end = End()
    name = end.answered()
    end.replies(sent(end.order(Refer(name, "sip:c@x"))), 202)
    notified(end, name, b"", "terminated;reason=timeout")
    assert end.event(ReferProgress) == ReferProgress(name, 408, final=True)


@pytest.mark.parametrize("order", [Refer("out", "sip:c@x"), Refer("out", "sip:c@x", "nobody")])
def test_ours_that_cannot_be_sent_is_told_at_once(order: Refer) -> None:
    end = End()
    end.dialled()
    if not order.replaces:
        end.order(Refer("out", "sip:first@x"))
    end.order(order)
    assert end.event(ReferProgress).final


def test_a_notify_of_another_kind_is_refused() -> None:
    end = End()
    name = end.answered()
    end.order(Refer(name, "sip:c@x"))
    other = end.asks("NOTIFY", ("Event", "presence"), cseq=2, to_tag=name)
    assert methods(other) == ["489 NOTIFY"]
    assert other[0].headers.get("Allow-Events") == "refer"
    odd = end.asks("NOTIFY", ("Event", "refer"), cseq=3, to_tag=name, body=b"x", kind="text/plain")
    assert methods(odd) == ["415 NOTIFY"]


def test_hanging_up_in_the_middle_leaves_no_wait() -> None:
    end = End()
    name = end.answered()
    end.order(Refer(name, "sip:c@x"))
    end.order(HangUp(name))
    end.wait(100)
    assert end.events(ReferProgress) == []
    assert end.core.sizes["timers"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"SIP/2.0 200 OK", 200),
        (b"SIP/2.0 503\r\n", 503),
        (b"sip/2.0 180 Ringing\r\nTo: x", 180),
        (b"", 0),
        (b"SIP/2.0", 0),
        (b"HTTP/1.1 200 OK", 0),
        (b"SIP/2.0 9999 x", 0),
        (b"SIP/2.0 xx y", 0),
    ],
)
def test_the_status_of_a_sipfrag(body: bytes, status: int) -> None:
    assert sipfrag_status(body) == status
