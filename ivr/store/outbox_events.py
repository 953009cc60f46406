"""Telling other systems what happened: written in the transaction of the change itself.

An event gets the next number of what it is about (a ticket, a customer), and one delivery for each
receiver that wants it. Who delivers them, in this order, is no matter of the change.
Source: tickets.md section 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from ivr.domain.plain import plain_text
from ivr.runtime.clock import SystemClock
from ivr.runtime.ids import Ulids
from ivr.store.tables import outbox_delivery, outbox_event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_IDS = Ulids(SystemClock())


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told. endpoint: its name. types: what it wants to hear, () = everything.

    system: the name under which its own changes come in; those are not told back to it.
    """

    endpoint: str
    types: tuple[str, ...] = ()
    system: str = ""

    def wants(self, kind: str, origin: str) -> bool:
        """Whether it is told this kind of event, which came from this system."""
        is_own = bool(origin) and origin in {self.endpoint, self.system}
        return not is_own and (not self.types or kind in self.types)


@dataclass(frozen=True, slots=True)
class Telling:
    """What goes with an event. origin: the system the change came from, "" = one of our own."""

    receivers: Sequence[Receiver] = ()
    tenant: int = 1
    origin: str = ""


SILENT = Telling()
"""Nobody is to be told yet; the event is kept all the same."""


def tell(  # noqa: PLR0913 - an event is six facts and its hearers
    connection: Connection,
    kind: str,
    aggregate: str,
    aggregate_id: str,
    data: Mapping[str, object],
    at: datetime,
    *,
    telling: Telling = SILENT,
    order: str = "",
) -> str:
    """Keep an event such as `ticket.created`, and give its event_id.

    aggregate, aggregate_id: what it is about, `ticket` and its outward id. data: plain JSON. The
    row that the event is about must be locked by this transaction, so that two changes never take
    one number. order: what is told one after another, "" = what is about the same thing. Raises
    StoreError for data that is not plain.
    """
    row = {
        "tenant_id": telling.tenant,
        "event_id": _IDS.new(),
        "type": kind,
        "aggregate": aggregate,
        "aggregate_id": aggregate_id,
        "seq": _next_seq(connection, telling.tenant, aggregate, aggregate_id),
        "payload": plain_text(data, f"the event {kind}"),
        "at": at,
    }
    key = connection.scalar(insert(outbox_event).values(row).returning(outbox_event.c.id))
    delivery = {
        "event_id": key,
        "ordering_key": order or f"{aggregate}:{aggregate_id}",
        "state": "pending",
        "next_at": at,
        "reason": "",
    }
    _deliver(connection, kind, telling, delivery)
    return str(row["event_id"])


def _deliver(
    connection: Connection, kind: str, telling: Telling, delivery: Mapping[str, object]
) -> None:
    """One row for each receiver that wants to hear it."""
    rows = [
        {**delivery, "endpoint": each.endpoint}
        for each in telling.receivers
        if each.wants(kind, telling.origin)
    ]
    if rows:
        connection.execute(insert(outbox_delivery), rows)


def _next_seq(connection: Connection, tenant: int, aggregate: str, aggregate_id: str) -> int:
    newest = select(func.max(outbox_event.c.seq)).where(
        outbox_event.c.tenant_id == tenant,
        outbox_event.c.aggregate == aggregate,
        outbox_event.c.aggregate_id == aggregate_id,
    )
    return (connection.scalar(newest) or 0) + 1
