"""What agents say of their calls, on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, Text, bindparam, select, update

from ivr.runtime.ports.desk import WrapupRow
from ivr.store.statements import Each, Rows
from ivr.store.tables import interaction, wrapup
from ivr.store.types import UTC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from ivr.store.database import Database


def _kept(column: str) -> Rows:
    """One of the two columns is set, the other stays as it is."""

    def columns(bind: Callable[..., Any]) -> Mapping[str, Any]:
        return {
            "call": bind("call", String),
            "agent": bind("agent", String),
            "at": bind("at", UTC),
            column: bind(column, Text),
        }

    return Rows(0, wrapup, columns, replaces=("call", "agent"))


_NOTE, _CODE = _kept("note"), _kept("code")
_OF_CALL = Each(
    1,
    update(interaction)
    .where(interaction.c.public_id == bindparam("call", type_=String))
    .values(wrapup_code=bindparam("code", type_=String)),
)
_OF = select(*(wrapup.c[name] for name in WrapupRow.__dataclass_fields__)).where(
    wrapup.c.call == bindparam("call", type_=String)
)


class SqlWrapups:
    """The port `Wrapups` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, call: str, agent: str, at: datetime, note: str) -> None:
        """Keep a note, in the place of his earlier one."""
        row = {"call": call, "agent": agent, "at": at, "note": note}
        await self._database.write([(_NOTE, row)], alone=True)

    async def code(self, call: str, agent: str, at: datetime, code: str) -> None:
        """Keep the wrap-up code, in the place of an earlier one; the contact has the last one."""
        row = {"call": call, "agent": agent, "at": at, "code": code}
        await self._database.write([(_CODE, row), (_OF_CALL, row)], alone=True)

    async def of(self, call: str) -> Sequence[WrapupRow]:
        """What was said of a call, in the order of the agents' names."""
        params = {"call": call}
        rows = await self._database.read(lambda reader: reader.execute(_OF, params).all())
        return sorted((WrapupRow(*row) for row in rows), key=lambda row: row.agent)
