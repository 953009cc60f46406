"""Another session in a call, from either side."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import Request, Response
from ivr.channels.sip.wire.orders import AnswerChange, HangUp, Reinvite
from ivr.channels.sip.wire.words import Acked, Changed, ChangeDone, Ended
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods

NEW = b"v=0\r\no=new\r\n"


def sent(messages: list[Request | Response]) -> Request:
    assert len(messages) == 1
    assert isinstance(messages[0], Request)
    return messages[0]


def test_row_17_a_re_invite_is_handed_up_and_answered_by_the_trunk() -> None:
    end = End()
    name = end.answered()
    assert methods(end.asks("INVITE", cseq=2, to_tag=name, body=NEW)) == ["100 INVITE"]
    assert end.event(Changed) == Changed(name, "INVITE", NEW)
    said = end.order(AnswerChange(name, 200, OTHER_SDP))
    assert (methods(said), said[0].body) == (["200 INVITE"], OTHER_SDP)
    assert methods(end.wait(0.5)) == ["200 INVITE"]
    end.asks("ACK", cseq=2, to_tag=name)
    assert [each.again for each in end.events(Acked)] == [False, True]
    assert end.wait(60) == []


def test_a_re_invite_without_a_session_gets_our_offer_and_brings_theirs_in_the_ack() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name)
    assert end.event(Changed).sdp is None
    end.order(AnswerChange(name, 200, OTHER_SDP))
    end.asks("ACK", cseq=2, to_tag=name, body=NEW)
    assert end.events(Acked)[-1].sdp == NEW


def test_row_33_an_update_with_a_session_is_answered_by_the_trunk() -> None:
    end = End()
    name = end.answered()
    assert end.asks("UPDATE", cseq=2, to_tag=name, body=NEW) == []
    said = end.order(AnswerChange(name, 200, OTHER_SDP))
    assert (methods(said), said[0].body) == (["200 UPDATE"], OTHER_SDP)
    assert end.wait(60) == []


def test_a_refused_change_leaves_the_call_as_it_is() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=NEW)
    said = end.order(AnswerChange(name, 488, headers=(("Warning", "304 x y"),)))
    assert methods(said) == ["488 INVITE"]
    assert said[0].headers.get("Warning") == "304 x y"
    assert end.events(Ended) == []


def test_a_second_change_before_the_first_is_answered_is_500_with_retry_after() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=NEW)
    for method in ("INVITE", "UPDATE"):
        said = end.asks(method, cseq=3 + (method == "UPDATE"), to_tag=name, body=NEW)
        assert methods(said) == [f"500 {method}"]
        assert 0 <= int(said[0].headers.get("Retry-After") or "99") <= 10


def test_theirs_while_ours_is_pending_is_491() -> None:
    end = End()
    name = end.answered()
    end.order(Reinvite(name, NEW))
    assert methods(end.asks("INVITE", cseq=2, to_tag=name, body=NEW)) == ["491 INVITE"]
    assert methods(end.asks("UPDATE", cseq=3, to_tag=name)) == ["200 UPDATE"]


def test_before_the_ack_no_change_is_taken() -> None:
    end = End()
    name = end.offered()
    said = end.asks("UPDATE", cseq=2, to_tag=name, body=NEW)
    assert methods(said) == ["500 UPDATE"]
    assert methods(end.asks("UPDATE", cseq=3, to_tag=name)) == ["200 UPDATE"]


def test_a_cancelled_re_invite_is_487_and_the_call_goes_on() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=NEW, branch="z9hG4bKre")
    said = end.asks("CANCEL", cseq=2, to_tag=name, branch="z9hG4bKre")
    assert methods(said) == ["200 CANCEL", "487 INVITE"]
    assert end.order(AnswerChange(name, 200, OTHER_SDP)) == []
    assert methods(end.order(Reinvite(name, NEW))) == ["INVITE"]


def test_a_change_moves_the_target_when_it_is_agreed() -> None:
    end = End()
    name = end.answered()
    contact = ("Contact", "<sip:ali@192.0.2.44:5044>")
    end.asks("INVITE", contact, cseq=2, to_tag=name, body=NEW)
    end.order(AnswerChange(name, 200, OTHER_SDP))
    end.asks("ACK", cseq=2, to_tag=name)
    assert sent(end.order(HangUp(name))).uri == "sip:ali@192.0.2.44:5044"


def test_our_change_is_acknowledged_and_told() -> None:
    end = End()
    name = end.answered()
    again = sent(end.order(Reinvite(name, NEW)))
    assert (again.method, again.body) == ("INVITE", NEW)
    assert methods(end.replies(again, 200, body=SDP)) == ["ACK"]
    assert methods(end.replies(again, 200, body=SDP)) == ["ACK"]
    assert end.event(ChangeDone) == ChangeDone(name, 200, SDP)


def test_a_late_200_to_the_first_invite_after_a_change_gets_its_own_ack_again() -> None:
    end = End()
    invite = end.dialled()
    first = end.sends[-1].data
    end.replies(sent(end.order(Reinvite("out", NEW))), 200, body=SDP)
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK"]
    assert end.sends[-1].data == first
    assert end.events(Ended) == []


@pytest.mark.parametrize("status", [488, 401, 503, 500])
def test_our_refused_change_leaves_the_call_as_it_is(status: int) -> None:
    end = End()
    name = end.answered()
    end.replies(sent(end.order(Reinvite(name, NEW))), status)
    assert end.event(ChangeDone) == ChangeDone(name, status, None)
    assert end.events(Ended) == []


@pytest.mark.parametrize("status", [408, 481])
def test_our_change_to_who_knows_no_such_call_ends_it(status: int) -> None:
    end = End()
    name = end.answered()
    said = end.replies(sent(end.order(Reinvite(name, NEW))), status)
    assert methods(said) == ["ACK", "BYE"]
    assert end.event(Ended) == Ended(name, "signal_lost", far=False)


def test_our_changes_go_one_by_one_and_the_last_one_counts() -> None:
    end = End()
    name = end.answered()
    first = sent(end.order(Reinvite(name, b"1")))
    assert end.order(Reinvite(name, b"2")) == []
    assert end.order(Reinvite(name, b"3")) == []
    said = end.replies(first, 200, body=SDP)
    assert methods(said) == ["ACK", "INVITE"]
    assert said[1].body == b"3"


def test_a_change_ordered_while_theirs_is_open_goes_out_after_its_ack() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=NEW)
    assert end.order(Reinvite(name, b"ours")) == []
    assert methods(end.order(AnswerChange(name, 200, OTHER_SDP))) == ["200 INVITE"]
    assert methods(end.asks("ACK", cseq=2, to_tag=name)) == ["INVITE"]


@pytest.mark.parametrize(("ours", "least_s", "most_s"), [(True, 2.1, 4.0), (False, 0.0, 2.0)])
def test_glare_is_tried_again_later_by_who_made_the_call_id(
    ours: bool, least_s: float, most_s: float
) -> None:
    for seed in range(30):
        end = End(seed=str(seed))
        name = "out" if ours else end.answered()
        if ours:
            end.dialled()
        assert methods(end.replies(sent(end.order(Reinvite(name, NEW))), 491)) == ["ACK"]
        due = end.core._board.calls[name].change.retry
        assert due is not None
        assert least_s <= round(due.at - end.now, 6) <= most_s
        steps = (due.at - end.now) * 100
        assert abs(steps - round(steps)) < 1e-6
        again = end.wait(most_s)
        assert methods(again)[-1] == "INVITE"
        assert again[-1].body == NEW
        assert end.events(ChangeDone) == []
