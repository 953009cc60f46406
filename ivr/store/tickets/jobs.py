"""Running operations on tickets: each is one transaction with the rules of its moment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.tickets import Act
from ivr.store.tickets.operation import Operation, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from ivr.runtime.ports.tickets import Rules, Touched
    from ivr.store.database import Database
    from ivr.store.outbox_events import Receiver
    from ivr.store.tickets.operation import Published

_T = TypeVar("_T")
Hears: TypeAlias = "Callable[[Sequence[Touched]], None]"
_READER = Act("server", datetime.min.replace(tzinfo=UTC))


def _nobody(_touched: Sequence[Touched]) -> None:
    return None


class Jobs:
    """Runs functions over an Operation in transactions of the database.

    rules: what is published now. receivers: systems that are told of changes; both asked for with
    every operation. new_id: makes public ids. hears: is told in this process what was changed, once
    it is durable.
    """

    def __init__(
        self,
        database: Database,
        rules: Rules,
        *,
        receivers: Callable[[], Sequence[Receiver]] = tuple,
        new_id: Callable[[], str] | None = None,
        hears: Hears = _nobody,
    ) -> None:
        self._database = database
        self._rules = rules
        self._receivers = receivers
        self._hears = hears
        self._new_id = new_id or Ulids(SystemClock()).new
        self._published: Published | None = None

    async def write(self, act: Act, tenant: int, job: Callable[[Operation], _T]) -> _T:
        """Run it in one durable transaction; what it raises undoes it."""
        operation = self._operation(act, tenant)
        made: list[Operation] = []

        def run(connection: Connection) -> _T:
            made.append(operation(connection))
            return job(made[-1])

        result = await self._database.change(run)
        self.heard(made[-1].touched)  # of a job that was begun again only the last try counts
        return result

    def heard(self, touched: Sequence[Touched]) -> None:
        """These were changed: whoever listens hears of it now."""
        if touched:
            self._hears(touched)

    async def read(self, tenant: int, question: Callable[[Operation], _T]) -> _T:
        """Ask on a connection that cannot write."""
        operation = self._operation(_READER, tenant)
        return await self._database.read(lambda it: question(operation(it)))

    async def ask(self, question: Callable[[Connection], _T]) -> _T:
        """Ask about all tenants at once."""
        return await self._database.read(question)

    def _operation(self, act: Act, tenant: int) -> Callable[[Connection], Operation]:
        published = self._published = publish(self._rules(), self._published)
        receivers = tuple(self._receivers())
        return partial(_operation, (tenant, act), published, self._new_id, receivers)


def _operation(
    whose: tuple[int, Act],
    published: Published,
    new_id: Callable[[], str],
    receivers: Sequence[Receiver],
    connection: Connection,
) -> Operation:
    return Operation(connection, whose[0], published, whose[1], new_id, receivers)
