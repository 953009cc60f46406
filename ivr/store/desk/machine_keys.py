"""The keys of programs, on a database."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, bindparam, delete, select

from ivr.domain.errors import PortError, StoreError
from ivr.runtime.ports.desk import KeyRow
from ivr.store.statements import Each, Rows
from ivr.store.tables import machine_key
from ivr.store.types import JSON_VALUE, UTC
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from ivr.store.database import Database

_NAME = bindparam("name", type_=String)
_ADD = Rows(
    0,
    machine_key,
    lambda bind: {
        "key": bind("id", String),
        "name": bind("name", String),
        "digest": bind("digest", String),
        "owner": bind("owner", Text),
        "rights": bind("rights", JSON_VALUE),
        "networks": bind("networks", JSON_VALUE),
        "created_at": bind("created_at", UTC),
        "ends_at": bind("ends_at", UTC),
    },
)
_REMOVE = Each(
    0, delete(machine_key).where(machine_key.c.name == _NAME).returning(machine_key.c.name)
)
_TAKEN = Each(0, select(machine_key.c.id).where(machine_key.c.name == _NAME))
_ONE = select(machine_key).where(machine_key.c.digest == bindparam("digest", type_=String))
_ALL = select(machine_key).order_by(machine_key.c.name)


class SqlMachineKeys:
    """The port `KeyRows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, digest: str) -> KeyRow | None:
        """The key with this hash."""
        params = {"digest": digest}
        row = await self._database.read(lambda it: it.execute(_ONE, params).one_or_none())
        return None if row is None else _key(row)

    async def all(self) -> Sequence[KeyRow]:
        """All, by name."""
        rows = await self._database.read(lambda reader: reader.execute(_ALL).all())
        return sorted((_key(row) for row in rows), key=lambda key: key.name)

    async def add(self, key: KeyRow) -> None:
        """Keep a new one. Raises StoreError if its name is known already."""
        row = {**asdict(key), "rights": list(key.rights), "networks": list(key.networks)}
        await self._database.write([(_ADD, row)], explain=partial(_explain, key), alone=True)

    async def remove(self, name: str) -> bool:
        """Forget a key by its name."""
        return bool(await self._database.write([(_REMOVE, {"name": name})], alone=True))


def _explain(key: KeyRow, ask: Ask, reason: str) -> PortError | None:
    if ask(_TAKEN, {"name": key.name}):
        return StoreError(f"the key {key.name} is known already")
    return plainly(ask, reason)


def _key(row: Row[Any]) -> KeyRow:
    return KeyRow(
        row.key,
        row.name,
        row.digest,
        row.owner,
        tuple(row.rights),
        row.created_at,
        row.ends_at,
        tuple(row.networks),
    )
