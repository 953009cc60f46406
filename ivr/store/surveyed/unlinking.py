"""Anonymous plans: once an invitation is over, nothing leads from the answer to a person any more.

The customer, his number, the contact, the ticket and the agent go; ids and keys are drawn anew,
times become the noon of their day, and how fast somebody answered is forgotten: each would find the
contact again, beside the journal of calls or the rows before and after.
"""

from __future__ import annotations

import secrets
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, func, insert, or_, select, update

from ivr.runtime.ports.opinions import MOST
from ivr.store.tables import (
    interaction,
    survey_answer,
    survey_invitation,
    survey_plan,
    survey_response,
    survey_talk,
)
from ivr.surveys.invitations import State, states_after

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Row

NO_CALL_LASTS = timedelta(days=1)
"""A call without an end is one that was lost with its server."""
_KEYS = 2**62
_ASKED, _PLAN, _SAID = survey_invitation.c, survey_plan.c, survey_response.c
_GIVEN = survey_answer.c
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
_UNTIMED = {"input_raw": None, "latency_ms": None, "tries": 1, "recording": None}


def unlink(connection: Connection, before: datetime, new_id: Callable[[], str], tenant: int) -> int:
    """Take the links out of anonymous invitations that ended before, and whose call did; how many,
    MOST at most. While a call goes on its rows say that it was decided, and what is asked."""
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
        .outerjoin(interaction, interaction.c.id == _ASKED.interaction_id)
        .where(
            _ASKED.tenant_id == tenant,
            _PLAN.anonymous.is_(True),
            _ASKED.state.in_((*_OVER, State.MISSED)),
            func.coalesce(_ASKED.ended_at, _ASKED.created_at) < before,
            or_(
                interaction.c.id.is_(None),
                interaction.c.ended_at < before,
                interaction.c.started_at < before - NO_CALL_LASTS,
            ),
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


def _unlink(connection: Connection, row: Row[Any], new_id: Callable[[], str]) -> None:
    """Copy the rows under new keys and take the old ones out."""
    noon = _noon(row.created_at)
    values = {**_NOBODY, **_noons(row, _TIMES, noon), "public_id": new_id()}
    moved = _moved(connection, survey_invitation, row, values)
    said = select(survey_response).where(_SAID.invitation_id == row.id)
    for response in connection.execute(said).all():
        _unlink_response(connection, response, moved, noon, new_id)
    connection.execute(delete(survey_talk).where(survey_talk.c.invitation_id == row.id))
    connection.execute(delete(survey_invitation).where(_ASKED.id == row.id))


def _unlink_response(
    connection: Connection,
    row: Row[Any],
    invitation: int,
    noon: datetime,
    new_id: Callable[[], str],
) -> None:
    values = {
        **_noons(row, ("started_at", "finished_at"), noon),
        "invitation_id": invitation,
        "interaction_id": None,
        "public_id": new_id(),
        "judged_at": noon,
    }
    moved = _moved(connection, survey_response, row, values)
    mine = select(_GIVEN.id).where(_GIVEN.response_id == row.id)
    for answer in list(connection.scalars(mine)):
        own = {**_UNTIMED, "id": _key(), "response_id": moved, "at": noon}
        connection.execute(update(survey_answer).where(_GIVEN.id == answer).values(own))
    connection.execute(delete(survey_response).where(_SAID.id == row.id))


def _moved(connection: Connection, table: Table, row: Row[Any], values: dict[str, Any]) -> int:
    """The key of its copy with other values."""
    key = _key()
    connection.execute(insert(table).values({**row._asdict(), **values, "id": key}))
    return key


def _key() -> int:
    """Keys that count up would name the calls before and after. Below zero, where databases give
    out none."""
    return -1 - secrets.randbelow(_KEYS)


def _noons(row: Row[Any], names: Sequence[str], noon: datetime) -> dict[str, Any]:
    return {name: noon for name in names if getattr(row, name) is not None}


def _noon(at: datetime) -> datetime:
    """Of its day, UTC: the same day nearly everywhere."""
    return at.combine(at.date(), time(12), at.tzinfo)
