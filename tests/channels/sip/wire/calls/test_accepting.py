"""A 200 of ours until its ACK."""

from __future__ import annotations

from ivr.channels.sip.wire.orders import Accept, AnswerChange, HangUp
from ivr.channels.sip.wire.words import Acked, Ended
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods


def test_the_200_is_repeated_at_doubled_gaps_up_to_t2() -> None:
    end = End()
    end.order(Accept(end.offered(), OTHER_SDP))
    counts = [len(end.wait(gap)) for gap in (0.5, 1, 2, 4, 4)]
    assert counts == [1, 1, 1, 1, 1]


def test_an_ack_of_another_number_acknowledges_nothing() -> None:
    end = End()
    name = end.offered()
    end.order(Accept(name, OTHER_SDP))
    end.asks("ACK", to_tag=name, cseq=9)
    assert end.events(Acked) == []
    end.asks("ACK", to_tag=name)
    end.asks("ACK", to_tag=name)
    assert end.event(Acked).record.call == name


def test_an_ack_with_a_body_of_another_kind_counts_as_one_without() -> None:
    end = End()
    end.asks("INVITE")
    name = next(iter(end.core._board.calls))
    end.order(Accept(name, OTHER_SDP))
    end.asks("ACK", to_tag=name, body=b"x", kind="text/plain")
    assert end.event(Acked).sdp is None


def test_hanging_up_before_the_ack_waits_for_it_and_then_says_bye() -> None:
    end = End()
    name = end.offered()
    end.order(Accept(name, OTHER_SDP))
    assert end.order(HangUp(name, reason="SIP;cause=488", cause="bad_answer")) == []
    said = end.asks("ACK", to_tag=name)
    assert methods(said) == ["BYE"]
    assert said[0].headers.get("Reason") == "SIP;cause=488"
    assert end.event(Ended) == Ended(name, "bad_answer", far=False)
    assert end.events(Acked) == []


def test_a_200_to_a_re_invite_without_ack_ends_the_call() -> None:
    end = End()
    name = end.answered()
    end.asks("INVITE", cseq=2, to_tag=name, body=SDP)
    end.order(AnswerChange(name, 200, OTHER_SDP))
    assert methods(end.wait(32))[-1] == "BYE"
    assert end.event(Ended).cause == "signal_lost"
