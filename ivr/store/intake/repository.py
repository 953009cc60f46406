"""The port `Intake` on a database: one transaction per operation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ivr.store.intake import accepting, claiming, origins, rows, settling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.runtime.ports.intake import (
        Accepted,
        Conversion,
        ItemFilter,
        ItemPage,
        ItemRow,
        NewItem,
        Origin,
        Settled,
    )
    from ivr.runtime.ports.tickets import Act
    from ivr.store.customers.work import House
    from ivr.store.database import Database
    from ivr.store.tickets.jobs import Jobs


class SqlIntake:
    """The port `Intake`. jobs: of the tickets of the same database; house: of its customers."""

    def __init__(self, database: Database, jobs: Jobs, house: House) -> None:
        self._database = database
        self._jobs = jobs
        self._house = house

    async def accept(self, new: NewItem, act: Act, *, tenant: int = 1) -> Accepted:
        """Keep it, or give the one that came before."""
        return await self._jobs.write(act, tenant, lambda it: accepting.accept(it, new))

    async def known(self, dedupe_key: str, *, tenant: int = 1) -> ItemRow | None:
        """The item with this key."""
        return await self._database.read(lambda it: rows.by_key(it, dedupe_key, tenant))

    async def get(self, item: str, *, tenant: int = 1) -> ItemRow | None:
        """One item."""
        return await self._database.read(lambda it: rows.by_ref(it, item, tenant))

    async def list(
        self, which: ItemFilter, *, cursor: str = "", limit: int = 50, tenant: int = 1
    ) -> ItemPage:
        """A page, the oldest first."""
        return await self._database.read(lambda it: rows.page(it, which, cursor, limit, tenant))

    async def claim(self, item: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Take it, or renew the lease."""
        return await self._jobs.write(act, tenant, lambda it: claiming.claim(it, item))

    async def release(self, item: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Give it back."""
        return await self._jobs.write(act, tenant, lambda it: claiming.release(it, item))

    async def assign(self, item: str, to: str, act: Act, *, tenant: int = 1) -> ItemRow:
        """Give it to somebody."""
        return await self._jobs.write(act, tenant, lambda it: claiming.assign(it, item, to))

    async def distribute(
        self, people: Mapping[str, Sequence[str]], which: ItemFilter, act: Act, *, tenant: int = 1
    ) -> Sequence[ItemRow]:
        """Give new items to several, evenly."""
        job = partial(claiming.distribute, people=dict(people), which=which)
        return await self._jobs.write(act, tenant, job)

    async def convert(self, item: str, how: Conversion, act: Act, *, tenant: int = 1) -> Settled:
        """Open a ticket with the message on it."""
        house = self._house
        return await self._jobs.write(
            act, tenant, lambda it: settling.convert(it, item, how, house)
        )

    async def append(
        self, item: str, ticket: str, act: Act, *, reopen: bool = False, tenant: int = 1
    ) -> Settled:
        """Put the message on a ticket."""
        job = partial(settling.append, ref=item, number=ticket, reopen=reopen)
        return await self._jobs.write(act, tenant, job)

    async def reject(self, item: str, act: Act, *, spam: bool = False, tenant: int = 1) -> ItemRow:
        """Nothing is done about it."""
        return await self._jobs.write(act, tenant, lambda it: settling.reject(it, item, spam=spam))

    async def expire(self, now: datetime) -> int:
        """What nobody looks at any more is new again."""
        freed = await self._database.change(lambda it: claiming.expire(it, now))
        self._jobs.heard(freed)
        return len(freed)

    async def backlog(self) -> tuple[int, datetime | None]:
        """How many new items there are, and since when."""
        return await self._database.read(rows.backlog)

    async def origin(self, ticket: str, *, tenant: int = 1) -> Origin | None:
        """Where a ticket came from."""
        return await self._jobs.read(tenant, lambda it: origins.origin(it, ticket))

    async def sent(self, article: str, message_id: str, act: Act, *, tenant: int = 1) -> None:
        """An article went out by mail."""
        await self._jobs.write(act, tenant, lambda it: origins.sent(it, article, message_id))

    async def answers(self, sender_norm: str, since: datetime) -> int:
        """How many automatic answers somebody was sent since then."""
        return await self._database.read(lambda it: origins.answers(it, sender_norm, since))

    async def answered(self, sender_norm: str, at: datetime) -> None:
        """One more."""
        await self._database.change(lambda it: origins.answered(it, sender_norm, at))
