"""Surveys on a database: published wording and plans, and what became of a call's invitation."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, union, update

from ivr.domain.call import CallId
from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.asking.surveys import Invitation, KeptAnswer, Past
from ivr.store.tables import (
    customer,
    interaction,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_version,
)
from ivr.store.waves.candidates import PERSON, person_facts
from ivr.store.waves.places import filled_of
from ivr.surveys.files.shapes import SYNTAX_VERSION
from ivr.surveys.invitations import OPEN, State
from ivr.surveys.model import CALLER, VOICE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import CompoundSelect

    from ivr.domain.values import Value
    from ivr.store.database import Database
    from ivr.surveys.model import Plan, Survey
    from ivr.surveys.quotas import FilledOf

_I, _R, _A, _P, _V = (
    survey_invitation.c,
    survey_response.c,
    survey_answer.c,
    survey_plan.c,
    survey_version.c,
)
_UNDER_WAY = sorted(str(each) for each in (State.SCHEDULED, *OPEN))


class SqlSurveys:
    """The port `Surveys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self, surveys: Sequence[Survey], at: datetime, new_id: Callable[[], str]
    ) -> None:
        """Keep every version, and the plans as they are from now on."""
        await self._database.change(partial(_publish, surveys, at, new_id))

    async def of_call(self, call: CallId) -> Sequence[Invitation]:
        """What was decided for a call."""
        question = (
            select(survey_invitation, _P.code, _P.name, _V.hash)
            .join(survey_plan, _P.id == _I.plan_id)
            .join(survey_version, _V.id == _I.version_id)
            .join(interaction, interaction.c.id == _I.interaction_id)
            .where(interaction.c.public_id == call)
            .order_by(_I.id)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        return [_invitation(row) for row in rows]

    async def customer(self, call: CallId) -> Mapping[str, Value]:
        """What conditions may read of the customer whose call it is."""
        question = (
            select(*PERSON)
            .join(interaction, interaction.c.customer_id == customer.c.id)
            .where(interaction.c.public_id == call)
        )
        row = await self._database.read(lambda reader: reader.execute(question).one_or_none())
        return {} if row is None else person_facts(row)

    async def halted(self, tenant: int = 1) -> frozenset[tuple[str, str]]:
        """(survey, plan) of those in force for which nobody new is asked."""
        mine = (_P.tenant_id == tenant, _P.valid_to.is_(None), _P.active.is_(False))
        rows = await self._database.read(
            lambda reader: reader.execute(select(_P.code, _P.name).where(*mine)).all()
        )
        return frozenset((row.code, row.name) for row in rows)

    async def halt(self, survey: str, plan: str, *, halted: bool, tenant: int = 1) -> None:
        """Ask nobody new for a plan in force, or go on."""
        named = (_P.tenant_id == tenant, _P.code == survey, _P.name == plan)
        change = update(survey_plan).where(*named, _P.valid_to.is_(None)).values(active=not halted)
        if not await self._database.change(lambda it: it.execute(change).rowcount):
            raise NotFoundError("there is no such plan in force")

    async def filled(self, plans: Sequence[tuple[Survey, Plan]], tenant: int = 1) -> FilledOf:
        """How full the quotas of these plans are."""
        return await self._database.read(lambda reader: filled_of(reader, tenant, plans))

    async def past(
        self, numbers: Sequence[str], since: datetime, now: datetime, tenant: int = 1
    ) -> Past:
        """What is known of a caller's number; by text message they are known by the number itself,
        by voice by the calls it came with."""
        rows = await self._database.read(
            lambda reader: reader.execute(_asked(numbers, since, tenant)).all()
        )
        invited = tuple(sorted(row.at for row in rows if row.at is not None and row.at >= since))
        refused = any(row.state == State.OPTED_OUT for row in rows)
        return Past(invited, any(_is_open(row, now) for row in rows), refused)

    async def answers(self, call: CallId) -> Sequence[KeptAnswer]:
        """The answers that its caller gave in a call, in the order they came in."""
        question = (
            select(survey_answer, _R.completion, _R.score, _P.code)
            .join(survey_response, _R.id == _A.response_id)
            .join(survey_plan, _P.id == _R.plan_id)
            .join(interaction, interaction.c.id == _R.interaction_id)
            .where(interaction.c.public_id == call, _R.respondent == CALLER)
            .order_by(_A.id)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        return [_answer(row) for row in rows]

    async def refused(self, since: datetime) -> Sequence[tuple[CallId, str]]:
        """The calls whose callers wanted to be asked never again, with the number each showed."""
        question = (
            select(interaction.c.public_id, interaction.c.from_raw)
            .join(survey_invitation, _I.interaction_id == interaction.c.id)
            .where(
                _I.created_at >= since,
                _I.state == State.OPTED_OUT,
                _I.medium == VOICE,
                interaction.c.from_raw.is_not(None),
            )
            .order_by(_I.id)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        return [(CallId(row.public_id), row.from_raw) for row in rows]


def _publish(
    surveys: Sequence[Survey], at: datetime, new_id: Callable[[], str], connection: Connection
) -> None:
    known = {(row.code, row.hash) for row in connection.execute(select(_V.code, _V.hash))}
    for survey in surveys:
        if (survey.code, survey.hash) not in known:
            connection.execute(insert(survey_version).values(_version_row(survey, at)))
    in_force = select(survey_plan).where(_P.valid_to.is_(None))
    standing = {(row.code, row.name): row for row in connection.execute(in_force)}
    wanted = {(each.code, plan.name): plan for each in surveys for plan in each.plans.values()}
    for key, row in standing.items():
        plan = wanted.get(key)
        if plan is not None and _is_same(plan, row):
            del wanted[key]
            continue
        gone = update(survey_plan).where(_P.id == row.id).values(valid_to=at, active=False)
        connection.execute(gone)
    for key, plan in wanted.items():
        active = standing[key].active if key in standing else True
        made = {**_plan_row(plan, at, new_id()), "active": active}
        connection.execute(insert(survey_plan).values(made))


def _asked(numbers: Sequence[str], since: datetime, tenant: int) -> CompoundSelect[Any]:
    """Invitations of a number since a moment, and those that are under way. One question for each
    index: a condition with `or` over them would read every row."""
    at = func.coalesce(_I.reached_at, _I.sent_at)
    question = select(_I.id, at.label("at"), _I.state, _I.expires_at).where(
        (at >= since) | _I.state.in_(_UNDER_WAY)
    )
    by_call = question.join(interaction, interaction.c.id == _I.interaction_id)
    call = interaction.c
    unindexed = call.tenant_id + 0 == tenant  # else SQLite takes an index of the tenant alone
    return union(
        question.where(_I.tenant_id == tenant, _I.value_norm.in_(numbers)),
        by_call.where(call.tenant_id == tenant, call.from_norm.in_(numbers)),
        by_call.where(unindexed, call.from_raw.in_(numbers)),
    )


def _is_open(row: Any, now: datetime) -> bool:  # noqa: ANN401 - a row
    """Whether an answer is waited for, or he is about to be written to."""
    if row.state == State.SCHEDULED:
        return bool(row.expires_at is None or row.expires_at > now)
    return row.state in OPEN


def _is_same(plan: Plan, row: Any) -> bool:  # noqa: ANN401 - a row
    return bool(row.definition == json.loads(plan.definition) and row.position == plan.position)


def _version_row(survey: Survey, at: datetime) -> dict[str, Any]:
    return {
        "code": survey.code,
        "hash": survey.hash,
        "syntax_version": SYNTAX_VERSION,
        "definition": json.loads(survey.definition),
        "published_at": at,
        "continues": survey.continues,
    }


def _plan_row(plan: Plan, at: datetime, public_id: str) -> dict[str, Any]:
    return {
        "public_id": public_id,
        "code": plan.survey,
        "name": plan.name,
        "position": plan.position,
        "definition": json.loads(plan.definition),
        "seed": plan.seed,
        "anonymous": plan.anonymous,
        "valid_from": at,
    }


def _invitation(row: Any) -> Invitation:  # noqa: ANN401 - a row
    return Invitation(
        id=row.public_id,
        survey=row.code,
        plan=row.name,
        version=row.hash,
        state=row.state,
        reason=row.reason,
        rate=row.rate,
        queue=row.queue,
        agent=row.agent,
        medium=row.medium,
    )


def _answer(row: Any) -> KeptAnswer:  # noqa: ANN401 - a row
    return KeptAnswer(
        survey=row.code,
        question=row.question,
        number=row.value_num,
        text=row.value_text,
        raw=row.input_raw or "",
        latency_ms=row.latency_ms or 0,
        tries=row.tries,
        completion=row.completion,
        score=row.score,
        score_kind=row.score_kind,
        recording=row.recording or "",
    )
