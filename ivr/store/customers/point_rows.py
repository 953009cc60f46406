"""Rows of `contact_point`: reading one, all of a customer, and whoever has the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, select, update

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.customers import ContactPoint
from ivr.store.tables import contact_point, customer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.store.customers.work import Work

POINT = (*contact_point.c, customer.c.public_id.label("customer_public_id"))
"""A point with the public id of its customer, for `point_row`."""


def points_of(connection: Connection, customer_id: int) -> Sequence[ContactPoint]:
    """Every point of a customer, those in use first, of these the primary ones."""
    rows = connection.execute(points_question(customer_id)).all()
    order = sorted(rows, key=lambda row: (row.ended_at is not None, not row.is_primary, row.id))
    return [point_row(row) for row in order]


def points_question(customer_id: int) -> Select[Any]:
    """All points of a customer, in no order."""
    return (
        select(*POINT)
        .join(customer, customer.c.id == contact_point.c.customer_id)
        .where(contact_point.c.customer_id == customer_id)
    )


def need_point(work: Work, ref: str) -> Row[Any]:
    """The point with this public id, its customer locked. Raises NotFoundError."""
    question: Select[Any] = (
        select(*POINT, customer.c.customer_no)
        .join(customer, customer.c.id == contact_point.c.customer_id)
        .where(contact_point.c.tenant_id == work.tenant, contact_point.c.public_id == ref)
        .with_for_update()
    )
    row: Row[Any] | None = work.connection.execute(question).one_or_none()
    if row is None:
        raise NotFoundError("there is no such number or address")
    return row


def holders(connection: Connection, tenant: int, row: Any, *, but: int) -> list[Row[Any]]:  # noqa: ANN401
    """The points in use with the value of this one, of other customers."""
    question = select(contact_point).where(
        contact_point.c.tenant_id == tenant,
        contact_point.c.kind == row.kind,
        contact_point.c.value_norm == row.value_norm,
        contact_point.c.ended_at.is_(None),
        contact_point.c.customer_id != but,
    )
    return list(connection.execute(question.order_by(contact_point.c.id)))


def point_row(row: Row[Any]) -> ContactPoint:
    """A row with POINT as the port gives it."""
    return ContactPoint(
        id=row.public_id,
        customer=row.customer_public_id,
        kind=row.kind,
        value=row.value_raw,
        norm=row.value_norm,
        label=row.label,
        primary=row.is_primary,
        shared=row.shared,
        verified_at=row.verified_at,
        verified_how=row.verified_how,
        confidence=row.confidence,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
    )


def shown_point(connection: Connection, key: int) -> ContactPoint:
    """The point with this id, as the port gives it."""
    question = (
        select(*POINT)
        .join(customer, customer.c.id == contact_point.c.customer_id)
        .where(contact_point.c.id == key)
    )
    return point_row(connection.execute(question).one())


def one(connection: Connection, key: int) -> Row[Any]:
    """The row with this id."""
    row: Row[Any] = connection.execute(select(contact_point).where(contact_point.c.id == key)).one()
    return row


def put(work: Work, key: int, **fresh: Any) -> None:  # noqa: ANN401 - columns of the table
    """Write these columns."""
    work.connection.execute(update(contact_point).where(contact_point.c.id == key).values(fresh))
