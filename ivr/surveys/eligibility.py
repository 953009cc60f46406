"""Who may be asked, and if somebody may not, the one reason that is written down.

The checks have a fixed order and the first that fails is recorded, so that the funnel of a plan
adds up and two runs over the same contacts tell the same story. Source: surveys.md sections 1, 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.surveys.facts import Facts, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ivr.flow.expressions import Expression


class Reason(StrEnum):
    """Why somebody was not asked, in the order in which it is looked for."""

    PLAN_INACTIVE = "plan_inactive"
    TEST_CALL = "test_call"
    NOT_MATCHING = "not_matching"
    EMERGENCY = "emergency"
    LANGUAGE_MISSING = "language_missing"
    NOT_SAMPLED = "not_sampled"
    QUOTA_FULL = "quota_full"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    GAP = "gap"
    YEAR_CAP = "year_cap"
    OPEN_INVITATION = "open_invitation"
    NO_CONTACT_POINT = "no_contact_point"
    SHARED_CONTACT_POINT = "shared_contact_point"
    TOO_SHORT = "too_short"
    WRONG_NUMBER = "wrong_number"
    EXCLUDED_CATEGORY = "excluded_category"
    QUIET_EXPIRED = "quiet_expired"
    CRISIS = "crisis"
    OTHER_PLAN = "other_plan"


ELIGIBLE = tuple(Reason)[:5]
"""Failing one of these, a contact is not even counted as eligible."""
SELECTION = (Reason.NOT_SAMPLED, Reason.QUOTA_FULL)
"""Eligible, but not drawn."""
POLICY = tuple(Reason)[7:14]
"""Selected, but not to be contacted: looked at again before each offer and sending."""
LATE = tuple(Reason)[14:]
"""Known only after the contact."""
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one person may be asked, over all plans and media. gap: between two invitations;
    year_cap: at most so many in 365 sliding days. Reminders do not count."""

    gap: timedelta = timedelta(days=30)
    year_cap: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The side of the plan. matches: its condition, None = everybody. min_talk: shorter talks are
    not asked about. excluded: categories that nobody is asked about."""

    languages: frozenset[str]
    active: bool = True
    matches: Expression | None = None
    limits: Limits = field(default_factory=Limits)
    min_talk: timedelta = timedelta(0)
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The side of the contact, known when it enters its first queue.

    facts: what the plan's condition may read. selected: its place in the sample is under the rate.
    """

    language: str
    facts: Facts = field(default_factory=Facts)
    test_call: bool = False
    emergency: bool = False
    selected: bool = True
    quota_full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom it would reach. consented: for one of the plan's media at least (asking on the line that
    is open needs none). invited: when invitations were offered or sent before, in any order.

    reachable: there is a line or a contact point for one of the media. shared: the contact point
    belongs to several customers. open: an invitation is under way there.
    """

    opted_out: bool = False
    consented: bool = True
    invited: Sequence[datetime] = ()
    open: bool = False
    reachable: bool = True
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What is known once the contact is over. crisis: surveys are stopped for now. position: of
    the plan is not the lowest of those that took this contact."""

    talk: timedelta
    wrong_number: bool = False
    categories: frozenset[str] = frozenset()
    quiet_until_expiry: bool = False
    crisis: bool = False
    other_plan: bool = False
    sampled: bool = True


def first_reason(asking: Asking, contact: Contact, person: Person, now: datetime) -> Reason | None:
    """The first reason not to ask, in the fixed order; None = invite."""
    return _first(
        ELIGIBLE + SELECTION, lambda reason: _NOW[reason](asking, contact)
    ) or policy_reason(person, asking.limits, now)


def policy_reason(person: Person, limits: Limits, now: datetime) -> Reason | None:
    """The first reason that lies in whom it would reach; None = may be contacted.

    Before a sending, `person` must leave out the very invitation that is to be sent.
    """
    return _first(POLICY, lambda reason: _POLICY[reason](person, limits, now))


def late_reason(asking: Asking, after: Afterwards) -> Reason | None:
    """The first reason that only the contact itself could tell; None = ask.

    `not_sampled` comes first: the rate of the group that the contact turned out to belong to.
    """
    if not after.sampled:
        return Reason.NOT_SAMPLED
    return _first(LATE, lambda reason: _LATE[reason](asking, after))


def too_soon(invited: Iterable[datetime], gap: timedelta, now: datetime) -> bool:
    """Whether less than the gap lies behind the last invitation; at the gap to the second, no."""
    last = max(invited, default=None)
    return last is not None and now < last + gap


def too_often(invited: Iterable[datetime], year_cap: int, now: datetime) -> bool:
    """Whether one more would be over the cap; what lies 365 days back to the second counts no
    longer."""
    return sum(at > now - YEAR for at in invited) >= year_cap


def _first(order: Iterable[Reason], fails: Callable[[Reason], bool]) -> Reason | None:
    return next((reason for reason in order if fails(reason)), None)


_NOW: dict[Reason, Callable[[Asking, Contact], bool]] = {
    Reason.PLAN_INACTIVE: lambda plan, _: not plan.active,
    Reason.TEST_CALL: lambda _, contact: contact.test_call,
    Reason.NOT_MATCHING: lambda plan, contact: not holds(plan.matches, contact.facts),
    Reason.EMERGENCY: lambda _, contact: contact.emergency,
    Reason.LANGUAGE_MISSING: lambda plan, contact: contact.language not in plan.languages,
    Reason.NOT_SAMPLED: lambda _, contact: not contact.selected,
    Reason.QUOTA_FULL: lambda _, contact: contact.quota_full,
}
_POLICY: dict[Reason, Callable[[Person, Limits, datetime], bool]] = {
    Reason.OPTED_OUT: lambda person, _, __: person.opted_out,
    Reason.NO_CONSENT: lambda person, _, __: not person.consented,
    Reason.GAP: lambda person, limits, now: too_soon(person.invited, limits.gap, now),
    Reason.YEAR_CAP: lambda person, limits, now: too_often(person.invited, limits.year_cap, now),
    Reason.OPEN_INVITATION: lambda person, _, __: person.open,
    Reason.NO_CONTACT_POINT: lambda person, _, __: not person.reachable,
    Reason.SHARED_CONTACT_POINT: lambda person, _, __: person.shared,
}
_LATE: dict[Reason, Callable[[Asking, Afterwards], bool]] = {
    Reason.TOO_SHORT: lambda plan, after: after.talk < plan.min_talk,
    Reason.WRONG_NUMBER: lambda _, after: after.wrong_number,
    Reason.EXCLUDED_CATEGORY: lambda plan, after: not plan.excluded.isdisjoint(after.categories),
    Reason.QUIET_EXPIRED: lambda _, after: after.quiet_until_expiry,
    Reason.CRISIS: lambda _, after: after.crisis,
    Reason.OTHER_PLAN: lambda _, after: after.other_plan,
}
