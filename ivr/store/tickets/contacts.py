"""Contacts of a ticket: which call or mail it came from, and those that came after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.tickets import FOLLOW_UP, OPENED, RESOLUTION, ROLES
from ivr.store.tables import ticket_interaction
from ivr.store.tickets.changing import write
from ivr.store.tickets.refs import interaction_id, locked
from ivr.tickets.sla.happenings import CallbackPromised, CallbackTried

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ivr.store.tickets.operation import Operation

WORKED = (OPENED, FOLLOW_UP, RESOLUTION)
"""Roles of contacts in which something was done about the ticket."""


def link(operation: Operation, ref: str, contact: str, role: str) -> None:
    """Link a contact with a ticket; twice in one role changes nothing.

    Who only asks how it stands, or answers a survey, changes nothing of the ticket itself.
    """
    if role not in ROLES:
        raise NotValidError(f"a contact is linked as one of {', '.join(ROLES)}")
    row = locked(operation.connection, ref, operation.tenant)
    found = interaction_id(operation.connection, contact, operation.tenant)
    if found is None:
        raise NotValidError("which contact is to be linked?")
    if link_row(operation, row["id"], found, role) and role in WORKED:
        write(operation, row, {"contact_count": count(operation.connection, row["id"])})


def link_row(operation: Operation, ticket_id: int, contact: int, role: str) -> bool:
    """Whether the link is new."""
    same = {"ticket_id": ticket_id, "interaction_id": contact, "role": role}
    there = [ticket_interaction.c[name] == value for name, value in same.items()]
    connection = operation.connection
    if connection.scalar(select(ticket_interaction.c.id).where(*there)) is not None:
        return False
    connection.execute(insert(ticket_interaction).values(**same, at=operation.act.at))
    return True


def count(connection: Connection, ticket_id: int) -> int:
    """How many contacts worked on a ticket; questions after its state and surveys do not."""
    mine = ticket_interaction.c
    question = (
        select(func.count(mine.interaction_id.distinct()))
        .where(mine.ticket_id == ticket_id)
        .where(mine.role.in_(WORKED))
    )
    return int(connection.scalar(question) or 0)


def promise_callback(operation: Operation, ref: str, opens_at: datetime) -> int:
    """A callback is promised; gives the row id of the ticket."""
    row = locked(operation.connection, ref, operation.tenant)
    write(operation, row, {}, (CallbackPromised(operation.act.at, opens_at),))
    return int(row["id"])


def try_callback(operation: Operation, ref: str, reached: bool) -> int:
    """The customer was called back, reached or not; gives the row id of the ticket."""
    row = locked(operation.connection, ref, operation.tenant)
    first = reached and row["first_response_at"] is None
    columns = {"first_response_at": operation.act.at} if first else {}
    write(operation, row, columns, (CallbackTried(operation.act.at, reached),))
    return int(row["id"])
