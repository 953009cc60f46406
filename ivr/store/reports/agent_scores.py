"""What R21 counts: scores of agents, each beside its caller's own answer where there is one.

Answers of anonymous plans are left out from the first moment on, while they still have a contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from ivr.store.reports.counting import Counting, allowed, between, counted, one_of
from ivr.store.reports.expressions import times
from ivr.store.reports.wordings import wordings
from ivr.store.tables import (
    interaction,
    survey_answer,
    survey_plan,
    survey_response,
    survey_version,
)
from ivr.surveys.model import AGENT, CALLER
from ivr.surveys.scores import TOP

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import ColumnElement, Connection, Subquery
    from sqlalchemy.sql.selectable import ScalarSelect

    from ivr.reports.model import Fact, Question

_SAID, _SCORE, _WORDING = survey_response.c, survey_answer.c, survey_version.c
_OWN, _HIS = survey_answer.alias("own"), survey_response.alias("his")
"""The caller's own answer of a pair, and the response that it belongs to."""


def compared(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """The scores of agents with their pairs."""
    rows = _rows(connection, question, tenant)
    mine = rows.c
    what = Counting(
        source=rows,
        where=(),
        at=mine.at,
        keys={name: mine[name] for name in ("agent", "score_kind", "survey", "wording", "queue")},
        counts=_counts(mine.score_kind, mine.agent_value, mine.caller_value),
        largest={
            "last_version": func.max(mine.version),
            "first_version": func.max(-mine.version),
            "last_answered": func.max(mine.answered),
            "first_answered": func.max(-mine.answered),
        },
    )
    return counted(connection, what, question)


def _counts(
    kind: ColumnElement[str], agent: ColumnElement[int], caller: ColumnElement[int]
) -> Mapping[str, ColumnElement[Any]]:
    """Sums and sums of squares: of both sides of the pairs, of their differences, of the rest."""
    paired, alone = caller.isnot(None), caller.is_(None)
    values = {
        "agent": (agent, paired),
        "caller": (caller, paired),
        "gap": (agent - caller, paired),
        "alone_agent": (agent, alone),
    }
    found: dict[str, ColumnElement[Any]] = {"said": func.count(), "pairs": times(paired)}
    for name, (value, where) in values.items():
        found[f"{name}_sum"] = func.sum(value).filter(where)
        found[f"{name}_squares"] = func.sum(value * value).filter(where)
    return found | {f"{each}_n": times(kind == each) for each in TOP}


def _rows(connection: Connection, question: Question, tenant: int) -> Subquery:
    """One row for each score of an agent."""
    wording, answered = (wordings(connection, tenant, each.version_id) for each in (_SAID, _HIS.c))
    return (
        select(
            _SAID.started_at.label("at"),
            _SAID.evaluator.label("agent"),
            _SCORE.score_kind.label("score_kind"),
            _WORDING.code.label("survey"),
            wording.name.label("wording"),
            wording.key.label("version"),
            func.coalesce(interaction.c.last_queue, "").label("queue"),
            _SCORE.value_num.label("agent_value"),
            _OWN.c.value_num.label("caller_value"),
            answered.key.label("answered"),
        )
        .join(survey_answer, _SCORE.response_id == _SAID.id)
        .join(survey_version, _WORDING.id == _SAID.version_id)
        .join(interaction, interaction.c.id == _SAID.interaction_id)
        .outerjoin(_OWN, _OWN.c.id == _callers_own())
        .outerjoin(_HIS, _HIS.c.id == _OWN.c.response_id)
        .where(*_asked(question, tenant))
        .subquery()
    )


def _callers_own() -> ScalarSelect[int]:
    """The key of what the caller of the same contact answered to a question of the same kind; of
    his first such answer where several surveys asked him."""
    his, given, plan = survey_response.alias(), survey_answer.alias(), survey_plan.alias()
    return (
        select(given.c.id)
        .join(his, his.c.id == given.c.response_id)
        .join(plan, and_(plan.c.id == his.c.plan_id, plan.c.anonymous.is_(False)))
        .where(
            his.c.interaction_id == _SAID.interaction_id,
            his.c.respondent == CALLER,
            given.c.score_kind == _SCORE.score_kind,
            given.c.value_num.isnot(None),
        )
        .order_by(given.c.id)
        .limit(1)
        .correlate(survey_response, survey_answer)
        .scalar_subquery()
    )


def _asked(question: Question, tenant: int) -> list[ColumnElement[bool]]:
    """The scores that are asked for and may be seen."""
    queue = interaction.c.last_queue
    found = [
        _SAID.tenant_id == tenant,
        _SAID.respondent == AGENT,
        _SCORE.score_kind.in_(tuple(TOP)),
        _SCORE.value_num.isnot(None),
        *between(_SAID.started_at, question),
        *one_of(_WORDING.code, question.surveys),
        *one_of(queue, question.queues),
        *one_of(_SAID.evaluator, question.agents),
    ]
    if question.within is not None:
        within = question.within
        found.append(allowed((_SAID.evaluator, within.agents), (queue, within.queues)))
    return found
