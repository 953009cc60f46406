"""What is agreed about session timers."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.calls import session_timer as timer
from ivr.channels.sip.wire.calls.session_timer import Session
from ivr.channels.sip.wire.messages.message import Headers, WireError
from ivr.channels.sip.wire.words import Terms

TERMS = Terms(session_s=1800, session_min_s=90)
KNOWS = ("Supported", "100rel, timer")


def lines(*given: tuple[str, str]) -> Headers:
    return Headers(given)


@pytest.mark.parametrize(
    ("given", "session"),
    [
        ((KNOWS, ("Session-Expires", "600;refresher=uas")), Session(600, ours=True)),
        ((KNOWS, ("Session-Expires", "600;refresher=uac")), Session(600, ours=False)),
        ((KNOWS, ("Session-Expires", "600")), Session(600, ours=False)),
        ((KNOWS,), Session(1800, ours=False)),
        ((KNOWS, ("Min-SE", "3600")), Session(3600, ours=False, min_s=3600)),
        ((), Session(1800, ours=True)),
        ((("Session-Expires", "30"),), Session(90, ours=True)),
    ],
)
def test_what_we_agree_to(given: tuple[tuple[str, str], ...], session: Session) -> None:
    assert timer.answer(lines(*given), TERMS) == session


def test_a_trunk_without_timer_asks_for_none_but_grants_one() -> None:
    off = Terms(session_s=0)
    assert timer.answer(lines(), off) is None
    assert timer.answer(lines(KNOWS), off) is None
    asked = lines(KNOWS, ("Session-Expires", "600;refresher=uas"))
    assert timer.answer(asked, off) == Session(600, ours=True)


@pytest.mark.parametrize(
    ("given", "small"),
    [
        ((KNOWS, ("Session-Expires", "89")), True),
        ((KNOWS, ("Session-Expires", "90")), False),
        ((("Session-Expires", "89"),), False),  # who knows no timer cannot read a 422
        ((KNOWS,), False),
    ],
)
def test_what_is_too_small(given: tuple[tuple[str, str], ...], small: bool) -> None:
    assert timer.is_too_small(lines(*given), TERMS) is small


def test_our_2xx_says_who_refreshes_and_requires_it_only_of_who_knows() -> None:
    ours, theirs = Session(600, ours=True), Session(600, ours=False)
    assert timer.answer_lines(ours, lines()) == [("Session-Expires", "600;refresher=uas")]
    assert timer.answer_lines(theirs, lines(KNOWS)) == [
        ("Session-Expires", "600;refresher=uac"),
        ("Require", "timer"),
    ]
    assert timer.answer_lines(None, lines(KNOWS)) == []


def test_what_we_ask_for() -> None:
    assert timer.offer_lines(1800, 0) == [("Session-Expires", "1800")]
    assert timer.offer_lines(3600, 3600, "uas") == [
        ("Session-Expires", "3600;refresher=uas"),
        ("Min-SE", "3600"),
    ]
    assert timer.offer_lines(0, 0) == []


@pytest.mark.parametrize(
    ("value", "session"),
    [
        ("900;refresher=uas", Session(900, ours=False)),
        ("900;refresher=uac", Session(900, ours=True)),
        ("900", Session(900, ours=True)),
        (None, Session(1800, ours=True)),
        ("1;refresher=uac", Session(90, ours=True)),
    ],
)
def test_what_their_2xx_means(value: str | None, session: Session) -> None:
    headers = lines(("Session-Expires", value)) if value else lines()
    assert timer.answered(headers, 1800, 0, 90) == session


def test_no_timer_asked_is_none_agreed() -> None:
    assert timer.answered(lines(("Session-Expires", "900")), 0, 0, 90) is None


@pytest.mark.parametrize("value", ["x", "-1", "600 s", "99999999999"])
def test_a_malformed_interval_is_400(value: str) -> None:
    with pytest.raises(WireError) as caught:
        timer.read_expires(lines(("Session-Expires", value)))
    assert caught.value.code == 400


def test_refresh_at_half_time_and_give_up_a_little_before_the_end() -> None:
    assert (Session(1800, ours=True).refresh_s, Session(1800, ours=True).give_up_s) == (900, 1768)
    assert Session(90, ours=True).give_up_s == 60
