"""Surveys on a database: published wording and plans, and what became of a call's invitation."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from ivr.runtime.ports.asking.surveys import Invitation, KeptAnswer, Past, Tonight
from ivr.store.tables import (
    customer,
    interaction,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_rate,
    survey_response,
    survey_version,
)
from ivr.surveys.files.shapes import SYNTAX_VERSION
from ivr.surveys.invitations import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.domain.call import CallId
    from ivr.domain.values import Value
    from ivr.store.database import Database
    from ivr.surveys.model import Plan, Survey

_I, _R, _A, _P, _V = (
    survey_invitation.c,
    survey_response.c,
    survey_answer.c,
    survey_plan.c,
    survey_version.c,
)
_OPEN = sorted(str(each) for each in OPEN)


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
        person = customer.c
        question = (
            select(person.segment, person.kind, person.locale.label("language"), person.vip_rank)
            .join(interaction, interaction.c.customer_id == person.id)
            .where(interaction.c.public_id == call)
        )
        row = await self._database.read(lambda reader: reader.execute(question).one_or_none())
        return {} if row is None else row._asdict()

    async def past(self, number: str, since: datetime) -> Past:
        """What is known of a caller's number; by text message they are known by the number itself,
        by voice by the calls it came with."""
        mine = _I.interaction_id.in_(
            select(interaction.c.id).where(interaction.c.from_raw == number)
        )
        asked = func.coalesce(_I.reached_at, _I.sent_at)
        question = select(asked.label("at"), _I.state).where(
            mine | (_I.value_norm == number), (asked >= since) | _I.state.in_(_OPEN)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        invited = tuple(sorted(row.at for row in rows if row.at is not None))
        return Past(invited, any(row.state in _OPEN for row in rows))

    async def answers(self, call: CallId) -> Sequence[KeptAnswer]:
        """The answers given in a call, in the order they came in."""
        question = (
            select(survey_answer, _R.completion, _R.score, _P.code)
            .join(survey_response, _R.id == _A.response_id)
            .join(survey_plan, _P.id == _R.plan_id)
            .join(interaction, interaction.c.id == _R.interaction_id)
            .where(interaction.c.public_id == call)
            .order_by(_A.id)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        return [_answer(row) for row in rows]

    async def tonight(self, at: datetime) -> Tonight:
        """The rates of strata in force: the latest of each."""
        question = (
            select(_P.code, _P.name, survey_rate.c.stratum, survey_rate.c.rate)
            .join(survey_plan, _P.id == survey_rate.c.plan_id)
            .where(_P.valid_to.is_(None), survey_rate.c.valid_from <= at)
            .order_by(survey_rate.c.valid_from)
        )
        rows = await self._database.read(lambda reader: reader.execute(question).all())
        found: dict[tuple[str, str], dict[str, float]] = {}
        for row in rows:
            found.setdefault((row.code, row.name), {})[row.stratum] = row.rate
        return Tonight(found)


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
    for plan in wanted.values():
        connection.execute(insert(survey_plan).values(_plan_row(plan, at, new_id())))


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
        "active": True,
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
    )
