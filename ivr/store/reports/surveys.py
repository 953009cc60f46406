"""What R17 and R22 count: who was asked, who was reached, and what callers answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select

from ivr.reports.columns import MILLION
from ivr.store.reports.counting import (
    Counting,
    allowed,
    between,
    counted,
    in_category,
    one_of,
)
from ivr.store.reports.expressions import times
from ivr.store.reports.wordings import wordings
from ivr.store.tables import (
    interaction,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_version,
)
from ivr.surveys.eligibility import ELIGIBLE, SELECTION
from ivr.surveys.invitations import Missed, State
from ivr.surveys.scores import BEST, DETRACTORS, TOP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from ivr.reports.model import Fact, Question

ASKED, PLAN, ANSWER = survey_invitation.c, survey_plan.c, survey_answer.c
RESPONSE = survey_response.c
KEYS: Mapping[str, ColumnElement[Any]] = {
    "survey": PLAN.code,
    "plan": PLAN.name,
    "queue": ASKED.queue,
    "category": ASKED.category,
    "agent": ASKED.agent,
    "medium": ASKED.medium,
    "language": ASKED.locale,
}
_SCORED = (
    RESPONSE.respondent == "caller",
    ANSWER.score_kind != "",
    ANSWER.value_num.isnot(None),
)
_FAST_MS = 300
_MANY = 3
_USUAL = ("voice",)
"""The media of a plan that names none."""
_ANSWERED = (State.STARTED, State.COMPLETED, State.PARTIAL)
_PROVE = (*_ANSWERED, State.OFFERED, State.DELIVERED, State.DECLINED)
_SUPPRESSED = ASKED.state == State.SUPPRESSED
ELIGIBLE_NOW = ~and_(_SUPPRESSED, ASKED.reason.in_(ELIGIBLE))
SELECTED = ~and_(_SUPPRESSED, ASKED.reason.in_((*ELIGIBLE, *SELECTION)))
REACHED = or_(ASKED.reached_at.isnot(None), ASKED.state.in_(_PROVE))
STARTED = or_(ASKED.started_at.isnot(None), ASKED.state.in_(_ANSWERED))
FUNNEL: Mapping[str, ColumnElement[bool]] = {
    "eligible": ELIGIBLE_NOW,
    "selected": SELECTED,
    "invitable": ~_SUPPRESSED,
    "reached": REACHED,
    "started": STARTED,
    "completed": ASKED.state == State.COMPLETED,
    "partial": ASKED.state == State.PARTIAL,
}


def opinions(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """The funnel and the scores of callers."""
    quotas = _with_quota(connection, tenant)
    wording = wordings(connection, tenant)
    keys = {**KEYS, "wording": wording.name}
    asked = survey_invitation.join(survey_plan).join(survey_version)
    funnel = Counting(
        source=asked,
        where=asked_for(question, tenant),
        at=ASKED.created_at,
        keys=keys,
        counts={name: times(is_so) for name, is_so in FUNNEL.items()},
    )
    scored = Counting(
        source=asked.join(survey_response, RESPONSE.invitation_id == ASKED.id).join(
            survey_answer, ANSWER.response_id == RESPONSE.id
        ),
        where=[*asked_for(question, tenant), *_SCORED],
        at=ASKED.created_at,
        keys=keys,
        counts=_scores(quotas),
        largest={"last_version": func.max(wording.key), "first_version": func.max(-wording.key)},
    )
    return [*counted(connection, funnel, question), *counted(connection, scored, question)]


def _scores(quotas: list[int]) -> dict[str, ColumnElement[Any]]:
    """Answers by what they say; weights are summed in whole millionths."""
    value, kind = ANSWER.value_num, ANSWER.score_kind
    found: dict[str, ColumnElement[Any]] = {
        "anonymous": func.count(func.distinct(case((PLAN.anonymous, RESPONSE.id)))),
        "nps_low": times(and_(kind == "nps", value <= DETRACTORS)),
    }
    for name, least in TOP.items():
        found[f"{name}_n"] = times(kind == name)
        found[f"{name}_top"] = times(and_(kind == name, value >= least, value <= BEST[name]))
    csat = kind == "csat"
    weight = case((ASKED.rate > 0, 1.0 / ASKED.rate), else_=1.0)
    found["csat_void"] = times(and_(csat, ASKED.plan_id.in_(quotas)))
    found["csat_hit"] = _sum(weight, and_(csat, value >= TOP["csat"]))
    found["csat_whole"] = _sum(weight, csat)
    found["csat_squares"] = _sum(weight * weight, csat)
    return found


def integrity(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Calls that were chosen for the question on the line, and answers without care."""
    line = _on_the_line(_by_voice(connection, tenant), question, tenant)
    given = _given(question, tenant)
    return [*counted(connection, line, question), *counted(connection, given, question)]


