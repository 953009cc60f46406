"""PRACK, both ways."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import Request
from ivr.channels.sip.wire.orders import Accept, AnswerChange, HangUp, Ring
from ivr.channels.sip.wire.words import Changed, Ended, Progress
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods

NEEDS = ("Require", "100rel")


def rack(rseq: int | str, cseq: int = 1) -> tuple[str, str]:
    return ("RAck", f"{rseq} {cseq} INVITE")


def test_ours_is_repeated_until_its_prack() -> None:
    end = End()
    name = end.offered(NEEDS)
    ringing = end.order(Ring(name))[0]
    assert (ringing.headers.get("Require"), ringing.headers.get("RSeq")) == ("100rel", "1")
    assert methods(end.wait(3.5)) == ["180 INVITE"] * 3
    assert methods(end.asks("PRACK", rack(1), cseq=2, to_tag=name)) == ["200 PRACK"]
    assert end.wait(60) == []
    assert methods(end.asks("PRACK", rack(1), cseq=3, to_tag=name)) == ["481 PRACK"]


@pytest.mark.parametrize("wrong", [rack(2), rack(1, 9), rack("x"), ("RAck", "")])
def test_a_prack_for_something_else_is_481(wrong: tuple[str, str]) -> None:
    end = End()
    name = end.offered(NEEDS)
    end.order(Ring(name))
    assert methods(end.asks("PRACK", wrong, cseq=2, to_tag=name)) == ["481 PRACK"]
    assert methods(end.wait(0.5)) == ["180 INVITE"]


def test_only_one_is_on_the_way_and_the_answer_waits_behind_one_with_a_session() -> None:
    end = End()
    name = end.offered(NEEDS)
    assert methods(end.order(Ring(name, 183, OTHER_SDP))) == ["183 INVITE"]
    assert end.order(Ring(name)) == []
    assert end.order(Accept(name, OTHER_SDP)) == []
    said = end.asks("PRACK", rack(1), cseq=2, to_tag=name)
    assert methods(said) == ["200 PRACK", "180 INVITE", "200 INVITE"]
    assert said[1].headers.get("RSeq") == "2"
    assert methods(end.wait(0.5)) == ["200 INVITE"]


def test_the_answer_does_not_wait_behind_one_without_a_session() -> None:
    end = End()
    name = end.offered(NEEDS)
    end.order(Ring(name))
    assert methods(end.order(Accept(name, OTHER_SDP))) == ["200 INVITE"]
    end.asks("ACK", to_tag=name)
    assert end.wait(60) == []


def test_without_any_prack_the_invite_is_500_after_64_t1() -> None:
    end = End()
    name = end.offered(NEEDS)
    end.order(Ring(name))
    assert methods(end.wait(32))[-1] == "500 INVITE"
    assert end.event(Ended) == Ended(name, "signal_lost", far=False)


def test_a_session_in_a_prack_is_answered_by_the_trunk() -> None:
    end = End()
    name = end.offered(NEEDS)
    end.order(Ring(name, 183, OTHER_SDP))
    assert end.asks("PRACK", rack(1), cseq=2, to_tag=name, body=SDP) == []
    assert end.event(Changed) == Changed(name, "PRACK", SDP)
    said = end.order(AnswerChange(name, 200, OTHER_SDP))
    assert (methods(said), said[0].body) == (["200 PRACK"], OTHER_SDP)


def test_ours_are_not_reliable_unless_that_is_required() -> None:
    end = End()
    name = end.offered(("Supported", "100rel"))
    assert end.order(Ring(name))[0].headers.get("RSeq") is None


def test_theirs_get_a_prack_each_once_and_in_order() -> None:
    end = End()
    invite = end.calling()
    prack = end.replies(invite, 180, NEEDS, ("RSeq", "701"))[0]
    assert isinstance(prack, Request)
    assert (prack.method, prack.headers.get("RAck")) == ("PRACK", "701 1 INVITE")
    assert (prack.to.tag, prack.cseq.number) == ("far", 2)
    assert end.replies(invite, 180, NEEDS, ("RSeq", "701")) == []
    assert end.replies(invite, 183, NEEDS, ("RSeq", "703")) == []
    assert methods(end.replies(invite, 183, NEEDS, ("RSeq", "702"), body=SDP)) == ["PRACK"]
    assert [each.status for each in end.events(Progress)] == [180, 183]
    end.replies(invite, 200, body=SDP)
    bye = end.order(HangUp("out"))[0]
    assert bye.cseq.number == 4


def test_each_fork_counts_for_itself_and_an_odd_number_needs_none() -> None:
    end = End()
    invite = end.calling()
    assert methods(end.replies(invite, 180, NEEDS, ("RSeq", "1"), tag="one")) == ["PRACK"]
    assert methods(end.replies(invite, 180, NEEDS, ("RSeq", "1"), tag="two")) == ["PRACK"]
    assert end.replies(invite, 180, NEEDS, ("RSeq", "x"), tag="three") == []
    assert len(end.events(Progress)) == 3
