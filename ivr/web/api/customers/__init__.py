"""The API of customers, what they own, and their contacts: `customer_routes(parts)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.api.customers.customers import CustomerRoutes
from ivr.web.api.customers.parts import CustomerParts

if TYPE_CHECKING:
    from ivr.web.typed import Route

__all__ = ["CustomerParts", "customer_routes"]


def customer_routes(parts: CustomerParts) -> list[Route]:
    """Every operation of this package, for `add_api`."""
    return [
        *CustomerRoutes(parts).routes(),
    ]
