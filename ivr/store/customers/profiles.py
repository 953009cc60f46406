"""Customers themselves: adding, reading, changing, listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update

from ivr.domain.errors import NotValidError, StaleVersionError
from ivr.domain.fold import fold
from ivr.domain.plain import plain_text
from ivr.runtime.ports.customers import CHANGEABLE, MOST, CustomerRow, Filters, NewCustomer, Page
from ivr.store.customers.numbers import next_number
from ivr.store.customers.resolving import (
    COLUMNS,
    COMPANY,
    asked_by,
    customer_row,
    find,
    is_public_id,
    named,
    need,
)
from ivr.store.tables import customer
from ivr.tickets.search_text import index_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from ivr.store.customers.work import Work

KINDS = ("person", "company")
_NUMBER_LENGTH = 32
_LENGTHS = {"segment": 64, "locale": 24, "pref_medium": 24, "pref_window": 64}
_MOST_RANK = 1_000
_NOBODY = 0


def add(work: Work, new: NewCustomer) -> CustomerRow:
    """A new customer, with the next number if none is given."""
    changes = {name: getattr(new, name) for name in CHANGEABLE}
    number = new.number.strip() or next_number(work.connection, work.tenant)
    _check_number(work, number)
    row = {
        "tenant_id": work.tenant,
        "public_id": work.house.new_id(),
        "customer_no": number,
        "created_at": work.at,
        "updated_at": work.at,
        **_columns(work, changes),
    }
    work.connection.execute(insert(customer).values(row))
    work.audit("customer.add", row["public_id"])
    return customer_row(need(work.connection, work.tenant, row["public_id"]))


def get(ref: str, tenant: int, connection: Connection) -> CustomerRow | None:
    """A customer, or the one he was merged into."""
    found = find(connection, tenant, ref)
    return None if found is None else asked_by(found, ref)


def change(work: Work, ref: str, version: int, changes: Mapping[str, Any]) -> CustomerRow:
    """New values where nobody was faster. Values that are as before change nothing."""
    row = need(work.connection, work.tenant, ref, lock=True)
    columns = _columns(work, changes, row.id)
    columns = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if row.version != version:
        raise StaleVersionError("the customer has changed meanwhile")
    if columns:
        fresh = {**columns, "version": version + 1, "updated_at": work.at}
        work.connection.execute(update(customer).where(customer.c.id == row.id).values(fresh))
        fields = sorted(set(columns) - {"name_fold", "search_fold"})
        tell_updated(work, row, fields)
    return customer_row(need(work.connection, work.tenant, row.public_id))


def tell_updated(work: Work, row: Any, fields: list[str]) -> None:  # noqa: ANN401 - a row
    """Say that a customer has changed, and in what; the values are for whoever may read them."""
    told = {"id": row.public_id, "number": row.customer_no, "changed": fields}
    work.tell("customer.updated", row.public_id, told)
    work.audit("customer.change", row.public_id, fields=fields)


def page(filters: Filters, tenant: int, after: str, limit: int, connection: Connection) -> Page:
    """A part of the list, the newest first. Raises NotValidError for a cursor that is none."""
    if after and not is_public_id(after):
        raise NotValidError("after: this is no cursor")
    wanted = max(1, min(limit, MOST))
    rows = connection.execute(listed(connection, filters, tenant, after).limit(wanted + 1)).all()
    more = rows[wanted - 1].public_id if len(rows) > wanted else ""
    return Page(tuple(customer_row(row) for row in rows[:wanted]), more)


def listed(connection: Connection, filters: Filters, tenant: int, after: str) -> Select[Any]:
    """The question of `page`: public ids rise with time, so they are cursor and order in one."""
    found = (
        select(*COLUMNS)
        .outerjoin(COMPANY, COMPANY.c.id == customer.c.company_id)
        .where(customer.c.tenant_id == tenant, customer.c.merged_into.is_(None))
        .order_by(customer.c.public_id.desc())
    )
    if after:
        found = found.where(customer.c.public_id < after)
    if filters.kind:
        found = found.where(customer.c.kind == filters.kind)
    if filters.segment:
        found = found.where(customer.c.segment == filters.segment)
    if filters.least_vip_rank is not None:
        found = found.where(customer.c.vip_rank >= filters.least_vip_rank)
    if filters.company:
        company = find(connection, tenant, filters.company)
        found = found.where(customer.c.company_id == (company.id if company else _NOBODY))
    return found


def _check_number(work: Work, number: str) -> None:
    if len(number) > _NUMBER_LENGTH or is_public_id(number):
        raise NotValidError(f"number: at most {_NUMBER_LENGTH} characters, and no public id")
    taken = select(customer.c.id).where(named(work.tenant, number))
    if work.connection.scalar(taken) is not None:
        raise NotValidError(f"number: {number} is taken")


def _columns(work: Work, changes: Mapping[str, Any], own: int = 0) -> dict[str, Any]:
    """The columns of what may be changed, checked. own: the customer's id, 0 for a new one."""
    columns: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise NotValidError(f"{name}: cannot be changed")
        columns |= _column(work, name, value, own)
    return columns


def _column(work: Work, name: str, value: Any, own: int) -> dict[str, Any]:  # noqa: ANN401
    if name == "company":
        return {"company_id": _company(work, value, own)}
    if name == "vip_rank":
        return {name: _rank(value)}
    if name == "attrs":
        plain_text(value, "attrs")
        return {name: dict(value)}
    if not isinstance(value, str) or len(value) > _LENGTHS.get(name, 1000):
        raise NotValidError(f"{name}: text, at most {_LENGTHS.get(name, 1000)} characters")
    if name == "kind" and value not in KINDS:
        raise NotValidError(f"kind: one of {', '.join(KINDS)}")
    if name == "full_name":
        shown = " ".join(value.split())
        return {name: shown, "name_fold": fold(shown), "search_fold": index_text(shown)}
    return {name: value}


def _rank(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST_RANK:
        raise NotValidError(f"vip_rank: a whole number from 0 to {_MOST_RANK}")
    return int(value)


def _company(work: Work, ref: str, own: int) -> int | None:
    if not ref:
        return None
    found = find(work.connection, work.tenant, ref)
    if found is None or found.kind != "company" or found.id == own:
        raise NotValidError("company: there is no such company")
    return int(found.id)
