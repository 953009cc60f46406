"""The port `Alarms` on a database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from ivr.reports.periods import QUARTER_S
from ivr.runtime.ports.alarms import KeptAlarm
from ivr.store.reports.expressions import Quarter, times
from ivr.store.tables import (
    metric_alarm,
    metric_baseline,
    survey_invitation,
    survey_plan,
    survey_response,
    ticket,
)
from ivr.surveys.deviation.baseline import Baseline
from ivr.surveys.deviation.run import OpenAlarm, SeriesKey
from ivr.surveys.deviation.watched import Observation
from ivr.surveys.scores import DETRACTORS, NPS, TOP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, tzinfo

    from ivr.store.database import Database
    from ivr.surveys.deviation.run import Finding

_LEVEL, _ALARM = metric_baseline.c, metric_alarm.c
_ASKED, _PLAN, _SAID = survey_invitation.c, survey_plan.c, survey_response.c
_SERIES = ("plan", "metric", "dims", "unit")
_GOOD = or_(
    and_(_SAID.score_kind == NPS, _SAID.score > DETRACTORS),
    *(
        and_(_SAID.score_kind == kind, _SAID.score >= least)
        for kind, least in TOP.items()
        if kind != NPS
    ),
)


class SqlAlarms:
    """Alarms on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def observations(
        self, since: date, zone: tzinfo, *, tenant: int = 1
    ) -> Sequence[Observation]:
        """See the port."""
        job = partial(_observations, since=since, zone=zone, tenant=tenant)
        return await self._database.read(job)

    async def levels(self, *, tenant: int = 1) -> Mapping[tuple[SeriesKey, date], Baseline]:
        """See the port."""
        question = select(metric_baseline).where(_LEVEL.tenant_id == tenant)
        found = await self._database.read(lambda it: it.execute(question).all())
        return {
            (_key(row), row.season): Baseline(row.since, row.until, row.hits, row.n)
            for row in found
        }

    async def keep_level(
        self, key: SeriesKey, season: date, level: Baseline, at: datetime, *, tenant: int = 1
    ) -> None:
        """See the port."""
        values = {
            **{name: getattr(key, name) for name in _SERIES},
            **{name: getattr(level, name) for name in ("since", "until", "hits", "n")},
            "tenant_id": tenant,
            "season": season,
            "frozen_at": at,
        }

        def keep(connection: Connection) -> None:
            if connection.scalar(_level_of(key, season, tenant)) is None:
                connection.execute(insert(metric_baseline).values(values))

        await self._database.change(keep)

    async def open(self, *, tenant: int = 1) -> Sequence[KeptAlarm]:
        """See the port."""
        question = (
            select(metric_alarm, ticket.c.number.label("number"))
            .outerjoin(ticket, ticket.c.id == _ALARM.ticket_id)
            .where(_ALARM.tenant_id == tenant, _ALARM.closed_at.is_(None))
            .order_by(_ALARM.id)
        )
        found = await self._database.read(lambda it: it.execute(question).all())
        return [
            KeptAlarm(row.public_id, OpenAlarm(_key(row), row.rule, row.window), row.number or "")
            for row in found
        ]

    async def raise_alarm(
        self,
        finding: Finding,
        season: date,
        ticket: str,
        new_id: str,
        at: datetime,
        *,
        tenant: int = 1,
    ) -> bool:
        """See the port."""
        values = {
            **{name: getattr(finding.key, name) for name in _SERIES},
            **{name: getattr(finding, name) for name in ("rule", "value", "n", "p")},
            "tenant_id": tenant,
            "public_id": new_id,
            "window": finding.period.start,
            "dedupe_key": _dedupe(finding),
            "raised_at": at,
        }
        job = partial(_raise, finding=finding, season=season, number=ticket, values=values)
        return await self._database.change(job)

    async def close(self, alarm: str, at: datetime, *, tenant: int = 1) -> None:
        """See the port."""
        key = _ALARM.dedupe_key + "|" + _ALARM.public_id
        over = update(metric_alarm).where(
            _ALARM.tenant_id == tenant, _ALARM.public_id == alarm, _ALARM.closed_at.is_(None)
        )
        job = over.values(closed_at=at, dedupe_key=key)
        await self._database.change(lambda it: it.execute(job))


def _observations(
    connection: Connection, since: date, zone: tzinfo, tenant: int
) -> list[Observation]:
    begin = datetime.combine(since, time(), zone).astimezone(UTC)
    quarter = Quarter(_SAID.started_at)
    keys = (_PLAN.code, _PLAN.name, _SAID.score_kind, _ASKED.queue, _ASKED.category)
    question = (
        select(*keys, quarter.label("quarter"), func.count().label("n"), times(_GOOD).label("hits"))
        .select_from(survey_response)
        .join(survey_invitation, _ASKED.id == _SAID.invitation_id)
        .join(survey_plan, _PLAN.id == _ASKED.plan_id)
        .where(
            _SAID.tenant_id == tenant,
            _SAID.started_at >= begin,
            _SAID.respondent == "caller",
            _SAID.score.isnot(None),
            _SAID.score_kind.in_(tuple(TOP)),
            _PLAN.anonymous.is_(False),
        )
        .group_by(*keys, "quarter")
    )
    counts: Counter[tuple[str, str, date, str, str]] = Counter()
    hits: Counter[tuple[str, str, date, str, str]] = Counter()
    for code, name, kind, queue, category, at, n, good in connection.execute(question):
        day = datetime.fromtimestamp(at * QUARTER_S, zone).date()
        key = (f"{code}/{name}", kind, day, queue, category)
        counts[key] += n
        hits[key] += good
    return [Observation(*key, hits[key], counts[key]) for key in counts]


def _raise(
    connection: Connection, finding: Finding, season: date, number: str, values: dict[str, Any]
) -> bool:
    tenant = values["tenant_id"]
    known = select(_ALARM.id).where(
        _ALARM.tenant_id == tenant, _ALARM.dedupe_key == values["dedupe_key"]
    )
    if connection.scalar(known) is not None:
        return False
    whose = select(ticket.c.id).where(ticket.c.tenant_id == tenant, ticket.c.number == number)
    level = connection.scalar(_level_of(finding.key, season, tenant))
    more = {"baseline_id": level, "ticket_id": connection.scalar(whose) if number else None}
    connection.execute(insert(metric_alarm).values({**values, **more}))
    return True


def _level_of(key: SeriesKey, season: date, tenant: int) -> Any:  # noqa: ANN401 - a Select
    same = (getattr(_LEVEL, name) == getattr(key, name) for name in _SERIES)
    return select(_LEVEL.id).where(_LEVEL.tenant_id == tenant, _LEVEL.season == season, *same)


def _dedupe(finding: Finding) -> str:
    key = finding.key
    return "|".join((key.plan, key.metric, key.dims, key.unit, finding.rule))


def _key(row: Any) -> SeriesKey:  # noqa: ANN401 - a Row
    return SeriesKey(row.plan, row.metric, row.dims, row.unit)
