"""The port `Texts` on SQLite or PostgreSQL: one transaction per operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.store.tables.texts import MICRO
from ivr.store.texts import incoming, outgoing, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.texts import Counted, Handed, Queued, Report, TextIn, TextNew, TextRow
    from ivr.store.database import Database
    from ivr.store.texts.rows import Desk


class SqlTexts:
    """The port `Texts`. ready: fills in what a new text leaves open, and counts it."""

    def __init__(
        self, database: Database, desk: Desk, ready: Callable[[TextNew], tuple[TextNew, Counted]]
    ) -> None:
        self._database = database
        self._desk = desk
        self._ready = ready

    async def queue(self, new: TextNew, *, tenant: int = 1) -> Queued:
        """See the port."""
        return await self._database.change(lambda it: self.queue_in(it, new, tenant))

    def queue_in(self, connection: Connection, new: TextNew, tenant: int = 1) -> Queued:
        """The same in a transaction that is under way."""
        filled, cost = self._ready(new)
        micros = None if cost.price is None else int(cost.price * MICRO)
        columns = {"parts": cost.parts, "price_micros": micros, "currency": cost.currency}
        return outgoing.queue(connection, self._desk, filled, columns, tenant)

    async def get(self, text: str) -> TextRow | None:
        """See the port."""
        return await self._database.read(lambda it: rows.by_id(it, text))

    async def known(self, origin_key: str, *, tenant: int = 1) -> TextRow | None:
        """See the port."""
        return await self._database.read(lambda it: rows.by_key(it, origin_key, tenant))

    async def trying(self, text: str, at: datetime) -> TextRow | None:
        """See the port."""
        return await self._database.change(lambda it: outgoing.trying(it, text, at))

    async def untried(self, text: str, at: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: outgoing.untried(it, text, at))

    async def handed(self, text: str, handed: Handed, at: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: outgoing.handed(it, text, handed, at))

    async def failed(self, text: str, reason: str, at: datetime, *, code: str = "") -> None:
        """See the port."""
        why = (reason, code)
        await self._database.change(lambda it: outgoing.failed(it, text, why, at))

    async def reported(self, report: Report, *, tenant: int = 1) -> TextRow | None:
        """See the port."""
        return await self._database.change(
            lambda it: outgoing.reported(it, self._desk, report, tenant)
        )

    async def received(self, text: TextIn, *, tenant: int = 1) -> TextRow | None:
        """See the port."""
        return await self._database.change(
            lambda it: incoming.received(it, self._desk, text, tenant)
        )

    async def overdue(self, before: datetime) -> int:
        """See the port."""
        return await self._database.change(lambda it: incoming.overdue(it, self._desk, before))

    async def taken(self, text: str, by: str, at: datetime) -> None:
        """See the port."""
        await self._database.change(lambda it: incoming.taken(it, text, by, at))

    async def thread(self, trunk: str, number: str, limit: int = 50) -> Sequence[TextRow]:
        """See the port."""
        return await self._database.read(lambda it: incoming.thread(it, trunk, number, limit))

    async def adopt(self, trunks: Sequence[str], at: datetime) -> int:
        """See the port."""
        return await self._database.change(lambda it: outgoing.adopt(it, trunks, at))

    async def stranded(self, now: datetime) -> int:
        """See the port."""
        found = await self._database.read(lambda it: outgoing.stranded(it, now))
        if found:
            await self._database.change(lambda it: outgoing.give_up(it, found, now))
        return len(found)
