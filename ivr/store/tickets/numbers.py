"""Serial numbers of tickets: one row per tenant and year, counted up in the ticket's transaction.

Whoever opens a ticket holds the row until his transaction ends, so numbers have no gaps: what is
undone was never counted.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.store.tables import number_sequence
from ivr.tickets.numbering import nearly_used_up, number_of, prefix, width_of

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection

_LOG = logging.getLogger(__name__)


def lock_year(connection: Connection, tenant: int, at: datetime, zone: tzinfo) -> int:
    """Wait for everybody else who opens a ticket of this tenant; gives the year's two digits."""
    year = prefix(at, zone)
    if not _held(connection, tenant, year):
        _begin(connection, tenant, year)
        _held(connection, tenant, year)
    return year


def next_number(connection: Connection, tenant: int, year: int) -> str:
    """The next number of a locked year. One WARNING in the log as a width runs out."""
    sequence = number_sequence.c
    taken = connection.scalar(
        update(number_sequence)
        .where(sequence.tenant_id == tenant, sequence.name == _name(year))
        .values(next_value=sequence.next_value + 1)
        .returning(sequence.next_value)
    )
    serial = int(taken or 0) - 1
    if nearly_used_up(serial) and not nearly_used_up(serial - 1):
        _LOG.warning("ticket_numbers_nearly_used", extra={"year": year, "serial": serial})
    if width_of(serial + 1) != width_of(serial):
        connection.execute(
            update(number_sequence)
            .where(sequence.tenant_id == tenant, sequence.name == _name(year))
            .values(width=width_of(serial + 1))
        )
    return number_of(year, serial)


def _held(connection: Connection, tenant: int, year: int) -> bool:
    sequence = number_sequence.c
    row = (
        select(sequence.id)
        .where(sequence.tenant_id == tenant, sequence.name == _name(year))
        .with_for_update()
    )
    return connection.scalar(row) is not None


def _begin(connection: Connection, tenant: int, year: int) -> None:
    """The first ticket of a year; somebody else may begin it at this moment."""
    row = {"tenant_id": tenant, "name": _name(year), "width": width_of(1), "next_value": 1}
    try:
        with connection.begin_nested():
            connection.execute(insert(number_sequence).values(row))
    except IntegrityError:
        return


def _name(year: int) -> str:
    return f"ticket-{year:02}"
