"""People who may sign in, on a database."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Integer, String, Text, bindparam, delete, select, update

from ivr.domain.errors import PortError, StaleVersionError
from ivr.runtime.ports.desk import Person
from ivr.store.desk.sessions import SqlSessions
from ivr.store.statements import Each
from ivr.store.tables import one_use_link, person
from ivr.store.types import JSON_VALUE
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

_NAME = bindparam("name", type_=String)
_VALUES = {
    "display": bindparam("display", type_=Text),
    "roles": bindparam("roles", type_=JSON_VALUE),
    "teams": bindparam("teams", type_=JSON_VALUE),
    "language": bindparam("language", type_=String),
    "password": bindparam("password", type_=Text),
    "totp": bindparam("totp", type_=Text),
    "totp_step": bindparam("totp_step", type_=BigInteger),
    "recovery": bindparam("recovery", type_=JSON_VALUE),
    "disabled": bindparam("disabled", type_=Boolean),
    "version": bindparam("next", type_=Integer),
}
_ADD = Each(0, person.insert().values(name=_NAME, **_VALUES).returning(person.c.version))
_CHANGE = Each(
    0,
    update(person)
    .where(person.c.name == _NAME, person.c.version == bindparam("known", type_=Integer))
    .values(_VALUES)
    .returning(person.c.version),
)
_REMOVE = Each(0, delete(person).where(person.c.name == _NAME).returning(person.c.name))
_REMOVE_LINKS = Each(1, delete(one_use_link).where(one_use_link.c.person == _NAME))
_TAKEN = Each(0, select(person.c.id).where(person.c.name == _NAME))
_ALL = select(person)
_ONE = select(person).where(person.c.name == _NAME)


class SqlPeople(SqlSessions):
    """The port `People`. What returns a row is alone in its transaction, so that it is its own."""

    async def get(self, name: str) -> Person | None:
        """One person."""
        params = {"name": name}
        row = await self._database.read(lambda it: it.execute(_ONE, params).one_or_none())
        return None if row is None else _person(row)

    async def all(self) -> Sequence[Person]:
        """Everybody, by name; sorted here, since databases sort by rules of their own."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return sorted((_person(row) for row in rows), key=lambda one: one.name)

    async def save(self, person: Person) -> Person:
        """Store a new one, or the next version of a known one. Raises StaleVersionError."""
        row = _row(person)
        statement = _CHANGE if person.version else _ADD
        explain = plainly if person.version else partial(_explain_new, person.name)
        if not await self._database.write([(statement, row)], explain=explain, alone=True):
            raise StaleVersionError(f"person {person.name} is not at version {person.version}")
        return replace(person, version=person.version + 1)

    async def remove(self, name: str) -> bool:
        """Forget a person with links and, by the tables' own rule, sessions."""
        params = {"name": name}
        found = await self._database.write([(_REMOVE, params), (_REMOVE_LINKS, params)], alone=True)
        return bool(found)


def _explain_new(name: str, ask: Ask, reason: str) -> PortError | None:
    """None, and no row to show for it, if the name is known already."""
    return None if ask(_TAKEN, {"name": name}) else plainly(ask, reason)


def _row(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "display": person.display,
        "roles": list(person.roles),
        "teams": list(person.teams),
        "language": person.language,
        "password": person.password,
        "totp": person.totp,
        "totp_step": person.totp_step,
        "recovery": list(person.recovery),
        "disabled": person.disabled,
        "known": person.version,
        "next": person.version + 1,
    }


def _person(row: Row[Any]) -> Person:
    return Person(
        name=row.name,
        display=row.display,
        roles=tuple(row.roles),
        teams=tuple(row.teams),
        language=row.language,
        password=row.password,
        totp=row.totp,
        totp_step=row.totp_step,
        recovery=tuple(row.recovery),
        disabled=row.disabled,
        version=row.version,
    )
