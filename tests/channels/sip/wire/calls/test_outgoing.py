"""Calls that go out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.channels.sip.wire.messages.message import Request, Response
from ivr.channels.sip.wire.orders import Ack, HangUp, Reinvite, Target
from ivr.channels.sip.wire.words import Answered, Ended, Failed, Flow, Progress, ServerOut, Terms
from tests.channels.sip.wire.ends import FLOW, OTHER_SDP, SDP, End, methods

WAYS = [replace(FLOW, remote=(f"192.0.2.{n}", 5060)) for n in (11, 12, 13)]
SERVERS = [Target(way, f"sip:0532@{way.remote[0]}") for way in WAYS]


def request(messages: list[Request | Response]) -> Request:
    found = [each for each in messages if isinstance(each, Request)]
    assert len(found) == 1
    return found[0]


def test_the_invite_says_who_we_are_and_what_we_can() -> None:
    end = End()
    invite = end.calling(headers=(("P-Asserted-Identity", "<sip:0@us>"),))
    headers = invite.headers
    assert (invite.uri, invite.body) == ("sip:ali@192.0.2.1", OTHER_SDP)
    assert (invite.to.tag, bool(invite.from_.tag), len(invite.vias)) == ("", True, 1)
    assert headers.get("Supported") == "100rel, timer, replaces, norefersub"
    assert headers.get("Session-Expires") == "1800"
    assert headers.get("P-Asserted-Identity") == "<sip:0@us>"
    assert invite.contacts[0].uri == "sip:ivr@192.0.2.2:5060"


def test_ringing_early_sound_and_answer_are_told() -> None:
    end = End()
    invite = end.calling()
    end.replies(invite, 100, tag="")
    end.replies(invite, 180)
    end.replies(invite, 183, body=SDP)
    said = end.replies(invite, 200, body=SDP)
    assert end.events(Progress) == [
        Progress("out", "far", 180, None),
        Progress("out", "far", 183, SDP),
    ]
    ack = request(said)
    assert (ack.method, ack.cseq.number, ack.to.tag) == ("ACK", invite.cseq.number, "far")
    assert ack.vias[0].branch != invite.vias[0].branch
    answered = end.event(Answered)
    assert (answered.sdp, answered.fork) == (SDP, "far")
    assert answered.record.cseq == 1


def test_an_offer_in_their_200_waits_for_our_answer_which_the_ack_carries() -> None:
    end = End()
    invite = end.calling(sdp=None)
    assert "100rel" not in (invite.headers.get("Supported") or "")
    assert end.replies(invite, 200, body=SDP) == []
    assert end.replies(invite, 200, body=SDP) == []
    assert end.order(Reinvite("out", SDP)) == []
    said = end.order(Ack("out", OTHER_SDP))
    assert methods(said) == ["ACK", "INVITE"]
    assert said[0].body == OTHER_SDP
    assert methods(end.replies(invite, 200, body=SDP)) == ["ACK"]


@pytest.mark.parametrize(
    ("status", "more", "cause", "q850"),
    [
        (486, (), "busy", 0),
        (480, (("Reason", "Q.850;cause=17"),), "busy", 17),
        (503, (("Reason", "Q.850;cause=17"),), "busy", 17),
        (480, (), "noanswer", 0),
        (403, (), "rejected", 0),
        (404, (), "unreachable", 0),
        (500, (), "unreachable", 0),
        (503, (), "unreachable", 0),
        (401, (), "rejected", 0),
        (422, (), "unreachable", 0),
    ],
)
def test_a_refusal_has_its_cause(
    status: int, more: tuple[tuple[str, str], ...], cause: str, q850: int
) -> None:
    end = End()
    said = end.replies(end.calling(), status, *more)
    assert methods(said) == ["ACK"]
    failed = end.event(Failed)
    assert (failed.status, failed.cause, failed.q850) == (status, cause, q850)


def test_a_redirection_hands_up_its_contacts() -> None:
    end = End()
    end.replies(end.calling(), 302, contact="<sip:a@192.0.2.11>;q=1, <sip:b@192.0.2.12>")
    assert end.event(Failed).contacts == ("sip:a@192.0.2.11", "sip:b@192.0.2.12")


# --- servers -------------------------------------------------------------------------------------


def test_503_and_silence_and_no_way_go_to_the_next_server_with_a_new_branch() -> None:
    end = End()
    first = end.calling(*SERVERS, try_s=4.0)
    said = end.replies(first, 503, ("Retry-After", "30"))
    assert methods(said) == ["ACK", "INVITE"]
    second = said[1]
    assert isinstance(second, Request)
    assert second.uri == "sip:0532@192.0.2.12"
    assert (second.call_id, second.from_.tag) == (first.call_id, first.from_.tag)
    assert second.vias[0].branch != first.vias[0].branch
    assert end.sends[-1].flow == WAYS[1]
    third = end.wait(4)
    assert methods(third) == ["INVITE"] * 4  # three repetitions, then the third server
    end.lost(WAYS[2])
    assert end.events(ServerOut) == [
        ServerOut("out", WAYS[0], 503, 30),
        ServerOut("out", WAYS[1], 408),
    ]
    assert end.event(Failed) == Failed("out", 503, "unreachable")


def test_one_server_that_rings_in_time_is_not_left() -> None:
    end = End()
    end.replies(end.calling(*SERVERS, try_s=4.0), 100, tag="")
    assert end.wait(60) == []
    assert end.events(ServerOut) == []


def test_silence_of_the_only_server_is_unreachable() -> None:
    end = End()
    end.calling(try_s=4.0)
    end.wait(4)
    assert end.event(Failed) == Failed("out", 408, "unreachable")


def test_what_a_left_server_still_says_is_cancelled_or_ended() -> None:
    end = End()
    first = end.calling(*SERVERS, try_s=4.0)
    end.wait(4)
    assert methods(end.replies(first, 180)) == ["CANCEL"]
    assert methods(end.replies(first, 200, body=SDP)) == ["ACK", "BYE"]
    assert end.events(Answered) == []
    assert end.events(Failed) == []


def test_a_refusal_by_one_server_is_final() -> None:
    end = End()
    assert methods(end.replies(end.calling(*SERVERS), 486)) == ["ACK"]
    assert end.event(Failed).cause == "busy"


def test_without_a_server_it_fails_at_once() -> None:
    end = End()
    with pytest.raises(IndexError):
        end.calling(targets=())
    assert end.event(Failed) == Failed("out", 503, "unreachable")


def test_a_name_in_use_is_ignored_and_a_bad_header_fails_the_call() -> None:
    end = End()
    end.calling()
    with pytest.raises(IndexError):
        end.calling()
    end = End()
    with pytest.raises(IndexError):
        end.calling(from_="<sip:a@b>\r\nX: y")
    assert end.event(Failed).status == 500
    assert end.core.sizes["calls"] == 0


# --- login, session, forks -----------------------------------------------------------------------


def test_a_challenge_is_answered_once() -> None:
    seen = []

    def credentials(
        told: Response, method: str, uri: str, trunk: str, flow: Flow
    ) -> tuple[str, str]:
        seen.append((told.status, method, uri, trunk, flow))
        return "Proxy-Authorization", "Digest x"

    end = End(credentials=credentials)
    invite = end.calling()
    said = end.replies(invite, 407, ("Proxy-Authenticate", "Digest realm=x"))
    assert methods(said) == ["ACK", "INVITE"]
    again = said[1]
    assert isinstance(again, Request)
    assert again.headers.get("Proxy-Authorization") == "Digest x"
    assert (again.call_id, again.cseq.number) == (invite.call_id, invite.cseq.number + 1)
    assert seen == [(407, "INVITE", "sip:ali@192.0.2.1", "carrier", FLOW)]
    assert methods(end.replies(again, 407)) == ["ACK"]
    assert end.event(Failed) == Failed("out", 407, "rejected")


def test_a_challenge_that_we_decline_fails_the_call() -> None:
    end = End(credentials=lambda *_: None)
    end.replies(end.calling(), 401)
    assert end.event(Failed).cause == "rejected"


def test_too_short_a_session_is_asked_for_once_more_with_their_minimum() -> None:
    end = End()
    said = end.replies(end.calling(terms=Terms(session_s=600)), 422, ("Min-SE", "1200"))
    again = said[1]
    assert again.headers.get("Session-Expires") == "1200"
    assert again.headers.get("Min-SE") == "1200"
    assert isinstance(again, Request)
    assert methods(end.replies(again, 422, ("Min-SE", "2400"))) == ["ACK"]
    assert end.event(Failed).status == 422


def test_each_fork_rings_and_the_first_answer_wins() -> None:
    end = End()
    invite = end.calling()
    end.replies(invite, 180, tag="one")
    end.replies(invite, 183, tag="two", body=SDP)
    assert end.core.sizes["dialogs"] == 2
    end.replies(invite, 200, tag="two", body=SDP, contact="<sip:two@192.0.2.22>")
    assert end.event(Answered).fork == "two"
    assert end.core.sizes["dialogs"] == 1
    bye = request(end.order(HangUp("out")))
    assert (bye.uri, bye.to.tag) == ("sip:two@192.0.2.22", "two")
    assert methods(end.replies(invite, 200, tag="one")) == ["ACK", "BYE"]
    assert len(end.events(Ended)) == 1


def test_forks_are_bounded() -> None:
    end = End()
    invite = end.calling()
    for n in range(40):
        end.replies(invite, 180, tag=f"t{n}")
    assert end.core.sizes["dialogs"] == 16
    assert len(end.events(Progress)) == 16


def test_a_phone_is_reached_the_way_it_registered_whatever_its_contact() -> None:
    end = End()
    invite = end.calling(peer="ayse")
    end.replies(invite, 200, body=SDP, contact="<sip:ayse@10.0.0.7:5062>")
    assert end.sends[-1].flow == FLOW
    bye = request(end.order(HangUp("out")))
    assert (bye.uri, end.sends[-1].flow) == ("sip:ayse@10.0.0.7:5062", FLOW)


def test_a_cancel_that_nobody_answers_ends_after_64_t1() -> None:
    end = End()
    end.replies(end.calling(), 180)
    end.order(HangUp("out"))
    end.wait(31.9)
    assert end.events(Failed) == []
    end.wait(0.2)
    assert end.event(Failed).cause == "cancelled"
