"""The port `AgentScores` on SQLite or PostgreSQL.

A response without an invitation: nobody was invited, so nothing of it counts in a funnel or against
a caller's limits. It is written as judged at once: no low score of an agent opens a ticket.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, insert, select, update

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.asking.agent_scores import AgentScore
from ivr.store.tables import (
    interaction,
    survey_answer,
    survey_plan,
    survey_response,
    survey_version,
)
from ivr.surveys.model import AGENT, DESK

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Row

    from ivr.store.database import Database

_CALL, _PLAN, _WORDING = interaction.c, survey_plan.c, survey_version.c
_SAID, _ANSWER = survey_response.c, survey_answer.c


class SqlAgentScores:
    """The port `AgentScores`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, score: AgentScore, at: datetime, new_id: Callable[[], str]) -> None:
        """See the port."""
        await self._database.change(partial(_keep, score, at, new_id))

    async def take_back(self, call: str, agent: str) -> None:
        """See the port."""
        about = select(_CALL.id).where(_CALL.public_id == call).scalar_subquery()
        mine = (_SAID.interaction_id == about, _SAID.evaluator == agent, _SAID.respondent == AGENT)
        keys = select(_SAID.id).where(*mine)

        def job(connection: Connection) -> None:
            connection.execute(delete(survey_answer).where(_ANSWER.response_id.in_(keys)))
            connection.execute(delete(survey_response).where(*mine))

        await self._database.change(job)

    async def of(self, call: str, agent: str) -> AgentScore | None:
        """See the port."""
        question = (
            select(_SAID.locale, _PLAN.name, _WORDING.code, _WORDING.hash, survey_answer)
            .join(interaction, _CALL.id == _SAID.interaction_id)
            .join(survey_plan, _PLAN.id == _SAID.plan_id)
            .join(survey_version, _WORDING.id == _SAID.version_id)
            .join(survey_answer, _ANSWER.response_id == _SAID.id)
            .where(_CALL.public_id == call, _SAID.evaluator == agent, _SAID.respondent == AGENT)
        )
        row = await self._database.read(lambda reader: reader.execute(question).one_or_none())
        if row is None:
            return None
        said = (row.code, row.name, row.hash, row.question, row.score_kind, row.value_num)
        return AgentScore(call, agent, *said, row.locale)


def _keep(
    score: AgentScore, at: datetime, new_id: Callable[[], str], connection: Connection
) -> None:
    about = _about(connection, score)
    values = {
        "plan_id": about.plan,
        "version_id": about.version,
        "locale": score.language,
        "score": score.number,
        "score_kind": score.kind,
        "finished_at": at,
        "judged_at": at,
    }
    same = and_(
        _SAID.interaction_id == about.call,
        _SAID.evaluator == score.agent,
        _SAID.respondent == AGENT,
    )
    again = update(survey_response).where(same).values(values).returning(_SAID.id)
    key = connection.scalar(again)
    if key is None:
        new = {**values, **_first(score, about, at, new_id)}
        key = connection.scalar(insert(survey_response).values(new).returning(_SAID.id))
    connection.execute(delete(survey_answer).where(_ANSWER.response_id == key))
    connection.execute(insert(survey_answer).values(_answer(score, at) | {"response_id": key}))


def _about(connection: Connection, score: AgentScore) -> Row[int, int, int, int]:
    """The keys of the contact, of the wording and of the newest plan of that name."""
    question = (
        select(
            _CALL.id.label("call"),
            _CALL.tenant_id.label("tenant"),
            _WORDING.id.label("version"),
            _PLAN.id.label("plan"),
        )
        .join(
            survey_version,
            and_(
                _WORDING.tenant_id == _CALL.tenant_id,
                _WORDING.code == score.survey,
                _WORDING.hash == score.version,
            ),
        )
        .join(
            survey_plan,
            and_(
                _PLAN.tenant_id == _CALL.tenant_id,
                _PLAN.code == score.survey,
                _PLAN.name == score.plan,
            ),
        )
        .where(_CALL.public_id == score.call)
        .order_by(_PLAN.valid_from.desc())
        .limit(1)
    )
    row = connection.execute(question).one_or_none()
    if row is None:
        raise NotFoundError("there is no such contact, or its survey was not published")
    return row


def _first(
    score: AgentScore, about: Row[int, int, int, int], at: datetime, new_id: Callable[[], str]
) -> dict[str, object]:
    """What a second answer leaves as it is."""
    return {
        "tenant_id": about.tenant,
        "public_id": new_id(),
        "interaction_id": about.call,
        "evaluator": score.agent,
        "respondent": AGENT,
        "medium": DESK,
        "completion": "completed",
        "started_at": at,
    }


def _answer(score: AgentScore, at: datetime) -> dict[str, object]:
    return {
        "question": score.question,
        "score_kind": score.kind,
        "value_num": score.number,
        "tries": 1,
        "at": at,
    }
