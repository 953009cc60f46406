"""The port `GroupRates` on SQLite or PostgreSQL."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, and_, func, insert, select

from ivr.store.reports.expressions import Quarter
from ivr.store.tables import survey_invitation, survey_plan, survey_rate
from ivr.surveys.eligibility import ELIGIBLE
from ivr.surveys.invitations import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.store.database import Database

_I, _P, _R = survey_invitation.c, survey_plan.c, survey_rate.c
_QUARTER_S = 900


class SqlGroupRates:
    """The port `GroupRates`."""

    def __init__(self, database: Database, tenant: int = 1) -> None:
        self._database = database
        self._tenant = tenant

    async def contacts(
        self, survey: str, plan: str, begins: Sequence[datetime], until: datetime
    ) -> Mapping[str, Sequence[int]]:
        """See the port."""
        question = self._counted(survey, plan, begins[0], until)
        rows = await self._database.read(lambda it: it.execute(question).all())
        starts = [each.timestamp() for each in begins]
        found: dict[str, list[int]] = {}
        for row in rows:
            weeks = found.setdefault(row.queue, [0] * len(begins))
            weeks[bisect_right(starts, row.quarter * _QUARTER_S) - 1] += row.number
        return found

    def _counted(self, survey: str, plan: str, since: datetime, until: datetime) -> Select[Any]:
        """Contacts by queue and quarter of an hour."""
        quarter = Quarter(_I.created_at)
        unfit = and_(_I.state == State.SUPPRESSED.value, _I.reason.in_(ELIGIBLE))
        return (
            select(_I.queue, quarter.label("quarter"), func.count().label("number"))
            .join(survey_plan, _P.id == _I.plan_id)
            .where(
                *(_P.tenant_id == self._tenant, _P.code == survey, _P.name == plan),
                *(_I.created_at >= since, _I.created_at < until, _I.queue != "", ~unfit),
            )
            .group_by(_I.queue, "quarter")
        )

    async def keep(
        self, survey: str, plan: str, at: datetime, rates: Mapping[str, tuple[float, float]]
    ) -> None:
        """See the port."""

        def job(connection: Connection) -> None:
            key = connection.scalar(self._plan(survey, plan).with_for_update())
            mine = select(_R.stratum).where(_R.plan_id == key, _R.valid_from == at)
            if key is None or not rates or connection.scalar(mine.limit(1)) is not None:
                return
            row = {"plan_id": key, "valid_from": at}
            new = [
                {**row, "stratum": stratum, "rate": rate, "expected": expected}
                for stratum, (rate, expected) in rates.items()
            ]
            connection.execute(insert(survey_rate), new)

        await self._database.change(job)

    async def kept(self, survey: str, plan: str, at: datetime) -> Mapping[str, float]:
        """See the port."""
        key = self._plan(survey, plan).scalar_subquery()
        question = select(_R.stratum, _R.rate).where(_R.plan_id == key, _R.valid_from == at)
        rows = await self._database.read(lambda it: it.execute(question).all())
        return {row.stratum: row.rate for row in rows}

    def _plan(self, survey: str, plan: str) -> Select[Any]:
        """The row in force."""
        return select(_P.id).where(
            *(_P.tenant_id == self._tenant, _P.code == survey, _P.name == plan),
            _P.valid_to.is_(None),
        )
