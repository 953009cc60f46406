"""Anonymous plans: once an invitation is over, nothing leads from the answer to a person any more.

The customer, his number, the contact, the ticket and the agent go; ids are drawn anew and times
become the noon of their day, for both would find the contact again.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, or_, select, update

from ivr.store.tables import (
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_talk,
)
from ivr.surveys.invitations import State, states_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Row

MOST = 200
_ASKED, _PLAN, _SAID = survey_invitation.c, survey_plan.c, survey_response.c
_OVER = tuple(state for state in State if not states_after(state))
_TIMES = ("created_at", "sent_at", "reached_at", "started_at", "ended_at")
_NOBODY = {
    "customer_id": None,
    "contact_point_id": None,
    "value_norm": None,
    "interaction_id": None,
    "ticket_id": None,
    "token_hash": None,
    "agent": "",
    "due_at": None,
    "expires_at": None,
}


def unlink(connection: Connection, before: datetime, new_id: Callable[[], str], tenant: int) -> int:
    """Take the links out of anonymous invitations that ended before; how many, MOST at most."""
    linked = or_(
        _ASKED.agent != "",
        *(getattr(_ASKED, name).isnot(None) for name, none in _NOBODY.items() if none is None),
    )
    unjudged = select(_SAID.invitation_id).where(
        _SAID.invitation_id.isnot(None), _SAID.judged_at.is_(None)
    )
    question = (
        select(survey_invitation)
        .join(survey_plan, _PLAN.id == _ASKED.plan_id)
        .where(
            _ASKED.tenant_id == tenant,
            _PLAN.anonymous.is_(True),
            _ASKED.state.in_((*_OVER, State.MISSED)),
            _ASKED.created_at < before,
            _ASKED.id.not_in(unjudged),
            linked,
        )
        .order_by(_ASKED.id)
        .limit(MOST)
    )
    rows = connection.execute(question).all()
    for row in rows:
        _unlink(connection, row, new_id)
    return len(rows)


def _unlink(
    connection: Connection, row: Row[tuple[object, ...]], new_id: Callable[[], str]
) -> None:
    noon = _noon(row.created_at)
    times = {name: noon for name in _TIMES if getattr(row, name) is not None}
    same = update(survey_invitation).where(_ASKED.id == row.id)
    connection.execute(same.values({**_NOBODY, **times, "public_id": new_id()}))
    connection.execute(delete(survey_talk).where(survey_talk.c.invitation_id == row.id))
    said = select(survey_response).where(_SAID.invitation_id == row.id)
    for response in connection.execute(said).all():
        moments = {name: noon for name in ("started_at", "finished_at") if getattr(response, name)}
        values = {**moments, "interaction_id": None, "public_id": new_id(), "judged_at": noon}
        connection.execute(update(survey_response).where(_SAID.id == response.id).values(values))
        mine = update(survey_answer).where(survey_answer.c.response_id == response.id)
        connection.execute(mine.values(at=noon, input_raw=None))


def _noon(at: datetime) -> datetime:
    """Of its day, UTC: the same day nearly everywhere."""
    return at.combine(at.date(), time(12), at.tzinfo)
