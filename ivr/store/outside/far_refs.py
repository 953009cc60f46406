"""What other systems call our tickets and articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.store.tables import external_ref, ticket, ticket_article

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from ivr.runtime.ports.far.refs import Entity
    from ivr.store.database import Database

_TABLES = {"ticket": ticket, "article": ticket_article}
_MINE = external_ref.c


class SqlFarRefs:
    """The port `FarRefs` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, system: str, entity: Entity, refs: Sequence[str], *, tenant: int = 1
    ) -> Mapping[str, str]:
        """See the port."""
        table = _TABLES[entity]
        question = (
            select(table.c.public_id, _MINE.external_id)
            .join(table, table.c.id == _MINE.entity_id)
            .where(_MINE.tenant_id == tenant, _MINE.system == system, _MINE.entity == entity)
            .where(table.c.tenant_id == tenant, table.c.public_id.in_(refs))
        )
        found = await self._database.read(lambda it: it.execute(question).all())
        return {row.public_id: row.external_id for row in found}

    async def ours(
        self, system: str, entity: Entity, far_id: str, *, tenant: int = 1
    ) -> str | None:
        """See the port."""
        table = _TABLES[entity]
        question = (
            select(table.c.public_id)
            .join(external_ref, table.c.id == _MINE.entity_id)
            .where(_MINE.tenant_id == tenant, _MINE.system == system, _MINE.entity == entity)
            .where(table.c.tenant_id == tenant, _MINE.external_id == far_id)
        )
        return await self._database.read(lambda it: it.scalar(question))

    async def keep(
        self,
        system: str,
        entity: Entity,
        ref: str,
        far_id: str,
        at: datetime,
        *,
        tenant: int = 1,
    ) -> None:
        """See the port."""
        key = {"tenant_id": tenant, "system": system, "entity": entity}
        await self._database.change(lambda it: _keep(it, key, ref, {"far": far_id, "at": at}))

    async def known(
        self, system: str, entity: Entity, far_ids: Sequence[str], *, tenant: int = 1
    ) -> frozenset[str]:
        """See the port."""
        question = select(_MINE.external_id).where(
            *(_MINE.tenant_id == tenant, _MINE.system == system, _MINE.entity == entity),
            _MINE.external_id.in_(far_ids),
        )
        return frozenset(await self._database.read(lambda it: list(it.scalars(question))))

    async def agreed(self, system: str, ticket: str, *, tenant: int = 1) -> str:
        """See the port."""
        question = select(_MINE.agreed).where(*_of(system, ticket, tenant))
        return await self._database.read(lambda it: it.scalar(question)) or ""

    async def agree(self, system: str, ticket: str, what: str, *, tenant: int = 1) -> None:
        """See the port."""
        same = update(external_ref).where(*_of(system, ticket, tenant)).values(agreed=what)
        await self._database.change(lambda it: it.execute(same))


def _of(system: str, ref: str, tenant: int) -> tuple[ColumnElement[bool], ...]:
    whose = select(ticket.c.id).where(ticket.c.public_id == ref, ticket.c.tenant_id == tenant)
    kind = (_MINE.tenant_id == tenant, _MINE.system == system, _MINE.entity == "ticket")
    return (*kind, _MINE.entity_id == whose.scalar_subquery())


def _keep(
    connection: Connection, key: Mapping[str, object], ref: str, said: Mapping[str, object]
) -> None:
    table = _TABLES[str(key["entity"])]
    mine = (table.c.public_id == ref, table.c.tenant_id == key["tenant_id"])
    row_id = connection.scalar(select(table.c.id).where(*mine))
    if row_id is None:
        raise NotFoundError(f"there is no {key['entity']} {ref}")
    same = [_MINE[name] == value for name, value in key.items()]
    taken = select(_MINE.entity_id).where(*same, _MINE.external_id == said["far"])
    whose = connection.scalar(taken)
    if whose not in {None, row_id}:
        raise NotValidError(f"{key['system']} calls another {key['entity']} of ours so")
    columns = {"external_id": said["far"], "at": said["at"]}
    known = update(external_ref).where(*same, _MINE.entity_id == row_id).values(columns)
    if not connection.execute(known).rowcount:
        connection.execute(insert(external_ref).values(**key, **columns, entity_id=row_id, etag=""))
