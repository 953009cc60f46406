"""The port `ReportMails` on a database: which mails with reports are still to be sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.runtime.ports.reports import ReportMail
from ivr.store.tables import report_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.reports.mailing import Due
    from ivr.store.database import Database

_MINE = report_mail.c
_PENDING = "pending"


class SqlReportMails:
    """Mails with reports, on SQLite or PostgreSQL."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    async def plan(self, name: str, due: Due, to: Sequence[str], *, tenant: int = 1) -> int:
        """See the port."""
        rows = [
            {
                "tenant_id": tenant,
                "public_id": self._new_id(),
                "name": name,
                "recipient": each,
                "due_at": due.at,
                "since": due.since,
                "until": due.until,
                "state": _PENDING,
                "attempts": 0,
                "next_at": due.at,
                "reason": "",
            }
            for each in to
        ]
        return await self._database.change(partial(_add, rows))

    async def take(
        self, now: datetime, until: datetime, limit: int = 20, *, tenant: int = 1
    ) -> Sequence[ReportMail]:
        """See the port."""
        return await self._database.change(partial(_take, now, until, limit, tenant))

    async def settle(
        self, mail: ReportMail, state: str, *, again_at: datetime | None = None, reason: str = ""
    ) -> None:
        """See the port."""
        values: dict[str, Any] = {"state": state, "attempts": mail.attempts + 1, "reason": reason}
        if again_at is not None:
            values["next_at"] = again_at
        asked = update(report_mail).where(_MINE.public_id == mail.id).values(values)
        await self._database.change(lambda it: it.execute(asked))


def _add(rows: Sequence[dict[str, Any]], connection: Connection) -> int:
    """Those that are new."""
    known = connection.dialect.name
    made = sqlite.insert if known == "sqlite" else postgresql.insert
    return sum(
        connection.execute(made(report_mail).values(row).on_conflict_do_nothing()).rowcount
        for row in rows
    )


def _take(
    now: datetime, until: datetime, limit: int, tenant: int, connection: Connection
) -> list[ReportMail]:
    asked = (
        select(report_mail)
        .where(_MINE.tenant_id == tenant, _MINE.state == _PENDING, _MINE.next_at <= now)
        .order_by(_MINE.next_at, _MINE.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(asked).all()
    mine = _MINE.id.in_([row.id for row in rows])
    connection.execute(update(report_mail).where(mine).values(next_at=until))
    return [
        ReportMail(
            id=row.public_id,
            name=row.name,
            to=row.recipient,
            due_at=row.due_at,
            since=row.since,
            until=row.until,
            attempts=row.attempts,
        )
        for row in rows
    ]
