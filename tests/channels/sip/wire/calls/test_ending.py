"""Each call ends once and leaves nothing behind."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.ending import over, waits
from ivr.channels.sip.wire.orders import HangUp, Refer, Reinvite, Ring
from ivr.channels.sip.wire.words import Ended, ReferAsked
from tests.channels.sip.wire.ends import SDP, End, methods


def test_the_second_end_is_not_told() -> None:
    end = End()
    name = end.answered()
    call = end.core._board.calls[name]
    end.order(HangUp(name))
    over(end.core._board, call, Ended(name, "normal", far=True), end.now)
    assert end.event(Ended).far is False


def test_every_wait_of_a_call_is_called_off() -> None:
    end = End()
    name = end.answered(("Supported", "timer"), ("Session-Expires", "600;refresher=uas"))
    end.order(Refer(name, "sip:c@x"))
    call = end.core._board.calls[name]
    running = waits(call)
    assert len(running) == 3
    end.order(HangUp(name))
    assert [timer.fire for timer in running] == [None] * 3


@pytest.mark.parametrize("method", ["REFER", "UPDATE", "INVITE"])
def test_what_they_still_asked_for_gets_an_answer_at_the_end(method: str) -> None:
    end = End()
    name = end.answered()
    more = (("Refer-To", "<sip:c@x>"),) if method == "REFER" else ()
    end.asks(method, *more, cseq=2, to_tag=name, body=b"" if more else SDP)
    said = methods(end.order(HangUp(name)))
    assert said == ["BYE", "487 INVITE" if method == "INVITE" else f"481 {method}"]
    assert len(end.events(ReferAsked)) == (method == "REFER")


def test_after_all_is_over_and_the_waits_are_past_nothing_is_kept() -> None:
    end = End()
    name = end.offered()
    end.order(Ring(name))
    end.order(HangUp(name))
    end.dialled()
    end.order(Reinvite("out", SDP))
    end.order(HangUp("out"))
    end.wait(100)
    assert end.core.sizes == {"calls": 0, "dialogs": 0, "transactions": 0, "timers": 0}
    assert end.core._board.ending == {}
