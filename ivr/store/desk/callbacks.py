"""Promises to call back, on a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Integer, String, Text, bindparam, select, update

from ivr.acd.callbacks import Callback, CallbackState
from ivr.domain.errors import PortError, StaleVersionError, StoreError
from ivr.runtime.ports.desk import CallbackRow
from ivr.store.statements import Each
from ivr.store.tables import callback
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store.database import Database

_KEY = bindparam("promise", type_=String)
_KNOWN = bindparam("known", type_=BigInteger)
_VALUES = {
    "live": bindparam("is_live", type_=Boolean),
    "code": bindparam("its_code", type_=String),
    "identity": bindparam("who", type_=String),
    "queue": bindparam("its_queue", type_=String),
    "state": bindparam("its_state", type_=String),
    "due": bindparam("its_due", type_=BigInteger),
    "attempts": bindparam("tries", type_=Integer),
    "version": bindparam("next", type_=BigInteger),
    "body": bindparam("text", type_=Text),
}
_ADD = Each(
    0,
    callback.insert()
    .values(key=_KEY, shard=bindparam("its_group", type_=String), **_VALUES)
    .returning(callback.c.version),
)
_CHANGE = Each(
    0,
    update(callback)
    .where(callback.c.key == _KEY, callback.c.version == _KNOWN)
    .values(_VALUES)
    .returning(callback.c.version),
)
_TAKEN = Each(0, select(callback.c.id).where(callback.c.key == _KEY))
_ONE = select(callback.c.body).where(callback.c.key == _KEY)
_OPEN = (
    select(callback.c.body)
    .where(callback.c.live, callback.c.shard == bindparam("its_group", type_=String))
    .order_by(callback.c.id)
)
_RECENT = (
    select(callback.c.body).order_by(callback.c.id.desc()).limit(bindparam("most", type_=Integer))
)


class SqlCallbacks:
    """The port `Callbacks`; that one promise is open for each person and queue is an index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, group: str, row: CallbackRow) -> None:
        """Store it where the stored version is one lower (version 1: must be new)."""
        is_new = row.promise.version == 1
        statement = _ADD if is_new else _CHANGE
        explain = partial(_explain, row)
        found = await self._database.write(
            [(statement, _row(group, row))], explain=explain, alone=True
        )
        if not found:
            known = row.promise.version - 1
            raise StaleVersionError(f"promise {row.promise.token} is not at {known}")

    async def get(self, promise: str) -> CallbackRow | None:
        """One promise."""
        params = {"promise": promise}
        text = await self._database.read(lambda reader: reader.scalar(_ONE, params))
        return None if text is None else _read(text)

    async def open(self, group: str) -> Sequence[CallbackRow]:
        """Every promise that is still to be kept, oldest first."""
        params = {"its_group": group}
        texts = await self._database.read(lambda reader: reader.scalars(_OPEN, params).all())
        return [_read(text) for text in texts]

    async def recent(self, limit: int = 100) -> Sequence[CallbackRow]:
        """The newest promises first."""
        params = {"most": limit}
        texts = await self._database.read(lambda reader: reader.scalars(_RECENT, params).all())
        return [_read(text) for text in texts]


def _explain(row: CallbackRow, ask: Ask, reason: str) -> PortError | None:
    """None, and no row to show for it, if a new promise is known already."""
    if row.promise.version == 1 and ask(_TAKEN, {"promise": row.promise.token}):
        return None
    if row.promise.is_open and row.promise.identity:
        return StoreError("another promise to this person is open, or the group is unknown")
    return plainly(ask, reason)


def _row(group: str, row: CallbackRow) -> dict[str, Any]:
    promise = row.promise
    return {
        "promise": promise.token,
        "its_group": group,
        "is_live": promise.is_open,
        "its_code": promise.code,
        "who": promise.identity or None,
        "its_queue": promise.queue,
        "its_state": str(promise.state),
        "its_due": promise.next_ns,
        "tries": promise.tries,
        "known": promise.version - 1,
        "next": promise.version,
        "text": json.dumps(asdict(row), ensure_ascii=False),
    }


def _read(text: str) -> CallbackRow:
    body = json.loads(text)
    promise = body.pop("promise")
    promise["state"] = CallbackState(promise["state"])
    body["skills"] = tuple(body["skills"])
    return CallbackRow(Callback(**promise), **body)
