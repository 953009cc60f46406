"""The port `SurveyCalls` on SQLite or PostgreSQL, and the rows behind an invitation's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, literal_column, select, update

from ivr.runtime.ports.asking.calls import Day, LiveCallRow
from ivr.store.reports.expressions import times
from ivr.store.tables import survey_call, survey_invitation
from ivr.surveys.invitations import State
from ivr.surveys.model import VOICE
from ivr.surveys.planned.tries import Try

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from ivr.store.database import Database
    from ivr.surveys.planned.tries import Over

_CALL, _MINE = survey_call.c, survey_invitation.c
BY_CALL = and_(_MINE.wave != "", _MINE.medium == VOICE)
"""Invitations whose turn it is to be called; those of a call of theirs have the medium voice too,
and are of no wave."""


class SqlSurveyCalls:
    """The port `SurveyCalls`."""

    def __init__(self, database: Database, tenant: int = 1) -> None:
        self._database = database
        self._tenant = tenant

    async def due(self, now: datetime, limit: int) -> Sequence[str]:
        """See the port."""
        scheduled = _MINE.state == literal_column(f"'{State.SCHEDULED.value}'")
        question = (
            select(_MINE.public_id)
            .where(_MINE.tenant_id == self._tenant, scheduled, _MINE.due_at <= now)
            .where(BY_CALL, ~is_called())
            .order_by(_MINE.due_at, _MINE.id)
            .limit(limit)
        )
        return await self._database.read(lambda it: list(it.scalars(question)))

    async def live(self) -> Sequence[LiveCallRow]:
        """See the port."""
        question = (
            select(_MINE.public_id, _CALL.call, _MINE.state)
            .join(survey_invitation, _MINE.id == _CALL.invitation_id)
            .where(_CALL.tenant_id == self._tenant, _CALL.ended_at.is_(None))
            .order_by(_CALL.id)
        )
        rows = await self._database.read(lambda it: it.execute(question).all())
        return [LiveCallRow(*row) for row in rows]

    async def day(self, since: datetime) -> Day:
        """See the port."""
        sums = (times(_CALL.answered), times(_CALL.abandoned))
        mine = (_CALL.tenant_id == self._tenant, _CALL.placed_at >= since)
        row = await self._database.read(lambda it: it.execute(select(*sums).where(*mine)).one())
        return Day(int(row[0] or 0), int(row[1] or 0))


def is_called() -> ColumnElement[bool]:
    """Whether somebody is being called, for a question about invitations."""
    return exists().where(_CALL.invitation_id == _MINE.id, _CALL.ended_at.is_(None))


def tries_of(connection: Connection, row: Row[Any]) -> tuple[Try, ...]:
    """The calls of an invitation of a wave, the first one first."""
    if not row.wave:
        return ()
    question = select(_CALL.call, _CALL.placed_at, _CALL.ended_at, _CALL.result)
    mine = question.where(_CALL.invitation_id == row.id).order_by(_CALL.id)
    return tuple(Try(*each) for each in connection.execute(mine))


def keep_calls(
    connection: Connection, row: Row[Any], begun: str, over: Over | None, at: datetime
) -> None:
    """Write down a call that is about to be begun ("" = none), and one that is over."""
    if begun:
        new = {"tenant_id": row.tenant_id, "invitation_id": row.id, "call": begun, "result": ""}
        connection.execute(insert(survey_call).values(placed_at=at, **new))
    if over is not None:
        values = {
            "result": over.result.value,
            "answered": over.answered,
            "abandoned": over.abandoned,
            "ended_at": at,
        }
        mine = (_CALL.call == over.call, _CALL.ended_at.is_(None))
        connection.execute(update(survey_call).where(*mine).values(values))


def results(connection: Connection, plan: int, wave: str) -> dict[str, int]:
    """Result -> how many calls of a wave; "" = under way."""
    question = (
        select(_CALL.result, func.count().label("number"))
        .join(survey_invitation, _MINE.id == _CALL.invitation_id)
        .where(_MINE.plan_id == plan, _MINE.wave == wave)
        .group_by(_CALL.result)
        .order_by(_CALL.result)
    )
    return {row.result: int(row.number) for row in connection.execute(question)}
