"""The port `Opinions` on a database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from ivr.runtime.ports.opinions import MOST, AlarmRow, PlanRow, SurveyRow, WordingRow
from ivr.store.surveyed import rows
from ivr.store.surveyed.unlinking import unlink
from ivr.store.tables import metric_alarm, metric_baseline, survey_plan, survey_version, ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.opinions import InvitationPage, ResponsePage, Wanted
    from ivr.store.database import Database

_ALARM, _LEVEL, _PLAN = metric_alarm.c, metric_baseline.c, survey_plan.c
_VERSION = survey_version.c


class SqlOpinions:
    """What surveys found, on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def surveys(self, *, tenant: int = 1) -> Sequence[SurveyRow]:
        """See the port."""
        return await self._database.read(partial(_surveys, tenant=tenant))

    async def invitations(self, wanted: Wanted, *, tenant: int = 1) -> InvitationPage:
        """See the port."""
        return await self._database.read(partial(rows.invitations, wanted=wanted, tenant=tenant))

    async def responses(self, wanted: Wanted, *, tenant: int = 1) -> ResponsePage:
        """See the port."""
        return await self._database.read(partial(rows.responses, wanted=wanted, tenant=tenant))

    async def alarms(
        self, *, survey: str = "", only_open: bool = False, tenant: int = 1
    ) -> Sequence[AlarmRow]:
        """See the port."""
        job = partial(_alarms, survey=survey, only_open=only_open, tenant=tenant)
        return await self._database.read(job)

    async def unlink(self, before: datetime, new_id: Callable[[], str], *, tenant: int = 1) -> int:
        """See the port."""
        job = partial(unlink, before=before, new_id=new_id, tenant=tenant)
        return await self._database.change(job)


def _surveys(connection: Connection, tenant: int) -> list[SurveyRow]:
    plans: dict[str, list[PlanRow]] = {}
    in_force = (_PLAN.tenant_id == tenant, _PLAN.valid_to.is_(None))
    for row in connection.execute(
        select(survey_plan).where(*in_force).order_by(_PLAN.position, _PLAN.name)
    ):
        names = ("name", "position", "definition", "active", "anonymous", "valid_from")
        plan = PlanRow(row.public_id, **{name: getattr(row, name) for name in names})
        plans.setdefault(row.code, []).append(plan)
    newest = select(survey_version).where(_VERSION.tenant_id == tenant)
    by_code: dict[str, list[WordingRow]] = {}
    definitions: dict[str, Mapping[str, Any]] = {}
    for row in connection.execute(newest.order_by(_VERSION.code, _VERSION.id.desc())):
        definitions.setdefault(row.code, row.definition)
        wording = WordingRow(row.hash, row.published_at, row.continues)
        by_code.setdefault(row.code, []).append(wording)
    return [
        SurveyRow(code, definitions[code], tuple(wordings), tuple(plans.get(code, ())))
        for code, wordings in by_code.items()
    ]


def _alarms(connection: Connection, survey: str, only_open: bool, tenant: int) -> list[AlarmRow]:
    question = (
        select(
            metric_alarm,
            _LEVEL.hits.label("level_hits"),
            _LEVEL.n.label("level_n"),
            ticket.c.number.label("ticket"),
        )
        .join(metric_baseline, _LEVEL.id == _ALARM.baseline_id)
        .outerjoin(ticket, ticket.c.id == _ALARM.ticket_id)
        .where(_ALARM.tenant_id == tenant)
        .order_by(_ALARM.id.desc())
        .limit(MOST)
    )
    if survey:
        question = question.where(_ALARM.plan.startswith(f"{survey}/", autoescape=True))
    if only_open:
        question = question.where(_ALARM.closed_at.is_(None))
    names = ("plan", "metric", "dims", "unit", "rule", "window", "value", "n", "p", "level_n")
    return [
        AlarmRow(
            id=row.public_id,
            level=row.level_hits / row.level_n,
            ticket=row.ticket or "",
            raised_at=row.raised_at,
            closed_at=row.closed_at,
            **{name: getattr(row, name) for name in names},
        )
        for row in connection.execute(question)
    ]
