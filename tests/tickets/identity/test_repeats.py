"""Who calls again about the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.tickets.identity.repeats import Contact, repeat_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOW_CALL = Contact(9, NOW, 10, "+905321234567", "billing.wrong_amount")
BEFORE = Contact(1, NOW - timedelta(days=2), 10, "+905321234567", "billing.late")


@pytest.mark.parametrize(
    "earlier",
    [
        BEFORE,
        replace(BEFORE, at=NOW - timedelta(days=7)),
        replace(BEFORE, number=""),
        replace(BEFORE, customer=None),
        replace(BEFORE, category="billing"),
    ],
)
def test_the_same_caller_about_the_same_family_repeats(earlier: Contact) -> None:
    assert repeat_of(NOW_CALL, [earlier]) == 1


@pytest.mark.parametrize(
    "earlier",
    [
        replace(BEFORE, at=NOW - timedelta(days=7, microseconds=1)),
        replace(BEFORE, at=NOW + timedelta(seconds=1)),
        replace(BEFORE, category="delivery.late"),
        replace(BEFORE, category="billingx"),
        replace(BEFORE, category=""),
        replace(BEFORE, customer=11),
        replace(BEFORE, customer=None, number="+905321234568"),
        replace(BEFORE, customer=None, number=""),
        replace(BEFORE, is_test=True),
        replace(BEFORE, id=9),
    ],
)
def test_another_time_matter_or_person_is_no_repeat(earlier: Contact) -> None:
    assert repeat_of(NOW_CALL, [earlier]) is None


def test_the_latest_of_several_is_named() -> None:
    later = replace(BEFORE, id=2, at=NOW - timedelta(days=1))
    assert repeat_of(NOW_CALL, [later, BEFORE]) == repeat_of(NOW_CALL, [BEFORE, later]) == 2


def test_tests_and_contacts_without_a_matter_repeat_nothing() -> None:
    assert repeat_of(replace(NOW_CALL, is_test=True), [BEFORE]) is None
    nothing = replace(BEFORE, category="")
    assert repeat_of(replace(NOW_CALL, category=""), [nothing]) is None


def test_two_hidden_unknown_callers_are_not_one() -> None:
    hidden = replace(NOW_CALL, customer=None, number="")
    assert repeat_of(hidden, [replace(BEFORE, customer=None, number="")]) is None
