"""Waves as people look at them, with what became of their invitations, and the end of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select, update

from ivr.domain.errors import IllegalTransitionError, NotFoundError
from ivr.runtime.ports.asking.waves import STOPPED, WaveRow
from ivr.store.reports.expressions import times
from ivr.store.reports.surveys import FUNNEL
from ivr.store.tables import survey_invitation, survey_wave
from ivr.store.waves.calls import results
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_W, _I = survey_wave.c, survey_invitation.c
_STAGES = ("invitable", "reached", "started", "completed", "partial")
_SHOWN = (
    *("state", "at", "ends_at", "drawn_at", "looked_at", "eligible", "selected", "placed"),
    *("rate", "reasons", "key", "stopped_at"),
)


def listed(
    connection: Connection, tenant: int, surveys: Sequence[str], before: str, limit: int
) -> list[WaveRow]:
    """The newest first."""
    question = select(survey_wave).where(_W.tenant_id == tenant)
    if surveys:
        question = question.where(_W.code.in_(list(surveys)))
    if before:
        last = select(_W.id).where(_W.tenant_id == tenant, _W.public_id == before)
        question = question.where(_W.id < last.scalar_subquery())
    rows = connection.execute(question.order_by(_W.id.desc()).limit(limit)).all()
    return [_shown(connection, row) for row in rows]


def one(connection: Connection, tenant: int, wave: str) -> WaveRow:
    """By its public id."""
    return _shown(connection, _row(connection, tenant, wave, lock=False))


def stopped(connection: Connection, tenant: int, wave: str, by: str, at: datetime) -> WaveRow:
    """Whoever is scheduled is not asked, and no further invitations are made."""
    row = _row(connection, tenant, wave, lock=True)
    if row.state == STOPPED or row.ends_at <= at:
        raise IllegalTransitionError("this wave is over already")
    values = {"state": STOPPED, "chosen": [], "stopped_by": by, "stopped_at": at}
    connection.execute(update(survey_wave).where(_W.id == row.id).values(values))
    waiting = update(survey_invitation).where(
        _I.plan_id == row.plan_id, _I.wave == row.key, _I.state == State.SCHEDULED.value
    )
    ended = {
        "state": State.SUPPRESSED.value,
        "reason": Reason.PLAN_INACTIVE.value,
        "ended_at": at,
        "version": _I.version + 1,
    }
    connection.execute(waiting.values(ended))
    return one(connection, tenant, wave)


def _row(connection: Connection, tenant: int, wave: str, *, lock: bool) -> Row[Any]:
    mine = select(survey_wave).where(_W.tenant_id == tenant, _W.public_id == wave)
    row = connection.execute(mine.with_for_update() if lock else mine).one_or_none()
    if row is None:
        raise NotFoundError("there is no such wave")
    return row


def _shown(connection: Connection, row: Row[Any]) -> WaveRow:
    mine = (_I.plan_id == row.plan_id, _I.wave == row.key)
    counted = select(_I.state, _I.reason, func.count().label("number")).where(*mine)
    counted = counted.group_by(_I.state, _I.reason)
    stages = {name: times(FUNNEL[name]).label(name) for name in _STAGES}
    funnel = connection.execute(select(*stages.values()).where(*mine)).one()
    states = {(each.state, each.reason): each.number for each in connection.execute(counted)}
    return WaveRow(
        id=row.public_id,
        survey=row.code,
        plan=row.name,
        states=states,
        funnel={name: int(getattr(funnel, name) or 0) for name in _STAGES},
        calls=results(connection, row.plan_id, row.key),
        begun_by=row.begun_by or "",
        stopped_by=row.stopped_by or "",
        **{name: getattr(row, name) for name in _SHOWN},
    )
