"""Who is asked after a ticket was closed: decided once for each ticket and plan, and written down.

Pure. What lies in the person (consent, gap, year, quiet hours) is judged when it is sent, as for
every survey by text. Source: surveys.md sections 1, 5 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.surveys.eligibility import Asking, Contact, Limits, Person, Reason, first_reason
from ivr.surveys.facts import Facts
from ivr.surveys.invitations import State
from ivr.surveys.model import POST_TICKET
from ivr.surveys.planned.drawing import language_of
from ivr.surveys.planned.placing import reached_at
from ivr.surveys.quotas import Standing, cell_of, is_full, values_of
from ivr.surveys.sampling import is_selected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.planned.placing import Number
    from ivr.surveys.quotas import FilledOf

AT_ONCE = Limits(gap=timedelta(0), year_cap=1_000_000)
"""Whether we have put it right is asked however lately somebody was asked before."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A ticket that was closed. key: of its row; id: public. locale: of the customer or of the
    contact, "" = not known. numbers: his, the best first. facts: of the ticket and the customer."""

    key: int
    id: str
    closed_at: datetime
    locale: str = ""
    numbers: Sequence[Number] = ()
    facts: Facts = field(default_factory=Facts)
    is_test: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class AskedOfTicket:
    """What becomes of a ticket under one plan: scheduled, or suppressed for a reason. cell: the
    values by which the plan has quotas."""

    survey: Survey
    plan: Plan
    state: State
    reason: str
    language: str
    number: Number | None
    due_at: datetime
    expires_at: datetime
    cell: Mapping[str, str] = field(default_factory=dict)


def ticket_plans(surveys: Iterable[Survey]) -> list[tuple[Survey, Plan]]:
    """The plans that ask after tickets, the lowest position first, then by the survey's code."""
    found = [
        (survey, plan)
        for survey in surveys
        for plan in survey.plans.values()
        if plan.when == POST_TICKET
    ]
    return sorted(found, key=lambda each: (each[1].position, each[0].code))


def decided(
    plans: Iterable[tuple[Survey, Plan]], closed: Closed, filled: FilledOf | None = None
) -> list[AskedOfTicket]:
    """One decision for each plan; at most one of them is scheduled. filled: how full the quota of
    each is; none = empty."""
    found: list[AskedOfTicket] = []
    taken = False
    for survey, plan in plans:
        number, unreached = reached_at(closed.numbers)
        taken_places = (filled or {}).get((survey.code, plan.name), ())
        standing = Standing(cell_of(plan, values_of(closed.facts)), taken_places)
        reason = _reason(survey, plan, closed, standing) or unreached
        if reason is None and taken:
            reason = Reason.OTHER_PLAN
        taken = taken or reason is None
        found.append(
            AskedOfTicket(
                survey,
                plan,
                State.SCHEDULED if reason is None else State.SUPPRESSED,
                "" if reason is None else reason.value,
                language_of(survey, closed.locale),
                number,
                closed.closed_at + timedelta(seconds=plan.delay_s),
                closed.closed_at + timedelta(seconds=plan.expires_s),
                standing.cell,
            )
        )
    return found


def _reason(survey: Survey, plan: Plan, closed: Closed, standing: Standing) -> Reason | None:
    """The first reason that lies in the ticket or the sample."""
    languages = frozenset(survey.languages)
    asking = Asking(languages=languages, active=plan.active, matches=plan.match)
    contact = Contact(
        language=language_of(survey, closed.locale),
        facts=closed.facts,
        test_call=closed.is_test,
        emergency=closed.emergency,
        selected=is_selected(plan.seed, closed.id, 1.0 if plan.rate is None else plan.rate),
        quota_full=is_full(plan.quota, standing),
    )
    return first_reason(asking, contact, Person(), closed.closed_at)
