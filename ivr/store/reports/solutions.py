"""What R19 counts: scores by how long callers waited, and by what became of their matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, or_, select, true

from ivr.reports.model import Fact
from ivr.store.reports.counting import Counting, counted
from ivr.store.reports.surveys import ANSWER, ASKED, KEYS, PLAN, RESPONSE, asked_for
from ivr.store.tables import (
    interaction,
    sla_clock,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    ticket,
    ticket_interaction,
)
from ivr.surveys.scores import BEST, DETRACTORS, TOP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from ivr.reports.model import Question

_KIND, _VALUE = "score_kind", "score_value"
_ORDERED = ("wait", "solved", "first_contact")
"""Keys whose rows have an order, by the number before their name."""
_MS = 1000
_CALL, _TICKET = interaction.c, ticket.c


def scored(connection: Connection, question: Question, tenant: int) -> list[Fact]:
    """Scores of named answers by their contact; with the pairs of which correlations are made."""
    what = Counting(
        source=_source(),
        where=[
            *asked_for(question, tenant),
            ~PLAN.anonymous,
            RESPONSE.respondent == "caller",
            ANSWER.score_kind.in_(tuple(TOP)),
            ANSWER.value_num.isnot(None),
        ],
        at=ASKED.created_at,
        keys={**KEYS, **_keys(), _KIND: ANSWER.score_kind, _VALUE: ANSWER.value_num},
        counts={"times": func.count()},
    )
    wider = replace(question, by=(*question.by, _KIND, _VALUE))
    return [_fact(each, question) for each in counted(connection, what, wider)]


def _source() -> Any:  # noqa: ANN401 - a join
    """Answers with the call that was asked about and its ticket."""
    filed = (
        select(func.min(ticket_interaction.c.ticket_id))
        .where(ticket_interaction.c.interaction_id == ASKED.interaction_id)
        .correlate(survey_invitation)
        .scalar_subquery()
    )
    return (
        survey_invitation.join(survey_plan)
        .join(survey_response, RESPONSE.invitation_id == ASKED.id)
        .join(survey_answer, ANSWER.response_id == RESPONSE.id)
        .outerjoin(interaction, _CALL.id == ASKED.interaction_id)
        .outerjoin(ticket, _TICKET.id == func.coalesce(ASKED.ticket_id, filed))
    )


def _keys() -> Mapping[str, ColumnElement[Any]]:
    waited = _CALL.wait_ms
    late = exists().where(
        sla_clock.c.ticket_id == _TICKET.id,
        sla_clock.c.metric.in_(("resolution", "first_resolution")),
        sla_clock.c.breached_at.isnot(None),
    )
    over = or_(_TICKET.resolved_at.isnot(None), _TICKET.closed_at.isnot(None))
    return {
        "wait": case(
            (waited <= 20 * _MS, "0: 0-20 s"),
            (waited <= 60 * _MS, "1: 20-60 s"),
            (waited <= 180 * _MS, "2: 60-180 s"),
            (waited > 180 * _MS, "3: > 180 s"),
        ),
        "solved": case(
            (and_(over, ~late), "0: in_time"),
            (over, "1: late"),
            (_TICKET.id.isnot(None), "2: not_yet"),
        ),
        "first_contact": case(
            (_CALL.resolved_first.is_(true()), "0: yes"),
            (_CALL.resolved_first.isnot(None), "1: no"),
        ),
    }


def _fact(found: Fact, question: Question) -> Fact:
    *keys, kind, text = found.keys
    value, n = int(text), found.counts["times"]
    top = TOP[kind] <= value <= BEST[kind]
    counts = {f"{kind}_n": n, f"{kind}_top": n * top, f"{kind}_sum": n * value}
    if kind == "nps":
        counts["nps_low"] = n * (value <= DETRACTORS)
    place = next((at for at, name in enumerate(question.keys) if name in _ORDERED), -1)
    if place >= 0 and keys[place]:
        counts[f"{kind}:{keys[place][0]}:{value}"] = n
    return Fact(tuple(keys), counts, found.quarter)