def _on_the_line(by_voice: list[int], question: Question, tenant: int) -> Counting:
    """Who was chosen, and who got away: of calls that came in, no agent is in those of a wave.
    by_voice: plans that ask on the line first.

    Who left first and was then asked by text has lost his reason; who ended the call tells it.
    """
    missed = and_(ASKED.state == State.MISSED, ASKED.reason.in_(tuple(Missed)))
    by_text = and_(ASKED.medium == "sms", ASKED.plan_id.in_(by_voice))
    chosen = or_(ASKED.medium == "voice", missed, and_(by_text, ASKED.interaction_id.isnot(None)))
    left = and_(by_text, interaction.c.ended_by == "caller")
    return Counting(
        source=survey_invitation.join(survey_plan).outerjoin(
            interaction, interaction.c.id == ASKED.interaction_id
        ),
        where=[*asked_for(question, tenant), ~_SUPPRESSED, chosen, ASKED.wave == ""],
        at=ASKED.created_at,
        keys=KEYS,
        counts={
            "armed": func.count(),
            "offered": times(and_(REACHED, ASKED.medium == "voice")),
            "left": times(or_(_was(Missed.CALLER_LEFT_FIRST), left)),
            "cut": times(_was(Missed.CALLER_LEFT_AT_HANDOFF)),
            "outside": times(_was(Missed.TRANSFERRED_OUT)),
        },
    )


def _given(question: Question, tenant: int) -> Counting:
    """Answers, and those without care."""
    care = _care()
    return Counting(
        source=survey_invitation.join(survey_plan)
        .join(survey_response, RESPONSE.invitation_id == ASKED.id)
        .join(care, care.c.response_id == RESPONSE.id),
        where=[*asked_for(question, tenant), ~PLAN.anonymous],
        at=ASKED.created_at,
        keys=KEYS,
        counts={
            "responses": func.count(),
            "fast": times(care.c.fastest < _FAST_MS),
            "straight": times(and_(care.c.scales >= _MANY, care.c.least == care.c.most)),
        },
    )


def _care() -> Any:  # noqa: ANN401 - a subquery
    """Of each response: how fast the fastest answer was, and whether all scales got the same."""
    return (
        select(
            ANSWER.response_id.label("response_id"),
            func.min(ANSWER.latency_ms).label("fastest"),
            func.count(ANSWER.value_num).label("scales"),
            func.min(ANSWER.value_num).label("least"),
            func.max(ANSWER.value_num).label("most"),
        )
        .where(ANSWER.score_kind != "")
        .group_by(ANSWER.response_id)
        .subquery()
    )


def _was(reason: Missed) -> ColumnElement[bool]:
    return and_(ASKED.state == State.MISSED, ASKED.reason == reason)


def _sum(value: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[int]:
    whole = cast(func.round(value * MILLION), BigInteger)
    return func.coalesce(func.sum(case((where, whole), else_=0)), 0)


def _with_quota(connection: Connection, tenant: int) -> list[int]:
    """Plans that stop asking once they have enough: their weights do not hold."""
    return [key for key, plan in _plans(connection, tenant) if "quota" in plan]


def _by_voice(connection: Connection, tenant: int) -> list[int]:
    """Plans that ask on the line first."""
    return [
        key for key, plan in _plans(connection, tenant) if "voice" in (plan.get("media") or _USUAL)
    ]


def _plans(connection: Connection, tenant: int) -> list[tuple[int, Mapping[str, Any]]]:
    """Every plan that there was, with its settings."""
    asked = select(PLAN.id, PLAN.definition).where(PLAN.tenant_id == tenant)
    return [(row.id, row.definition) for row in connection.execute(asked)]


def asked_for(question: Question, tenant: int) -> list[ColumnElement[bool]]:
    """The invitations that are asked for and may be seen."""
    found = [
        ASKED.tenant_id == tenant,
        *between(ASKED.created_at, question),
        *one_of(PLAN.code, question.surveys),
        *one_of(ASKED.queue, question.queues),
        *one_of(ASKED.agent, question.agents),
        *in_category(ASKED.category, question.categories),
    ]
    if question.within is not None:
        within = question.within
        found.append(allowed((ASKED.agent, within.agents), (ASKED.queue, within.queues)))
    return found
