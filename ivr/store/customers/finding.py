"""A short search for customers: whole numbers and addresses, or the begin of a name.

The full search over words is another one; this finds whom an agent means while he types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, and_, select

from ivr.domain.fold import fold
from ivr.runtime.ports.customers import MOST, Hit
from ivr.store.customers.resolving import COLUMNS, COMPANY, asked_by, customer_row, find
from ivr.store.tables import contact_point, customer
from ivr.tickets.identity.points import Point, PointKind, read_email, read_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

_LEAST, _LONGEST = 2, 200
_LAST = chr(0x10FFFF)


def search(text: str, tenant: int, country: str, limit: int, connection: Connection) -> list[Hit]:
    """Customers by number, phone, e-mail, handle or begin of name; in this order, each once."""
    typed, wanted = text.strip(), max(1, min(limit, MOST))
    if not _LEAST <= len(typed) <= _LONGEST:
        return []
    hits: dict[str, Hit] = {}
    for hit in _all(connection, typed, tenant, country, wanted):
        hits.setdefault(hit.customer.id, hit)
    return list(hits.values())[:wanted]


def _all(
    connection: Connection, typed: str, tenant: int, country: str, limit: int
) -> Iterator[Hit]:
    named = find(connection, tenant, typed)
    if named is not None:
        yield Hit(asked_by(named, typed), "number")
    for point in _points(typed, country):
        for row in connection.execute(by_point(point, tenant).limit(limit)):
            yield Hit(customer_row(row), point.kind)
    folded = fold(typed)
    if len(folded) >= _LEAST and not folded.isdigit():
        question = by_name(folded, tenant, connection.dialect.name).limit(limit)
        for row in connection.execute(question):
            yield Hit(customer_row(row), "name")


def by_point(point: Point, tenant: int) -> Select[Any]:
    """Customers who have this value in use."""
    return (
        _people()
        .join(contact_point, contact_point.c.customer_id == customer.c.id)
        .where(
            contact_point.c.tenant_id == tenant,
            contact_point.c.kind == point.kind,
            contact_point.c.value_norm == point.norm,
            contact_point.c.ended_at.is_(None),
        )
        .order_by(contact_point.c.id)
    )


def by_name(folded: str, tenant: int, dialect: str) -> Select[Any]:
    """Customers whose folded name begins so, those merged into others left out."""
    mine = (customer.c.tenant_id == tenant, customer.c.merged_into.is_(None))
    question = _people().where(*mine, _begins(folded, dialect))
    return question.order_by(customer.c.id)


def _begins(folded: str, dialect: str) -> ColumnElement[bool]:
    """Between this text and the last that begins with it, letter by letter in both databases."""
    name = customer.c.name_fold
    if dialect == "postgresql":
        return and_(name.op("~>=~")(folded), name.op("~<~")(folded + _LAST))
    return and_(name >= folded, name < folded + _LAST)


def _people() -> Select[Any]:
    return select(*COLUMNS).outerjoin(COMPANY, COMPANY.c.id == customer.c.company_id)


def _points(typed: str, country: str) -> Iterator[Point]:
    phone, mail = read_phone(typed, country), read_email(typed)
    handle = Point(PointKind.HANDLE, typed, typed.lower() if ":" in typed else None)
    yield from (point for point in (phone, mail, handle) if point.norm is not None)
