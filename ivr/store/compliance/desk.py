"""What every operation here needs: the transaction, who does it, and what the house knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ivr.runtime.ports.desk import AuditRow
from ivr.store.desk.audit_in import audit
from ivr.store.outbox_events import Telling, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.customers import Act
    from ivr.store.compliance.pseudonyms import Pseudonyms
    from ivr.store.database import Database
    from ivr.store.outbox_events import Receiver

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """What the house knows. country: of numbers without a code. receivers: who is told of things.

    choices: names of the fields of forms that have fixed answers, which reports count.
    """

    pseudonyms: Pseudonyms
    new_id: Callable[[], str]
    country: str = ""
    receivers: Callable[[], Sequence[Receiver]] = tuple
    choices: Callable[[], frozenset[str]] = frozenset


@dataclass(frozen=True, slots=True)
class Work:
    """One operation under way."""

    connection: Connection
    act: Act
    office: Office

    @property
    def tenant(self) -> int:
        """Whose it is."""
        return self.act.tenant

    @property
    def at(self) -> datetime:
        """The moment that counts for all of it."""
        return self.act.at

    def lasting(self, value: str) -> str:
        """The pseudonym of a number that outlives its customer."""
        return self.office.pseudonyms.lasting(self.tenant, value)

    def tell(self, kind: str, about: tuple[str, str], data: Mapping[str, object]) -> str:
        """Other systems hear of it; gives the event's id. about: what kind of thing, and which."""
        telling = Telling(tuple(self.office.receivers()), self.tenant)
        return tell(self.connection, kind, *about, data, self.at, telling=telling)

    def audit(self, what: str, about: str, why: str = "", **facts: Any) -> None:  # noqa: ANN401
        """It is written down: names of fields, counts and public ids, nothing personal."""
        source = f"request:{self.act.request}" if self.act.request else ""
        audit(self.connection, AuditRow(self.at, self.act.by, what, about, why, source, facts))


class Jobs:
    """Runs operations in transactions of a database."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database = database
        self._office = office

    async def _change(self, act: Act, job: Callable[[Work], T]) -> T:
        office = self._office
        return await self._database.change(lambda it: job(Work(it, act, office)))
