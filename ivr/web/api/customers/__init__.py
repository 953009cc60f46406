"""The API of customers, how they are reached, and what they own: `customer_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.customers.customers import CustomerRoutes
from ivr.web.api.customers.merges import MergeRoutes
from ivr.web.api.customers.parts import CustomerParts
from ivr.web.api.customers.points import PointRoutes
from ivr.web.api.customers.products import ProductRoutes

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["CustomerParts", "customer_routes"]


def customer_routes(parts: CustomerParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *MergeRoutes(parts).routes(),
        *CustomerRoutes(parts).routes(),
        *PointRoutes(parts).routes(),
        *ProductRoutes(parts).routes(),
    ]
