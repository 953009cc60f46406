"""What conditions of policies may ask about a ticket, from its row and that of its customer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.store.tables import customer, product
from ivr.store.tickets.rows import tags_of
from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES, Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value
    from ivr.store.tickets.operation import Operation


def facts_of(operation: Operation, row: Mapping[str, Any]) -> Facts:
    """The facts of a ticket as its row says now. row: columns of `ticket`."""
    values: dict[str, Value] = {
        **{name: row[name] for name in ("kind", "emergency", "team", "status")},
        "category": operation.path(row["category"]),
        "medium": row["source"],
        "priority": PRIORITIES[row["priority"] - 1],
        "severity": SEVERITIES[row["severity"] - 1],
        "product": _product(operation, row["product_id"]),
        "tags": tuple(tags_of(operation.connection, [row["id"]])[row["id"]]),
        **_customer(operation, row["customer_id"]),
    }
    return Facts(values, operation.act.at, operation.published.rules.zone)


def vip_rank(operation: Operation, customer_id: int | None) -> int:
    """0 for nobody in particular."""
    question = select(customer.c.vip_rank).where(customer.c.id == customer_id)
    return int(operation.connection.scalar(question) or 0) if customer_id else 0


def _customer(operation: Operation, customer_id: int | None) -> dict[str, Value]:
    if customer_id is None:
        return {}
    columns = (customer.c.segment, customer.c.vip_rank, customer.c.kind)
    question = select(*columns).where(customer.c.id == customer_id)
    found = operation.connection.execute(question).one()
    return {
        "customer.segment": found.segment,
        "customer.vip_rank": Decimal(found.vip_rank),
        "customer.kind": found.kind,
    }


def _product(operation: Operation, product_id: int | None) -> str:
    question = select(product.c.code).where(product.c.id == product_id)
    return str(operation.connection.scalar(question) or "") if product_id else ""
