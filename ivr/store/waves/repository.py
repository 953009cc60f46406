"""The port `Waves` on SQLite or PostgreSQL: one transaction per operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.ports.asking.waves import DRAWING, Begun
from ivr.store.tables import survey_plan, survey_version, survey_wave
from ivr.store.waves.candidates import candidates, members
from ivr.store.waves.listing import listed, one, stopped
from ivr.store.waves.placing import begin, place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.asking.waves import Place, WaveNew, WaveRow
    from ivr.store.database import Database
    from ivr.surveys.planned.drawing import Candidate
    from ivr.surveys.planned.placing import Member

_W, _P, _V = survey_wave.c, survey_plan.c, survey_version.c


class SqlWaves:
    """The port `Waves`."""

    def __init__(self, database: Database, tenant: int = 1) -> None:
        self._database = database
        self._tenant = tenant

    async def since(self, survey: str, plan: str, *, halted: bool = False) -> datetime | None:
        """See the port."""
        question = (
            select(_P.valid_from, _P.valid_to, _P.active)
            .where(_P.tenant_id == self._tenant, _P.code == survey, _P.name == plan)
            .order_by(_P.valid_from.desc())
        )
        rows = await self._database.read(lambda it: it.execute(question).all())
        if not rows or rows[0].valid_to is not None or not (rows[0].active or halted):
            return None
        first: datetime = rows[0].valid_from
        for row in rows[1:]:
            if row.valid_to != first:
                break
            first = row.valid_from
        return first

    async def is_drawn(self, survey: str, plan: str, key: str) -> bool:
        """See the port."""
        question = select(_W.id).where(
            *(_W.tenant_id == self._tenant, _W.code == survey, _W.name == plan, _W.key == key)
        )
        return await self._database.read(lambda it: it.scalar(question)) is not None

    async def candidates(
        self, after: int, limit: int, records: Collection[str] = ()
    ) -> Sequence[Candidate]:
        """See the port."""
        return await self._database.read(
            lambda it: candidates(it, self._tenant, after, limit, records)
        )

    async def begin(self, new: WaveNew, at: datetime) -> bool:
        """See the port."""
        return await self._database.change(lambda it: begin(it, self._tenant, new, at))

    async def get(self, wave: str) -> WaveRow:
        """See the port."""
        return await self._database.read(lambda it: one(it, self._tenant, wave))

    async def begun(self) -> Sequence[Begun]:
        """See the port."""
        question = (
            select(
                survey_wave,
                _P.definition.label("plan_definition"),
                _V.definition.label("definition"),
            )
            .join(survey_plan, _P.id == _W.plan_id)
            .join(survey_version, _V.id == _W.version_id)
            .where(_W.state == DRAWING, _W.tenant_id == self._tenant)
            .order_by(_W.id)
        )
        rows = await self._database.read(lambda it: it.execute(question).all())
        return [
            Begun(
                id=row.public_id,
                plan=row.plan_id,
                version=row.version_id,
                plan_name=row.name,
                plan_definition=row.plan_definition,
                definition=row.definition,
            )
            for row in rows
        ]

    async def place(
        self, wave: str, decide: Place, limit: int, at: datetime, new_id: Callable[[], str]
    ) -> bool:
        """See the port."""
        return await self._database.change(lambda it: place(it, wave, decide, limit, at, new_id))

    async def members(self, keys: Sequence[int]) -> Mapping[int, Member]:
        """See the port."""
        return await self._database.read(lambda it: members(it, keys))

    async def list(
        self, surveys: Sequence[str] = (), before: str = "", limit: int = 50
    ) -> Sequence[WaveRow]:
        """See the port."""
        return await self._database.read(
            lambda it: listed(it, self._tenant, surveys, before, limit)
        )

    async def stop(self, wave: str, by: str, at: datetime) -> WaveRow:
        """See the port."""
        return await self._database.change(lambda it: stopped(it, self._tenant, wave, by, at))
