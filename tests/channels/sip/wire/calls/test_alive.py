"""Refreshing, and ending what nobody refreshes."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import Request
from ivr.channels.sip.wire.orders import AnswerChange
from ivr.channels.sip.wire.words import ChangeDone, Ended
from tests.channels.sip.wire.ends import OTHER_SDP, SDP, End, methods

KNOWS = ("Supported", "timer")
WE = (KNOWS, ("Session-Expires", "600;refresher=uas"))
THEY = (KNOWS, ("Session-Expires", "600;refresher=uac"))


def test_we_refresh_at_half_time_by_update_if_they_know_it() -> None:
    end = End()
    end.answered(*WE, ("Allow", "INVITE, UPDATE"))
    assert end.wait(299) == []
    update = end.wait(1)[0]
    assert isinstance(update, Request)
    assert (update.method, update.body) == ("UPDATE", b"")
    assert update.headers.get("Session-Expires") == "600;refresher=uac"
    end.replies(update, 200, KNOWS, ("Session-Expires", "600;refresher=uac"))
    assert methods(end.wait(300)) == ["UPDATE"]
    assert end.events(ChangeDone) == []


def test_else_by_a_re_invite_with_the_same_session() -> None:
    end = End()
    end.answered(*WE)
    again = end.wait(300)[0]
    assert isinstance(again, Request)
    assert (again.method, again.body) == ("INVITE", OTHER_SDP)
    assert methods(end.replies(again, 200, body=SDP)) == ["ACK"]
    assert end.events(ChangeDone) == []
    assert end.events(Ended) == []


def test_a_refresh_waits_while_another_change_is_under_way() -> None:
    end = End()
    name = end.answered(*WE, ("Allow", "INVITE, UPDATE"))
    end.wait(299)
    end.asks("INVITE", cseq=2, to_tag=name, body=SDP)
    assert end.wait(4) == []
    end.order(AnswerChange(name, 488))
    assert "UPDATE" in methods(end.wait(2))


def test_a_refresh_that_nobody_answers_ends_the_call() -> None:
    end = End()
    end.answered(*WE)
    assert methods(end.wait(340))[-1] == "BYE"
    assert end.event(Ended).cause == "signal_lost"


@pytest.mark.parametrize("method", ["UPDATE", "INVITE"])
def test_they_refresh_and_if_they_do_not_we_say_bye(method: str) -> None:
    end = End()
    name = end.answered(*THEY)
    assert end.wait(500) == []
    said = end.asks(method, *THEY, cseq=2, to_tag=name, body=SDP if method == "INVITE" else b"")
    if method == "INVITE":
        said = end.order(AnswerChange(name, 200, OTHER_SDP))
        end.asks("ACK", cseq=2, to_tag=name)
    assert said[0].headers.get("Session-Expires") == "600;refresher=uac"
    assert end.wait(567) == []
    bye = end.wait(1)[0]
    assert isinstance(bye, Request)
    assert (bye.method, "cause=408" in (bye.headers.get("Reason") or "")) == ("BYE", True)
    assert end.event(Ended).cause == "signal_lost"


def test_a_refresh_with_too_small_an_interval_is_422_and_the_old_one_goes_on() -> None:
    end = End()
    name = end.answered(*THEY)
    said = end.asks("UPDATE", KNOWS, ("Session-Expires", "60"), cseq=2, to_tag=name)
    assert methods(said) == ["422 UPDATE"]
    assert said[0].headers.get("Min-SE") == "90"


def test_a_422_to_our_refresh_is_followed_once() -> None:
    end = End()
    end.answered(*WE, ("Allow", "UPDATE"))
    update = end.wait(300)[0]
    assert isinstance(update, Request)
    more = end.replies(update, 422, ("Min-SE", "900"))[0]
    assert more.headers.get("Session-Expires") == "900;refresher=uac"
    assert more.headers.get("Min-SE") == "900"
    assert isinstance(more, Request)
    assert methods(end.replies(more, 422, ("Min-SE", "900"))) == []
