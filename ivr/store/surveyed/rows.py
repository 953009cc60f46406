"""Invitations and answers one by one, those of anonymous plans left out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, exists, func, or_, select

from ivr.runtime.ports.opinions import (
    MOST,
    AnswerRow,
    InvitationPage,
    InvitationRow,
    ResponsePage,
    ResponseRow,
    SpokenRow,
)
from ivr.runtime.ports.recorded.recordings import READY
from ivr.store.reports.counting import allowed, in_category, one_of
from ivr.store.tables import (
    customer,
    interaction,
    recording,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_version,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from ivr.runtime.ports.opinions import Wanted

ASKED, PLAN, ANSWER = survey_invitation.c, survey_plan.c, survey_answer.c
RESPONSE, SOUND = survey_response.c, recording.c
_IN_WORDS = or_(func.length(ANSWER.value_text) > 0, ANSWER.recording.isnot(None))
_HEARD = (
    *(SOUND.state, SOUND.words, SOUND.counted_ms, SOUND.duration_ms, SOUND.partial),
    SOUND.at.label("heard_at"),
)
_SHOWN = (
    PLAN.code.label("survey"),
    PLAN.name.label("plan"),
    func.substr(survey_version.c.hash, 1, 8).label("wording"),
    ASKED.locale.label("language"),
    *(ASKED.queue, ASKED.category, ASKED.agent, ASKED.rate),
    interaction.c.public_id.label("contact"),
    customer.c.public_id.label("customer"),
)
_INVITATION = tuple(InvitationRow.__dataclass_fields__)
_RESPONSE = tuple(name for name in ResponseRow.__dataclass_fields__ if name != "answers")


def invitations(connection: Connection, wanted: Wanted, tenant: int) -> InvitationPage:
    """A page of them."""
    own = (ASKED.state, ASKED.reason, ASKED.medium, ASKED.created_at, ASKED.sent_at)
    times = (ASKED.reached_at, ASKED.started_at, ASKED.ended_at)
    question = _joined(
        select(ASKED.id.label("key"), ASKED.public_id.label("id"), *own, *times, *_SHOWN)
    )
    filters = _filters(wanted, tenant, ASKED.created_at)
    question = question.where(*filters, *_after(ASKED.id, wanted))
    found = connection.execute(_paged(question, ASKED.id, wanted)).all()
    rows, following = _cut(found, wanted)
    return InvitationPage([InvitationRow(**_named(row, _INVITATION)) for row in rows], following)


def responses(connection: Connection, wanted: Wanted, tenant: int) -> ResponsePage:
    """A page of them, with their answers."""
    own = (RESPONSE.medium, RESPONSE.completion, RESPONSE.score, RESPONSE.score_kind)
    times = (RESPONSE.started_at, RESPONSE.finished_at)
    question = _joined(
        select(RESPONSE.id.label("key"), RESPONSE.public_id.label("id"), *own, *times, *_SHOWN)
    ).join(survey_response, RESPONSE.invitation_id == ASKED.id)
    at = RESPONSE.started_at if wanted.answered else ASKED.created_at
    question = question.where(*_filters(wanted, tenant, at), *_after(RESPONSE.id, wanted))
    question = question.where(
        RESPONSE.respondent == "caller", *one_of(RESPONSE.score_kind, wanted.kinds)
    )
    if wanted.comments:
        question = question.where(exists().where(ANSWER.response_id == RESPONSE.id, _IN_WORDS))
    if wanted.lowest:
        question = question.where(RESPONSE.score.isnot(None)).order_by(RESPONSE.score)
    found = connection.execute(_paged(question, RESPONSE.id, wanted)).all()
    rows, following = _cut(found, wanted)
    answers = _answers(connection, [row.key for row in rows])
    made = [
        ResponseRow(**_named(row, _RESPONSE), answers=tuple(answers.get(row.key, ())))
        for row in rows
    ]
    return ResponsePage(made, "" if wanted.lowest else following)


def _joined(question: Select[Any]) -> Select[Any]:
    return (
        question.select_from(survey_invitation)
        .join(survey_plan, PLAN.id == ASKED.plan_id)
        .join(survey_version, survey_version.c.id == ASKED.version_id)
        .outerjoin(interaction, interaction.c.id == ASKED.interaction_id)
        .outerjoin(customer, customer.c.id == ASKED.customer_id)
    )


def _filters(wanted: Wanted, tenant: int, at: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    found = [
        ASKED.tenant_id == tenant,
        PLAN.anonymous.is_(False),
        at >= wanted.since,
        at < wanted.until,
        *one_of(PLAN.code, wanted.surveys),
        *one_of(PLAN.name, wanted.plans),
        *one_of(ASKED.state, wanted.states),
        *one_of(ASKED.reason, wanted.reasons),
        *one_of(ASKED.queue, wanted.queues),
        *one_of(ASKED.agent, wanted.agents),
        *one_of(ASKED.medium, wanted.media),
        *in_category(ASKED.category, wanted.categories),
    ]
    if wanted.within is not None:
        within = wanted.within
        found.append(allowed((ASKED.agent, within.agents), (ASKED.queue, within.queues)))
    return found


def _after(key: ColumnElement[int], wanted: Wanted) -> list[ColumnElement[bool]]:
    return [key < int(wanted.cursor)] if wanted.cursor else []


def _paged(question: Select[Any], key: ColumnElement[int], wanted: Wanted) -> Select[Any]:
    limit = max(1, min(wanted.limit, MOST))
    return question.order_by(key.desc()).limit(limit + 1)


def _cut(found: Sequence[Row[Any]], wanted: Wanted) -> tuple[Sequence[Row[Any]], str]:
    limit = max(1, min(wanted.limit, MOST))
    rows = found[:limit]
    return rows, str(rows[-1].key) if len(found) > limit else ""


def _answers(connection: Connection, keys: Sequence[int]) -> dict[int, list[AnswerRow]]:
    question = (
        select(survey_answer, *_HEARD)
        .outerjoin(recording, SOUND.public_id == ANSWER.recording)
        .where(ANSWER.response_id.in_(keys))
        .order_by(ANSWER.response_id)
    )
    found = connection.execute(question.order_by(ANSWER.at, ANSWER.id)).all()
    return {
        key: [
            AnswerRow(
                row.question,
                row.score_kind,
                row.value_num,
                row.value_text or "",
                row.latency_ms,
                row.tries,
                _spoken(row),
            )
            for row in group
        ]
        for key, group in groupby(found, key=lambda row: int(row.response_id))
    }


def _spoken(row: Row[Any]) -> SpokenRow | None:
    if row.state is None:
        return None
    length_ms = row.counted_ms if row.duration_ms is None else row.duration_ms
    known = (row.recording, row.state, row.heard_at, length_ms / 1000, row.words)
    return SpokenRow(*known, partial=row.state == READY and row.partial)


def _named(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    """Columns by name; a contact or a customer that is none is an empty text."""
    found = {name: getattr(row, name) for name in names}
    return found | {name: found[name] or "" for name in ("contact", "customer")}
