"""Which call a Replaces means."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls.replaces import Replaces, read_replaces
from ivr.channels.sip.wire.messages.message import WireError
from ivr.channels.sip.wire.orders import HangUp
from ivr.channels.sip.wire.words import Offered
from tests.channels.sip.wire.ends import PHONE, SDP, TRUNK, End, methods


def test_a_value_is_taken_apart_and_written() -> None:
    read = read_replaces("98732@sip.example.com;from-tag=r33;to-tag=ff87;early-only")
    assert read == Replaces("98732@sip.example.com", "ff87", "r33", early_only=True)
    assert str(read) == "98732@sip.example.com;to-tag=ff87;from-tag=r33"


@pytest.mark.parametrize("text", ["", "c", "c;to-tag=1", "c;from-tag=1", ";to-tag=1;from-tag=2"])
def test_a_value_without_both_tags_is_400(text: str) -> None:
    with pytest.raises(WireError) as caught:
        read_replaces(text)
    assert caught.value.code == 400


def takes_over(end: End, *values: str) -> list[str]:
    lines = [("Replaces", value) for value in values]
    return methods(end.asks("INVITE", *lines, call_id="c2", tag="new", body=SDP))


def test_a_phone_takes_over_a_call_of_ours() -> None:
    end = End(PHONE)
    name = end.answered()
    assert takes_over(end, f"c1;to-tag={name};from-tag=far") == ["100 INVITE"]
    assert end.events(Offered)[-1].replaces == name


def test_an_answered_one_is_not_taken_by_early_only() -> None:
    end = End(PHONE)
    name = end.answered()
    assert takes_over(end, f"c1;to-tag={name};from-tag=far;early-only") == ["486 INVITE"]


def test_one_that_we_started_may_be_taken_while_it_rings() -> None:
    end = End(PHONE)
    invite = end.calling(trunk="phones", peer="ayse")
    end.replies(invite, 180)
    value = f"{invite.call_id};to-tag={invite.from_.tag};from-tag=far;early-only"
    assert takes_over(end, value) == ["100 INVITE"]
    assert end.event(Offered).replaces == "out"


def test_one_that_we_did_not_start_is_481_while_it_rings() -> None:
    end = End(PHONE)
    name = end.offered()
    assert takes_over(end, f"c1;to-tag={name};from-tag=far") == ["481 INVITE"]


def test_one_that_ended_a_moment_ago_is_603_and_later_481() -> None:
    end = End(PHONE)
    name = end.answered()
    end.order(HangUp(name))
    value = f"c1;to-tag={name};from-tag=far"
    assert takes_over(end, value) == ["603 INVITE"]
    end.wait(80)
    assert takes_over(end, value) == ["481 INVITE"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (("x;to-tag=1;from-tag=2",), 481),
        (("x;to-tag=1;from-tag=2", "y;to-tag=1;from-tag=2"), 400),
        (("x;to-tag=1",), 400),
    ],
)
def test_what_means_nothing_is_refused(values: tuple[str, ...], status: int) -> None:
    assert takes_over(End(PHONE), *values) == [f"{status} INVITE"]


def test_a_carrier_may_replace_nothing() -> None:
    end = End(TRUNK)
    name = end.answered()
    assert takes_over(end, f"c1;to-tag={name};from-tag=far") == ["481 INVITE"]
