"""The list of agents, on a database."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, bindparam, case, func, literal_column, select, update

from ivr.domain.errors import PortError, StaleVersionError, StoreError
from ivr.runtime.ports.desk import AgentRow
from ivr.store.statements import Each
from ivr.store.tables import agent
from ivr.store.types import JSON_VALUE
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ivr.store.database import Database

_NAME = bindparam("name", type_=String)
_NUMBER = bindparam("number", type_=Integer)
_ZERO = literal_column("0", Integer)
_ONE_MORE = select(func.coalesce(func.max(agent.c.number), _ZERO) + 1).scalar_subquery()
_VALUES = {
    "teams": bindparam("teams", type_=JSON_VALUE),
    "skills": bindparam("skills", type_=JSON_VALUE),
    "certificates": bindparam("certificates", type_=JSON_VALUE),
    "endpoints": bindparam("endpoints", type_=JSON_VALUE),
    "version": bindparam("next", type_=Integer),
}
_ADD = Each(
    0,
    agent.insert()
    .values(name=_NAME, number=case((_NUMBER == _ZERO, _ONE_MORE), else_=_NUMBER), **_VALUES)
    .returning(agent.c.number),
)
_CHANGE = Each(
    0,
    update(agent)
    .where(agent.c.name == _NAME, agent.c.version == bindparam("known", type_=Integer))
    .values(number=case((_NUMBER == _ZERO, agent.c.number), else_=_NUMBER), **_VALUES)
    .returning(agent.c.number),
)
_REMOVE = Each(
    0,
    update(agent)
    .where(agent.c.name == bindparam("who", type_=String))
    .values(name=None, teams=[], skills={}, certificates={}, endpoints={})
    .returning(agent.c.number),
)
_TAKEN = Each(0, select(agent.c.id).where(agent.c.name == _NAME))
_HELD = Each(0, select(agent.c.id).where(agent.c.number == _NUMBER))
_ONE = select(agent).where(agent.c.name == _NAME)
_ALL = select(agent).where(agent.c.name.isnot(None)).order_by(agent.c.number)


class SqlAgents:
    """The port `Agents`. A removed agent leaves a row with nothing but the number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> AgentRow | None:
        """One agent."""
        params = {"name": name}
        row = await self._database.read(lambda it: it.execute(_ONE, params).one_or_none())
        return None if row is None else _agent(row)

    async def all(self) -> Sequence[AgentRow]:
        """All, by number."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return [_agent(row) for row in rows]

    async def save(self, agent: AgentRow) -> AgentRow:
        """Store a new one, or the next version of a known one; number 0 keeps or gives one.

        Raises StaleVersionError, and StoreError if somebody has or had the number.
        """
        statement = _CHANGE if agent.version else _ADD
        found = await self._database.write(
            [(statement, _row(agent))], explain=partial(_explain, agent), alone=True
        )
        if not found:
            raise StaleVersionError(f"agent {agent.name} is not at version {agent.version}")
        return replace(agent, number=int(found[0][0]), version=agent.version + 1)

    async def remove(self, name: str) -> bool:
        """Forget an agent; the number is not given again."""
        return bool(await self._database.write([(_REMOVE, {"who": name})], alone=True))


def _explain(agent: AgentRow, ask: Ask, reason: str) -> PortError | None:
    """None, and no row to show for it, if a new agent's name is known already."""
    if not agent.version and ask(_TAKEN, {"name": agent.name}):
        return None
    if agent.number and ask(_HELD, {"number": agent.number}):
        return StoreError(f"the number {agent.number} is or was another agent's")
    return plainly(ask, reason)


def _row(agent: AgentRow) -> dict[str, Any]:
    return {
        "name": agent.name,
        "number": agent.number,
        "teams": list(agent.teams),
        "skills": dict(agent.skills),
        "certificates": dict(agent.certificates),
        "endpoints": dict(agent.endpoints),
        "known": agent.version,
        "next": agent.version + 1,
    }


def _agent(row: Row[Any]) -> AgentRow:
    return AgentRow(
        name=row.name,
        number=row.number,
        teams=tuple(row.teams),
        skills=row.skills,
        certificates=row.certificates,
        endpoints=row.endpoints,
        version=row.version,
    )
