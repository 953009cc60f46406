"""Opening a solved ticket again, and finding the one that a new contact may be about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.ports.tickets import FOLLOW_UP
from ivr.store.tables import ticket
from ivr.store.tickets.changing import apply, store
from ivr.store.tickets.contacts import count, link_row
from ivr.store.tickets.refs import customer_id, interaction_id, locked
from ivr.tickets.resolving import REOPEN_DAYS, Earlier, offer
from ivr.tickets.states import CLOSED, OPEN, RESOLVED, TicketStateError, default_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.resolving import Offer

_LOOKED_AT = 50


def reopen(operation: Operation, ref: str, contact: str) -> int:
    """Open a resolved or closed ticket again; gives its row id. Raises TicketStateError."""
    connection = operation.connection
    row = locked(connection, ref, operation.tenant)
    if row["state_type"] not in {RESOLVED, CLOSED}:
        message = f"ticket {row['number']} is {row['status']}; only a solved one is opened again"
        raise TicketStateError(message, ())
    found = interaction_id(connection, contact, operation.tenant)
    apply(operation, row, {"status": default_of(OPEN).code})
    if found is not None and link_row(operation, row["id"], found, FOLLOW_UP):
        store(operation, row, {**row, "contact_count": count(connection, row["id"])})
    return int(row["id"])


def reopen_offer(operation: Operation, customer: str, category: str, at: datetime) -> Offer | None:
    """The solved ticket that a contact of a customer about a category (path or code) is about."""
    its = operation.catalogue.category(category)
    path, days = (its.path, its.reopen_days) if its else (category, REOPEN_DAYS)
    whose = customer_id(operation.connection, customer, operation.tenant)
    return None if whose is None else offer(_earlier(operation, whose), str(whose), path, at, days)


def _earlier(operation: Operation, customer: int) -> Iterator[Earlier]:
    question = (
        select(ticket)
        .where(ticket.c.customer_id == customer, ticket.c.tenant_id == operation.tenant)
        .where(ticket.c.state_type.in_((RESOLVED, CLOSED)))
        .order_by(ticket.c.last_activity_at.desc())
        .limit(_LOOKED_AT)
    )
    for row in operation.connection.execute(question).mappings():
        done_at = row["resolved_at"] or row["closed_at"] or row["last_activity_at"]
        path = operation.path(row["category"])
        yield Earlier(row["number"], str(customer), path, row["state_type"], done_at)
