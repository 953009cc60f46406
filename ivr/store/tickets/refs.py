"""From the names that the outside uses to rows: tickets, customers, contact points, products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.store.tables import asset, contact_point, customer, interaction, product, ticket
from ivr.tickets.merging import MOST_HOPS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Table

_ULID = 26


def ticket_named(ref: str, tenant: int) -> Select[Any]:
    """The row of a ticket by number, as stored or shown, or by public id."""
    plain = ref.replace(" ", "")
    column = ticket.c.public_id if len(plain) == _ULID else ticket.c.number
    return select(ticket).where(ticket.c.tenant_id == tenant, column == plain)


def locked(connection: Connection, ref: str, tenant: int, *, follow: bool = True) -> dict[str, Any]:
    """A ticket that nobody else may change until this transaction ends.

    follow: a merged one leads to the one it went into. Raises NotFoundError.
    """
    found = connection.execute(ticket_named(ref, tenant).with_for_update()).mappings().one_or_none()
    if found is None:
        raise NotFoundError(f"there is no ticket {ref}")
    row = dict(found)
    for _hop in range(MOST_HOPS if follow else 0):
        if row["merged_into"] is None:
            break
        row = locked_row(connection, row["merged_into"])
    return row


def locked_row(connection: Connection, row_id: int) -> dict[str, Any]:
    """A ticket by its own row, as `locked`."""
    question = select(ticket).where(ticket.c.id == row_id).with_for_update()
    return dict(connection.execute(question).mappings().one())


def root_id(connection: Connection, ref: str, tenant: int, *, follow: bool = True) -> int | None:
    """The row id of a ticket, after merges; None if there is none."""
    row = connection.execute(ticket_named(ref, tenant)).mappings().one_or_none()
    if row is None:
        return None
    found = int(row["id"])
    for _hop in range(MOST_HOPS if follow else 0):
        into = connection.scalar(select(ticket.c.merged_into).where(ticket.c.id == found))
        if into is None:
            break
        found = int(into)
    return found


def must_root(connection: Connection, ref: str, tenant: int, *, follow: bool = True) -> int:
    """The same. Raises NotFoundError."""
    found = root_id(connection, ref, tenant, follow=follow)
    if found is None:
        raise NotFoundError(f"there is no ticket {ref}")
    return found


def customer_id(connection: Connection, ref: str, tenant: int) -> int | None:
    """A customer by public id or number, after merges; "" = nobody. Raises NotValidError."""
    if not ref:
        return None
    columns = (customer.c.id, customer.c.merged_into)
    named = or_(customer.c.public_id == ref, customer.c.customer_no == ref)
    found = connection.execute(
        select(*columns).where(customer.c.tenant_id == tenant, named).limit(1)
    ).one_or_none()
    for _hop in range(MOST_HOPS):
        if found is None or found.merged_into is None:
            break
        into = select(*columns).where(customer.c.id == found.merged_into)
        found = connection.execute(into).one_or_none()
    if found is None:
        raise NotValidError(f"there is no customer {ref}")
    return int(found.id)


def contact_id(connection: Connection, ref: str, owner: int | None) -> int | None:
    """A contact point of a customer, by public id or value; "" = none. Raises NotValidError."""
    if not ref:
        return None
    point = contact_point.c
    named = or_(point.public_id == ref, point.value_norm == ref, point.value_raw == ref)
    question = select(point.id).where(point.customer_id == owner, named).order_by(point.id)
    found = connection.scalar(question.limit(1))
    if owner is None or found is None:
        raise NotValidError("the customer of the ticket has no such number or address")
    return int(found)


def product_id(connection: Connection, code: str, tenant: int) -> int | None:
    """A product by code; "" = none. Raises NotValidError."""
    return _named(connection, product, "code", code, tenant)


def asset_id(connection: Connection, ref: str, tenant: int) -> int | None:
    """An asset by public id; "" = none. Raises NotValidError."""
    return _named(connection, asset, "public_id", ref, tenant)


def interaction_id(connection: Connection, ref: str, tenant: int) -> int | None:
    """An interaction by public id; "" = none. Raises NotValidError."""
    return _named(connection, interaction, "public_id", ref, tenant)


def ticket_id(connection: Connection, ref: str, tenant: int) -> int | None:
    """A ticket by number or public id, after merges; "" = none. Raises NotValidError."""
    if not ref:
        return None
    found = root_id(connection, ref, tenant)
    if found is None:
        raise NotValidError(f"there is no ticket {ref}")
    return found


def _named(connection: Connection, table: Table, column: str, ref: str, tenant: int) -> int | None:
    if not ref:
        return None
    question = select(table.c.id).where(table.c.tenant_id == tenant, table.c[column] == ref)
    found = connection.scalar(question)
    if found is None:
        raise NotValidError(f"there is no {table.name} {ref}")
    return int(found)
