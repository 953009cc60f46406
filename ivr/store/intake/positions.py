"""How far each mailbox was read, on a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from ivr.runtime.ports.mail import MailPosition
from ivr.store.tables import mailbox_position

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.store.database import Database

_MINE = mailbox_position.c
_LONGEST = 512


class SqlMailPositions:
    """The port `MailPositions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, mailbox: str) -> MailPosition | None:
        """None if it was never read."""
        question = select(_MINE.uidvalidity, _MINE.uid, _MINE.since)
        mine = question.where(_MINE.mailbox == mailbox[:_LONGEST])
        row = await self._database.read(lambda it: it.execute(mine).one_or_none())
        return None if row is None else MailPosition(*row)

    async def save(self, mailbox: str, position: MailPosition) -> None:
        """Keep it durably, in the place of the earlier one."""
        await self._database.change(lambda it: _save(it, mailbox[:_LONGEST], position))


def _save(connection: Connection, mailbox: str, position: MailPosition) -> None:
    row = {
        "uidvalidity": position.uidvalidity,
        "uid": position.uid,
        "since": position.since,
    }
    same = update(mailbox_position).where(_MINE.mailbox == mailbox).values(row)
    if not connection.execute(same).rowcount:
        connection.execute(insert(mailbox_position).values(mailbox=mailbox, **row))
