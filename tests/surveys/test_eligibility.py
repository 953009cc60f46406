"""Who is asked: one reason each, in the fixed order, and the frequency rules to the second."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions import parse
from ivr.surveys.eligibility import (
    ELIGIBLE,
    LATE,
    POLICY,
    SELECTION,
    YEAR,
    Afterwards,
    Asking,
    Contact,
    Limits,
    Person,
    Reason,
    first_reason,
    late_reason,
    policy_reason,
    too_often,
    too_soon,
)
from ivr.surveys.facts import Facts

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GAP = timedelta(days=30)
ASKING = Asking(
    languages=frozenset({"tr", "en"}),
    matches=parse("interaction.queue == 'cards'"),
    min_talk=timedelta(seconds=20),
    excluded=frozenset({"legal"}),
)
CONTACT = Contact(language="tr", facts=Facts({"interaction": {"queue": "cards"}}))
PERSON = Person()
AFTER = Afterwards(talk=timedelta(minutes=3))

SPOILED: dict[Reason, dict[str, Any]] = {
    Reason.PLAN_INACTIVE: {"asking": {"active": False}},
    Reason.TEST_CALL: {"contact": {"test_call": True}},
    Reason.NOT_MATCHING: {"contact": {"facts": Facts({"interaction": {"queue": "other"}})}},
    Reason.EMERGENCY: {"contact": {"emergency": True}},
    Reason.LANGUAGE_MISSING: {"contact": {"language": "az"}},
    Reason.NOT_SAMPLED: {"contact": {"selected": False}},
    Reason.QUOTA_FULL: {"contact": {"quota_full": True}},
    Reason.OPTED_OUT: {"person": {"opted_out": True}},
    Reason.NO_CONSENT: {"person": {"consented": False}},
    Reason.GAP: {"person": {"invited": (NOW - GAP + SECOND,)}},
    Reason.YEAR_CAP: {"person": {"invited": tuple(NOW - n * GAP for n in (1, 2, 3, 4))}},
    Reason.OPEN_INVITATION: {"person": {"open": True}},
    Reason.NO_CONTACT_POINT: {"person": {"reachable": False}},
    Reason.SHARED_CONTACT_POINT: {"person": {"shared": True}},
}
"""Each reason with the one thing that causes it."""
LATELY: dict[Reason, dict[str, Any]] = {
    Reason.TOO_SHORT: {"talk": timedelta(seconds=19)},
    Reason.WRONG_NUMBER: {"wrong_number": True},
    Reason.EXCLUDED_CATEGORY: {"categories": frozenset({"legal", "billing"})},
    Reason.QUIET_EXPIRED: {"quiet_until_expiry": True},
    Reason.CRISIS: {"crisis": True},
    Reason.OTHER_PLAN: {"other_plan": True},
}


def reason(causes: list[Reason]) -> Reason | None:
    """What is recorded when all these things are so."""
    changes: dict[str, dict[str, Any]] = {"asking": {}, "contact": {}, "person": {}}
    for cause in causes:
        for side, change in SPOILED[cause].items():
            changes[side].update(change)
    return first_reason(
        replace(ASKING, **changes["asking"]),
        replace(CONTACT, **changes["contact"]),
        replace(PERSON, **changes["person"]),
        NOW,
    )


def test_the_order_is_that_of_the_design() -> None:
    assert list(SPOILED) == [*ELIGIBLE, *SELECTION, *POLICY]
    assert list(LATELY) == list(LATE)
    assert tuple(Reason) == ELIGIBLE + SELECTION + POLICY + LATE


def test_whom_nothing_stands_against_is_asked() -> None:
    assert reason([]) is None
    assert late_reason(ASKING, AFTER) is None


@pytest.mark.parametrize("cause", SPOILED)
def test_each_reason_is_found_alone(cause: Reason) -> None:
    assert reason([cause]) is cause


@given(st.lists(st.sampled_from([each for each in SPOILED if each != Reason.YEAR_CAP]), min_size=1))
def test_of_several_reasons_the_first_of_the_order_is_recorded(causes: list[Reason]) -> None:
    assert reason(causes) is min(causes, key=tuple(Reason).index)


@pytest.mark.parametrize("cause", LATELY)
def test_each_late_reason_is_found_alone(cause: Reason) -> None:
    assert late_reason(ASKING, replace(AFTER, **LATELY[cause])) is cause


def test_of_two_late_reasons_the_first_of_the_order_is_recorded() -> None:
    for first, second in pairwise(LATELY):
        both = {**LATELY[first], **LATELY[second]}
        assert late_reason(ASKING, replace(AFTER, **both)) is first


def test_a_contact_whose_group_has_a_lower_rate_was_not_sampled() -> None:
    assert late_reason(ASKING, replace(AFTER, sampled=False, crisis=True)) is Reason.NOT_SAMPLED


def test_a_talk_of_just_the_least_length_is_asked_about() -> None:
    assert late_reason(ASKING, replace(AFTER, talk=ASKING.min_talk)) is None


@pytest.mark.parametrize(("since", "refused"), [(GAP - SECOND, True), (GAP, False)])
def test_the_gap_ends_at_the_exact_second(since: timedelta, refused: bool) -> None:
    person = Person(invited=(NOW - since,))
    assert (policy_reason(person, Limits(), NOW) is Reason.GAP) is refused


@pytest.mark.parametrize(("oldest", "refused"), [(YEAR - SECOND, True), (YEAR, False)])
def test_the_year_ends_at_the_exact_second(oldest: timedelta, refused: bool) -> None:
    person = Person(invited=(NOW - oldest, *(NOW - n * GAP for n in (1, 2, 3))))
    assert (policy_reason(person, Limits(), NOW) is Reason.YEAR_CAP) is refused


@given(
    st.lists(st.integers(0, 400 * 86_400), max_size=6),
    st.integers(0, 60 * 86_400),
    st.integers(1, 5),
)
def test_whoever_waits_long_enough_is_asked_again(ago: list[int], gap: int, cap: int) -> None:
    invited = [NOW - timedelta(seconds=each) for each in ago]
    later = NOW + YEAR + timedelta(seconds=gap)
    assert not too_soon(invited, timedelta(seconds=gap), later)
    assert not too_often(invited, cap, later)


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(8, 60), st.integers(1, 5))
def test_asking_only_when_allowed_never_breaks_the_limits(
    days: list[int], gap: int, cap: int
) -> None:
    invited: list[datetime] = []
    limits = Limits(timedelta(days=gap), cap)
    for day in sorted(days):
        now = NOW + timedelta(days=day)
        if policy_reason(Person(invited=invited), limits, now) is None:
            invited.append(now)
    assert all(later - earlier >= limits.gap for earlier, later in pairwise(invited))
    assert all(sum(at - YEAR < each <= at for each in invited) <= cap for at in invited)
