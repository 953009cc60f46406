"""Who is asked: one decision for each plan, at most one of them armed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.surveys.arming import Caller, History, Talked, asked_now, call_plans, decided
from ivr.surveys.facts import Facts
from ivr.surveys.invitations import State
from ivr.surveys.quotas import Filled
from ivr.surveys.sampling import Quota
from ivr.surveys.scopes import whole
from tests.surveys.files.house import loaded

if TYPE_CHECKING:
    from ivr.surveys.model import Plan, Survey

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FACTS = Facts({"interaction": whole("interaction", {"queue": "cards"})})
CALLER = Caller("01KAJ9Q3Z8M4T7W2Y6B5C1D0EF", "tr", FACTS, "+905321112233")


def plan(**more: object) -> Plan:
    return replace(loaded().plans["after_call"], rate=1.0, **more)  # type: ignore[arg-type]


def told(
    made: Plan, caller: Caller = CALLER, history: History | None = None
) -> list[tuple[str, str]]:
    plans: list[tuple[Survey, Plan]] = [(loaded(), made)]
    found = decided(plans, caller, history or History(), NOW)
    return [(str(one.state), one.reason) for one in found]


@pytest.mark.parametrize(
    ("caller", "history", "told_of_it"),
    [
        (CALLER, History(), ("armed", "")),
        (replace(CALLER, test_call=True), History(), ("suppressed", "test_call")),
        (replace(CALLER, language="az"), History(), ("suppressed", "language_missing")),
        (replace(CALLER, facts=Facts()), History(), ("suppressed", "not_matching")),
        (CALLER, History(opted_out=True), ("suppressed", "opted_out")),
        (CALLER, History(invited=(NOW - timedelta(days=29),)), ("suppressed", "gap")),
        (CALLER, History(invited=(NOW - timedelta(days=30),)), ("armed", "")),
        (CALLER, History(open=True), ("suppressed", "open_invitation")),
        (replace(CALLER, number=""), History(), ("armed", "")),
    ],
)
def test_the_first_reason_is_written_down(
    caller: Caller, history: History, told_of_it: tuple[str, str]
) -> None:
    assert told(plan(), caller, history) == [told_of_it]


def test_a_withheld_number_can_be_asked_on_the_line_only() -> None:
    nobody = replace(CALLER, number="")
    assert told(plan(media=("sms",)), nobody) == [("suppressed", "no_contact_point")]


def test_nobody_is_asked_at_no_rate() -> None:
    assert told(replace(plan(), rate=0.0)) == [("suppressed", "not_sampled")]


def test_a_wave_of_a_fixed_size_is_none_of_our_business() -> None:
    assert told(replace(plan(), rate=None)) == [("suppressed", "not_sampled")]


def test_of_several_plans_the_lowest_position_wins() -> None:
    survey = loaded()
    second = replace(survey, code="zeta", plans={"b": plan(name="b", survey="zeta")})
    first = replace(
        survey, plans={"y": plan(name="y", position=2), "planned": plan(when="planned")}
    )
    order = call_plans([second, first])
    assert [(one.code, each.name) for one, each in order] == [("zeta", "b"), ("support", "y")]
    found = decided(order, CALLER, History(), NOW)
    assert [(str(one.state), one.reason) for one in found] == [
        ("armed", ""),
        ("suppressed", "other_plan"),
    ]


def test_a_small_group_is_asked_at_its_own_rate_and_the_others_at_the_plans() -> None:
    low = replace(plan(), rate=0.1, strata=("queue",), seed="tr-cc-2026")
    today = {("support", "after_call"): {"queue=cards": 0.9}}
    for queue, state, rate in (("cards", "armed", 0.9), ("loans", "suppressed", 0.1)):
        caller = replace(CALLER, queue=queue)
        (one,) = decided([(loaded(), low)], caller, History(), NOW, today)
        assert (str(one.state), one.rate) == (state, rate)


def test_a_full_quota_is_named_after_the_sample_and_before_the_person() -> None:
    limited = plan(quota=Quota({"segment": {"corporate": 1}}))
    known = {"interaction": whole("interaction", {"queue": "cards"})}
    corporate = whole("customer", {"segment": "corporate"})
    caller = replace(CALLER, facts=Facts({**known, "customer": corporate}))
    full = {("support", "after_call"): (Filled({"segment": "corporate"}, State.OFFERED, 1),)}
    out = History(opted_out=True)
    for made, who, reason in (
        (limited, caller, "quota_full"),
        (replace(limited, rate=0.0), caller, "not_sampled"),
        (limited, CALLER, "opted_out"),
    ):
        (one,) = decided([(loaded(), made)], who, out, NOW, None, full)
        assert one.reason == reason
    (one,) = decided([(loaded(), limited)], caller, History(), NOW)
    assert (one.state, one.cell) == (State.ARMED, {"segment": "corporate"})


def test_whom_a_full_quota_leaves_out_the_next_plan_may_ask() -> None:
    corporate = Facts({"customer": whole("customer", {"segment": "corporate"})})
    limited = plan(match=None, quota=Quota({"segment": {"corporate": 0}}))
    order: list[tuple[Survey, Plan]] = [(loaded(), limited), (loaded(), plan(match=None))]
    found = decided(order, replace(CALLER, facts=corporate), History(), NOW)
    assert [one.reason for one in found] == ["quota_full", ""]


@pytest.mark.parametrize(
    ("talked", "made", "by_voice", "reason"),
    [
        (Talked(60), plan(), True, ""),
        (Talked(9), plan(), False, "too_short"),
        (Talked(60, outside=True), plan(), False, "transferred_out"),
        (Talked(60, outside=True), plan(after_external=True), True, ""),
        (Talked(60), plan(media=("sms",)), False, ""),
    ],
)
def test_what_the_talk_tells_is_looked_at_again(
    talked: Talked, made: Plan, by_voice: bool, reason: str
) -> None:
    found = asked_now(loaded(), made, talked)
    assert (found.by_voice, found.reason) == (by_voice, reason)


def test_whoever_opted_out_is_armed_by_none_of_ten_thousand_later_calls() -> None:
    plans: list[tuple[Survey, Plan]] = [(loaded(), plan())]
    out = History(opted_out=True)
    calls = (replace(CALLER, id=f"X{number:025d}") for number in range(10_000))
    found = {each.reason for call in calls for each in decided(plans, call, out, NOW)}
    assert found == {"opted_out"}
