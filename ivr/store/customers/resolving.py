"""From a public id or customer number to the customer it means now, also after merges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, literal, select

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.customers import CustomerRow
from ivr.store.tables import customer
from ivr.tickets.merging import MOST_HOPS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

COMPANY = customer.alias("company")
COLUMNS = (*customer.c, COMPANY.c.public_id.label("company_public_id"))
"""A customer with the public id of his company, for `customer_row`."""
_ULID = re.compile("[0-9A-HJKMNP-TV-Z]{26}")


def is_public_id(text: str) -> bool:
    """Whether it looks like a public id; no customer number may."""
    return _ULID.fullmatch(text) is not None


def named(tenant: int, ref: str) -> ColumnElement[bool]:
    """The customer with this public id or number, merged or not."""
    column = customer.c.public_id if is_public_id(ref) else customer.c.customer_no
    return (customer.c.tenant_id == tenant) & (column == ref)


def find(connection: Connection, tenant: int, ref: str) -> Row[Any] | None:
    """The customer that this means now, with COLUMNS and `hops`, in one indexed read."""
    return connection.execute(meant(tenant, ref)).one_or_none()


def need(connection: Connection, tenant: int, ref: str, *, lock: bool = False) -> Row[Any]:
    """As `find`. lock: nobody else changes him before this transaction is over.

    Raises NotFoundError.
    """
    found = find(connection, tenant, ref)
    if found is not None and lock:
        held = select(customer.c.id).where(customer.c.id == found.id).with_for_update()
        connection.execute(held)
        found = find(connection, tenant, ref)
    if found is None:
        raise NotFoundError("there is no such customer")
    return found


def meant(tenant: int, ref: str) -> Select[Any]:
    """The question of `find`: from the one who is named along `merged_into`, 8 steps at most."""
    first = select(customer.c.id, customer.c.merged_into, literal(0).label("hops"))
    chain = first.where(named(tenant, ref)).cte("chain", recursive=True)
    step = select(customer.c.id, customer.c.merged_into, chain.c.hops + 1)
    step = step.where(customer.c.id == chain.c.merged_into, chain.c.hops < MOST_HOPS)
    chain = chain.union_all(step)
    return (
        select(*COLUMNS, chain.c.hops)
        .join(chain, chain.c.id == customer.c.id)
        .outerjoin(COMPANY, COMPANY.c.id == customer.c.company_id)
        .where(chain.c.merged_into.is_(None))
    )


def customer_row(row: Row[Any], asked: str = "") -> CustomerRow:
    """A row with COLUMNS as the port gives it. asked: what led here by a merge."""
    return CustomerRow(
        id=row.public_id,
        number=row.customer_no,
        kind=row.kind,
        full_name=row.full_name,
        company=row.company_public_id or "",
        segment=row.segment,
        vip_rank=row.vip_rank,
        locale=row.locale,
        pref_medium=row.pref_medium,
        pref_window=row.pref_window,
        attrs=row.attrs,
        created_at=row.created_at,
        updated_at=row.updated_at,
        anonymized_at=row.anonymized_at,
        version=row.version,
        asked=asked,
    )


def asked_by(row: Row[Any], ref: str) -> CustomerRow:
    """The row that `find` gave for this, saying so if it was another one that was asked for."""
    return customer_row(row, ref if row.hops else "")
