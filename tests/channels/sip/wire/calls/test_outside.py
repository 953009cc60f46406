"""Requests of ours outside any call; theirs are rows 21-31 of the tests of the core."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.message import Request, Response
from ivr.channels.sip.wire.orders import EndStored, Outside
from ivr.channels.sip.wire.words import Acked, Flow, Replied
from tests.channels.sip.wire.ends import FLOW, End, methods

PING = Outside("ping", "OPTIONS", "sip:192.0.2.1", FLOW, "<sip:us@x>", "<sip:192.0.2.1>")
LOGIN = Outside(
    "reg", "REGISTER", "sip:x", FLOW, "<sip:u@x>", "<sip:u@x>", "carrier",
    call_id="stays", cseq=17, headers=(("Contact", "<sip:me@h>"), ("Expires", "300")),
)  # fmt: skip


def sent(messages: list[Request | Response]) -> Request:
    assert isinstance(messages[-1], Request)
    return messages[-1]


def test_a_ping_is_sent_and_its_answer_told() -> None:
    end = End()
    ping = sent(end.order(PING))
    assert (ping.method, ping.cseq.number, bool(ping.from_.tag)) == ("OPTIONS", 1, True)
    assert ping.contacts[0].uri == "sip:ivr@192.0.2.2:5060"
    end.replies(ping, 183)
    end.replies(ping, 404)
    told = end.event(Replied)
    assert (told.name, told.method, told.status) == ("ping", "OPTIONS", 404)
    assert told.response is not None


def test_silence_is_408_and_no_way_503() -> None:
    end = End()
    end.order(PING)
    end.wait(32)
    assert end.event(Replied) == Replied("ping", "OPTIONS", 408, None)
    end = End()
    end.order(PING)
    end.lost(FLOW)
    assert end.event(Replied) == Replied("ping", "OPTIONS", 503, None)


@pytest.mark.parametrize("again", [200, 401])
def test_a_challenge_is_answered_once_with_the_next_number(again: int) -> None:
    def credentials(
        _told: Response, method: str, uri: str, trunk: str, flow: Flow
    ) -> tuple[str, str]:
        return "Authorization", f"Digest {method} {uri} {trunk} {flow.transport}"

    end = End(credentials=credentials)
    first = sent(end.order(LOGIN))
    assert (first.call_id, first.cseq.number) == ("stays", 17)
    second = sent(end.replies(first, 401, ("WWW-Authenticate", "Digest")))
    assert (second.call_id, second.cseq.number, second.from_.tag) == ("stays", 18, first.from_.tag)
    assert second.headers.get("Authorization") == "Digest REGISTER sip:x carrier udp"
    assert second.headers.all("Contact") == ["<sip:me@h>"]
    assert end.replies(second, again) == []
    assert end.event(Replied).status == again


def test_what_cannot_be_written_is_told_as_500() -> None:
    end = End()
    assert end.order(Outside("x", "OPTIONS", "sip:a", FLOW, "<sip:a>\r\nB: c", "<sip:b>")) == []
    assert end.event(Replied).status == 500


def test_a_late_bye_from_another_trunk_gets_no_200() -> None:
    end = End()
    assert methods(end.asks("BYE", to_tag="gone")) == ["481 BYE"]


@pytest.mark.parametrize(("lost", "status"), [(False, 408), (True, 503)])
def test_a_goodbye_for_a_former_life_that_nobody_takes_is_told(lost: bool, status: int) -> None:
    before = End()
    before.answered()
    after = End(seed="after")
    assert methods(after.order(EndStored("b1", before.event(Acked).record))) == ["BYE"]
    if lost:
        after.lost()
    after.wait(33)
    assert after.event(Replied) == Replied("b1", "BYE", status, None)
