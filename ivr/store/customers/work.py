"""What every change of a customer needs: the transaction, who does it, and what the house knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.runtime.ports.desk import AuditRow
from ivr.store.desk.audit_in import audit
from ivr.store.outbox_events import Telling, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.runtime.ports.customers import Act
    from ivr.store.outbox_events import Receiver

_IDS = Ulids(SystemClock())


@dataclass(frozen=True, slots=True)
class House:
    """What the house knows. country: of numbers without a code, two letters, "" = none.

    identifier_key: what official numbers are hashed with; none can be kept without it. new_id:
    makes public ids, and is called in the writer's thread only. receivers: who is told of changes.
    """

    country: str = ""
    identifier_key: bytes = field(default=b"", repr=False)
    new_id: Callable[[], str] = _IDS.new
    receivers: Sequence[Receiver] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One operation under way."""

    connection: Connection
    act: Act
    house: House

    @property
    def tenant(self) -> int:
        """Whose customers they are."""
        return self.act.tenant

    @property
    def at(self) -> datetime:
        """The moment that counts for all of it."""
        return self.act.at

    def tell(self, kind: str, customer: str, data: Mapping[str, object]) -> None:
        """Other systems hear of it once the transaction is over. customer: public id."""
        telling = Telling(self.house.receivers, self.tenant)
        tell(self.connection, kind, "customer", customer, data, self.at, telling=telling)

    def audit(self, what: str, about: str, **facts: Any) -> None:  # noqa: ANN401 - plain JSON
        """It is written down, last of all; names of fields and public ids, nothing personal."""
        source = f"request:{self.act.request}" if self.act.request else ""
        row = AuditRow(self.at, self.act.by, what, about, source=source, facts=facts)
        audit(self.connection, row)
