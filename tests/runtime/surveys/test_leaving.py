"""What the end of a call says about somebody who was chosen and not asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.domain.call import BridgeId, CallId, Cause, EndedBy, Outcome, Segment
from ivr.engine.party import ALONE, OUTSIDE, QUEUE, TALK
from ivr.engine.state import State
from ivr.runtime.ports.asking.surveys import ByText, Gone, Invitation, Moved
from ivr.runtime.surveys.leaving import gone, not_on_the_line
from ivr.surveys.files.loading import Surveys
from tests.surveys.files.house import loaded

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOBILE, LANDLINE = "+905321112233", "+902122220000"


TALKS = (replace(ALONE[0], bridge=BridgeId(1)),)
"""He is in a bridge when he leaves."""


def ended(*kinds: str, **more: Any) -> State:  # noqa: ANN401
    """A call whose talks of a minute each followed one another."""
    talks = [
        Segment(kind, NOW + timedelta(minutes=n), NOW + timedelta(minutes=n + 1), "1201")
        for n, kind in enumerate(kinds)
    ]
    return replace(State(CallId("c1"), "h", "+908502220000", NOW, segments=talks), **more)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (ended(TALK, legs=TALKS), Gone("caller_left_first", "1201")),
        (ended(TALK), Gone("caller_left_at_handoff", "1201")),
        (ended(TALK, QUEUE), Gone("caller_left_first", "1201")),
        (ended(), Gone("no_agent_leg", "")),
        (ended(TALK, OUTSIDE), Gone("transferred_out", "1201")),
        (
            ended(TALK, ended_by=EndedBy.HANGUP, outcome=Outcome.TRANSFERRED),
            Gone("transferred_out", "1201"),
        ),
        (ended(TALK, cause=Cause.SYSTEM_LOST), Gone("system", "1201")),
        (ended(TALK, ended_by=EndedBy.HANGUP), Gone("system", "1201")),
    ],
)
def test_only_a_caller_who_left_first_counts_as_one(state: State, told: Gone) -> None:
    assert gone(state) == told


def became(*media: str, number: str = MOBILE, state: str = "armed", **more: Any) -> object:  # noqa: ANN401
    """What is written of an invitation whose plan has these media."""
    survey = loaded()
    plan = replace(survey.plans["after_call"], media=media, **more)
    known = Surveys({"support": replace(survey, plans={"after_call": plan})})
    row = Invitation("i", "support", "after_call", "h", state, "", 1.0)
    return not_on_the_line(row, known, ended(TALK), number, NOW)


def test_a_plan_for_the_line_is_settled_by_how_the_call_ended() -> None:
    assert became("voice", "sms") is None
    assert became("voice") is None


def test_a_plan_for_texts_alone_is_written_for_later() -> None:
    due, end = NOW + timedelta(minutes=5), NOW + timedelta(hours=48)
    assert became("sms") == ByText("support", MOBILE, due, end, "1201")


@pytest.mark.parametrize(
    "told",
    [
        became("sms", number=LANDLINE),
        became("sms", number=""),
        became("email"),
        became("sms", anonymous=True),
    ],
)
def test_whom_no_text_may_reach_is_not_written_to(told: object) -> None:
    assert told == Moved("support", "suppressed", "no_contact_point", "1201")


def test_what_is_over_stays_so() -> None:
    assert became("sms", state="suppressed") is None


def test_an_invitation_whose_plan_is_gone_has_a_reason() -> None:
    plan = Invitation("i", "support", "after_call", "h", "armed", "", 1.0)
    told = not_on_the_line(plan, Surveys({}), ended(TALK), MOBILE, NOW)
    assert told == Moved("support", "suppressed", "plan_inactive", "1201")
