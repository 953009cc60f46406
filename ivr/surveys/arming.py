"""Who of the callers is asked: decided when a caller enters a queue, before any agent is involved.

Pure: the same contact, plans and history give the same decision on every node and in every run.
Source: surveys.md sections 1 and 5; README "when a survey is decided".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.surveys.eligibility import (
    Afterwards,
    Asking,
    Contact,
    Limits,
    Person,
    Reason,
    first_reason,
    late_reason,
    policy_reason,
)
from ivr.surveys.invitations import State
from ivr.surveys.model import CALLER, POST_CALL, VOICE
from ivr.surveys.quotas import Standing, cell_of, is_full, values_of
from ivr.surveys.sampling import QUEUE, is_selected, rate_of_contact, stratum_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.surveys.facts import Facts
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf
    from ivr.surveys.sampling import Rates


@dataclass(frozen=True, slots=True)
class Caller:
    """A contact as it enters its first queue. id: the interaction's public id. queue: "" = none.

    facts: of the records interaction and customer. number: "" = withheld.
    """

    id: str
    language: str
    facts: Facts
    number: str = ""
    queue: str = ""
    test_call: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a number. invited: when invitations were offered or sent before."""

    opted_out: bool = False
    invited: tuple[datetime, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a contact under one plan: armed, or suppressed for a reason. cell: the values
    by which the plan has quotas."""

    survey: Survey
    plan: Plan
    state: State
    reason: str
    rate: float
    cell: Mapping[str, str] = field(default_factory=dict)


def call_plans(surveys: Iterable[Survey]) -> list[tuple[Survey, Plan]]:
    """The plans that ask callers after calls, the lowest position first, then by the survey's
    code."""
    return _after_calls(survey for survey in surveys if survey.respondent == CALLER)


def agent_plans(surveys: Iterable[Survey]) -> list[tuple[Survey, Plan]]:
    """The plans that ask agents after calls, in the same order; none that is halted."""
    found = _after_calls(survey for survey in surveys if survey.by_agents)
    return [each for each in found if each[1].active]


def _after_calls(surveys: Iterable[Survey]) -> list[tuple[Survey, Plan]]:
    found = [
        (survey, plan)
        for survey in surveys
        for plan in survey.plans.values()
        if plan.when == POST_CALL
    ]
    return sorted(found, key=lambda each: (each[1].position, each[0].code))


def decided(
    plans: Iterable[tuple[Survey, Plan]],
    caller: Caller,
    history: History,
    now: datetime,
    rates: Rates | None = None,
    filled: FilledOf | None = None,
) -> list[Decision]:
    """One decision for each plan; at most one of them is armed.

    rates: (survey, plan) -> rate of each stratum today; none = the plan's own rate. filled: how
    full the quota of each is; none = empty.
    """
    found: list[Decision] = []
    taken = False
    for survey, plan in plans:
        key = (survey.code, plan.name)
        rate = _rate(plan, caller, (rates or {}).get(key, {}))
        standing = Standing(cell_of(plan, values_of(caller.facts)), (filled or {}).get(key, ()))
        contact = _contact(plan, caller, rate, standing)
        reason = _reason(survey, plan, caller, history, now, contact)
        if reason is None and taken:
            reason = Reason.OTHER_PLAN
        taken = taken or reason is None
        state = State.ARMED if reason is None else State.SUPPRESSED
        found.append(Decision(survey, plan, state, str(reason or ""), rate, standing.cell))
    return found


def _rate(plan: Plan, caller: Caller, today: Mapping[str, float]) -> float:
    """That of the group which the contact belongs to, as far as that is known before the talk."""
    strata = [stratum_key(QUEUE, caller.queue)] if QUEUE in plan.strata and caller.queue else []
    return rate_of_contact(plan.rate or 0.0, strata, today)


def _contact(plan: Plan, caller: Caller, rate: float, standing: Standing) -> Contact:
    return Contact(
        language=caller.language,
        facts=caller.facts,
        test_call=caller.test_call,
        emergency=caller.emergency,
        selected=is_selected(plan.seed, caller.id, rate),
        quota_full=is_full(plan.quota, standing),
    )


def _reason(
    survey: Survey, plan: Plan, caller: Caller, history: History, now: datetime, contact: Contact
) -> Reason | None:
    """The first reason not to ask; asking on the open line needs no consent given before."""
    person = Person(
        opted_out=history.opted_out,
        invited=history.invited,
        open=history.open,
        reachable=plan.by_voice or bool(caller.number),
    )
    return first_reason(_asking(survey, plan), contact, person, now)


def _asking(survey: Survey, plan: Plan) -> Asking:
    return Asking(
        active=plan.active,
        languages=frozenset(survey.languages),
        matches=plan.match,
        limits=Limits(timedelta(seconds=plan.gap_s), plan.year_cap),
        min_talk=timedelta(seconds=plan.min_talk_s),
    )


@dataclass(frozen=True, slots=True)
class Talked:
    """What a call has become when its agents have left. outside: the last one was outside."""

    talked_s: float
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether a caller who was chosen is asked now. reason: why not, "" = not asked by voice."""

    by_voice: bool
    reason: str = ""


def refused_now(survey: Survey, plan: Plan, history: History, now: datetime) -> str:
    """Why he may not be asked any more: what has come up since he was chosen; "" = he may."""
    if not plan.active:
        return str(Reason.PLAN_INACTIVE)
    person = Person(opted_out=history.opted_out, invited=history.invited, open=history.open)
    return str(policy_reason(person, _asking(survey, plan).limits, now) or "")


def asked_now(survey: Survey, plan: Plan, talked: Talked) -> Asked:
    """Look at what could not be known before: the talk. Who was drawn is not drawn again."""
    after = Afterwards(talk=timedelta(seconds=talked.talked_s))
    reason = late_reason(_asking(survey, plan), after)
    if reason is not None:
        return Asked(False, str(reason))
    if talked.outside and not plan.after_external:
        return Asked(False, "transferred_out")
    return Asked(plan.by_voice and bool(survey.asked_by(VOICE)))
