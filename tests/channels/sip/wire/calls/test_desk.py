"""Orders find the part that carries them out, or are dropped."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import Request
from ivr.channels.sip.wire.orders import (
    Accept,
    Ack,
    AnswerChange,
    AnswerRefer,
    EndStored,
    HangUp,
    NotifyRefer,
    Order,
    Refer,
    Refuse,
    Reinvite,
    Ring,
    SendInfo,
)
from ivr.channels.sip.wire.words import Acked, Ended, Failed, Replied
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods

ORDERS: list[Order] = [
    Ring("x"), Accept("x", SDP), Refuse("x", 486), Ack("x", SDP), HangUp("x"), Reinvite("x", SDP),
    AnswerChange("x", 200), Refer("x", "sip:a@b"), AnswerRefer("x", 1, 202),
    NotifyRefer("x", 1, 200), SendInfo("x", "application/dtmf", b"1"),
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS, ids=lambda each: type(each).__name__)
def test_an_order_for_a_call_that_is_over_is_dropped(order: Order) -> None:
    end = End()
    assert end.order(order) == []
    assert end.heard == []


@pytest.mark.parametrize(
    "order",
    [
        Ring("out"),
        Accept("out", SDP),
        Refuse("out", 486),
        AnswerChange("out", 200),
        Ack("out", SDP),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_order_that_does_not_fit_the_state_is_dropped(order: Order) -> None:
    end = End()
    end.dialled()
    before = list(end.heard)
    assert end.order(order) == []
    assert end.heard == before


def test_hanging_up_does_what_the_state_wants() -> None:
    end = End()
    assert methods(end.order(HangUp(end.offered(), 603, "Q.850;cause=21"))) == ["603 INVITE"]
    assert end.event(Ended).cause == "refused"
    end = End()
    end.replies(end.calling(), 180)
    cancel = end.order(HangUp("out", reason='SIP;cause=200;text="Call completed elsewhere"'))
    assert methods(cancel) == ["CANCEL"]
    assert "cause=200" in (cancel[0].headers.get("Reason") or "")
    assert end.order(HangUp("out")) == []
    end = End()
    end.dialled()
    assert methods(end.order(HangUp("out", cause="replaced"))) == ["BYE"]
    assert end.event(Ended).cause == "replaced"


@pytest.mark.parametrize(("status", "ended"), [(200, 0), (415, 0), (481, 1), (408, 1)])
def test_a_body_sent_inside_a_call_and_what_its_answer_means(status: int, ended: int) -> None:
    end = End()
    name = end.answered()
    info = end.order(SendInfo(name, "application/dtmf-relay", b"Signal=5\r\n"))[0]
    assert isinstance(info, Request)
    assert (info.method, info.body) == ("INFO", b"Signal=5\r\n")
    end.replies(info, status)
    assert len(end.events(Ended)) == ended


def test_a_stored_call_is_ended_after_a_crash() -> None:
    end = End()
    end.answered()
    record = end.event(Acked).record
    after = End(seed="after the crash")
    bye = after.order(EndStored("b1", record, "SIP;cause=500"))[0]
    assert isinstance(bye, Request)
    assert (bye.method, bye.uri, bye.cseq.number) == ("BYE", record.target, record.cseq + 100)
    assert (bye.from_.tag, bye.to.tag, bye.call_id) == (record.call, "far", "c1")
    after.replies(bye, 200)
    assert after.event(Replied).status == 200


def test_a_call_to_nowhere_fails_at_once() -> None:
    end = End()
    end.dialled()
    assert end.order(Accept("out", OTHER_SDP)) == []
    assert end.events(Failed) == []
