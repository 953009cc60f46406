"""The port `Responses` on SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, and_, or_, select, update

from ivr.runtime.ports.asking.responses import Finished, Given
from ivr.runtime.ports.tickets import SURVEY_ORIGIN
from ivr.store.customers.cards import follow_ups_question, of_number, tickets_question
from ivr.store.outbox_events import Telling, tell
from ivr.store.surveys.invited import load
from ivr.store.tables import (
    customer,
    interaction,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    ticket,
)
from ivr.surveys.model import CALLER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ivr.runtime.ports.asking.responses import News
    from ivr.store.database import Database
    from ivr.store.outbox_events import Receiver

_MINE = survey_response.c
_UNJUDGED = and_(
    _MINE.respondent == CALLER, _MINE.judged_at.is_(None), _MINE.finished_at.is_not(None)
)
RESPONSE = "survey_response"


class SqlResponses:
    """The port `Responses`. receivers: who is told of what."""

    def __init__(
        self, database: Database, receivers: Callable[[], Sequence[Receiver]] = tuple
    ) -> None:
        self._database = database
        self._receivers = receivers

    async def unjudged(self, limit: int) -> Sequence[str]:
        """See the port."""
        question = select(_MINE.public_id).where(_UNJUDGED).order_by(_MINE.id).limit(limit)
        return await self._database.read(lambda it: list(it.scalars(question)))

    async def get(self, response: str) -> Finished | None:
        """See the port."""
        return await self._database.read(lambda it: _finished(it, response))

    async def judged(self, response: str, news: Sequence[News], at: datetime) -> bool:
        """See the port."""

        def job(connection: Connection) -> bool:
            mine = and_(_MINE.public_id == response, _UNJUDGED)
            done = update(survey_response).where(mine).values(judged_at=at)
            tenant = connection.scalar(done.returning(_MINE.tenant_id))
            if tenant is None:
                return False
            telling = Telling(self._receivers(), tenant)
            for each in news:
                tell(connection, each.type, RESPONSE, response, each.data, at, telling=telling)
            return True

        return await self._database.change(job)


def _finished(connection: Connection, response: str) -> Finished | None:
    row = connection.execute(_whole().where(_MINE.public_id == response)).one_or_none()
    known = None if row is None else load(connection, row.invitation)
    if row is None or known is None:
        return None
    invited, whose = known[1], row.customer_id or row.caller_id
    return Finished(
        id=response,
        invited=invited,
        medium=row.medium,
        completion=row.completion,
        answers=_answers(connection, row.id),
        score=row.score,
        score_kind=row.score_kind,
        interaction=row.call or "",
        ticket=row.ticket_number or "",
        queue=row.queue,
        follow_up=_follow_up(connection, whose, row.tenant_id, invited.value),
        anonymous=row.anonymous,
        **_person(connection, whose),
    )


def _whole() -> Select[Any]:
    """Responses with what they hang on."""
    return (
        select(
            survey_response,
            survey_invitation.c.public_id.label("invitation"),
            survey_invitation.c.queue,
            survey_invitation.c.customer_id,
            survey_plan.c.anonymous,
            interaction.c.public_id.label("call"),
            interaction.c.customer_id.label("caller_id"),
            ticket.c.number.label("ticket_number"),
        )
        .join(survey_invitation, survey_invitation.c.id == _MINE.invitation_id)
        .join(survey_plan, survey_plan.c.id == survey_invitation.c.plan_id)
        .outerjoin(interaction, interaction.c.id == survey_invitation.c.interaction_id)
        .outerjoin(ticket, ticket.c.id == survey_invitation.c.ticket_id)
    )


_KNOWN = or_(survey_answer.c.value_num.isnot(None), survey_answer.c.value_text.isnot(None))
"""What was spoken stays out: tickets are for agents, too."""


def _answers(connection: Connection, response: int) -> list[Given]:
    question = (
        select(survey_answer.c.question, survey_answer.c.value_num, survey_answer.c.value_text)
        .where(survey_answer.c.response_id == response, _KNOWN)
        .order_by(survey_answer.c.id)
    )
    return [
        Given(row.question, row.value_num, row.value_text or "")
        for row in connection.execute(question)
    ]


def _person(connection: Connection, key: int | None) -> dict[str, str]:
    """Who it is and how he wants to be reached; nothing of a stranger."""
    wanted = select(customer.c.public_id, customer.c.pref_medium, customer.c.pref_window)
    row = connection.execute(wanted.where(customer.c.id == key)).one_or_none()
    if row is None:
        return dict.fromkeys(("customer", "pref_medium", "pref_window"), "")
    shown = {"pref_medium": row.pref_medium, "pref_window": row.pref_window}
    return {"customer": row.public_id, **shown}


def _follow_up(connection: Connection, whose: int | None, tenant: int, value: str) -> str:
    """The open ticket of an earlier low score: of the customer, or of a number that is nobody's."""
    if whose is not None:
        question = tickets_question(whose)
    elif value:
        question = follow_ups_question(of_number(tenant, value))
    else:
        return ""
    found = connection.execute(question).all()
    mine = (row.number for row in found if row.origin_key.startswith(SURVEY_ORIGIN))
    return next(mine, "")
