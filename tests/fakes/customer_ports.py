"""The ports of customers on one database, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.store.customers.callers import SqlCallers
from ivr.store.customers.repository import SqlCustomers, SqlMerges, SqlProducts
from ivr.store.customers.work import House

if TYPE_CHECKING:
    from ivr.runtime.ports.customers import Callers, Customers
    from ivr.runtime.ports.merges import Merges
    from ivr.runtime.ports.products import Products
    from ivr.store.database import Database

HOUSE = House("TR", b"key")


@dataclass(frozen=True, slots=True)
class CustomerPorts:
    """Everything about customers that the rest of the server calls."""

    customers: Customers
    merges: Merges
    products: Products
    callers: Callers


def open_customers(database: Database, house: House = HOUSE) -> CustomerPorts:
    """The ports on this database."""
    return CustomerPorts(
        SqlCustomers(database, house),
        SqlMerges(database, house),
        SqlProducts(database, house),
        SqlCallers(database, house),
    )
