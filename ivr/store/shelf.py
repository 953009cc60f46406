"""The shelf of published flow versions: a call ends on the sources it began with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, LargeBinary, String, Text, bindparam, select

from ivr.store.statements import Each, Rows, Write
from ivr.store.tables import flow_file, flow_version
from ivr.store.writer import Ask, plainly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.errors import PortError
    from ivr.store.database import Database

_VERSION = Rows(
    0,
    flow_version,
    lambda bind: {"flow_hash": bind("flow_hash", String), "flow": bind("flow", Text)},
)
_FILE = Rows(
    1,
    flow_file,
    lambda bind: {
        "flow_version_id": select(flow_version.c.id)
        .where(flow_version.c.flow_hash == bind("flow_hash", String))
        .scalar_subquery(),
        "path": bind("path", Text),
        "body": bind("body", LargeBinary),
    },
)
_KNOWN_VERSION = select(flow_version.c.id).where(
    flow_version.c.flow_hash == bindparam("flow_hash", type_=String)
)
_KNOWN = Each(0, _KNOWN_VERSION)
_FILES = (
    select(flow_file.c.path, flow_file.c.body)
    .where(flow_file.c.flow_version_id == bindparam("id"))
    .order_by(flow_file.c.path)
)


class SqlShelf:
    """The shelf on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, flow_hash: str, flow: str, files: Mapping[str, bytes]) -> None:
        """Keep the sources of a version; saving it again changes nothing."""
        if await self.get(flow_hash) is not None:
            return
        writes: list[Write] = [(_VERSION, {"flow_hash": flow_hash, "flow": flow})]
        writes += [
            (_FILE, {"flow_hash": flow_hash, "path": path, "body": body})
            for path, body in sorted(files.items())
        ]
        await self._database.write(
            writes,
            explain=partial(_explain, flow_hash),
            alone=True,
            size_bytes=sum(len(body) for body in files.values()),
        )

    async def get(self, flow_hash: str) -> Mapping[str, bytes] | None:
        """The sources of a version."""
        return await self._database.read(partial(_get, flow_hash))


def _explain(flow_hash: str, ask: Ask, reason: str) -> PortError | None:
    if ask(_KNOWN, {"flow_hash": flow_hash}):
        return None
    return plainly(ask, reason)


def _get(flow_hash: str, reader: Connection) -> dict[str, bytes] | None:
    known = reader.scalar(_KNOWN_VERSION, {"flow_hash": flow_hash})
    if known is None:
        return None
    return {row.path: row.body for row in reader.execute(_FILES, {"id": known})}
