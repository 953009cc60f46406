"""Finding customers: by number, by telephone or address, by the words of their names.

Whoever may not read names finds a customer by his number only: else a name could be guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.runtime.ports.search import CUSTOMER
from ivr.store.customers.finding import by_point
from ivr.store.customers.resolving import find as find_customer
from ivr.store.search.asking import matches, told
from ivr.store.tables import customer
from ivr.tickets.identity.points import Point, PointKind
from ivr.tickets.search import CODES, LookupKind
from ivr.tickets.search_text import Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.store.search.asking import Asking, Match
    from ivr.tickets.search import Lookup

_SHOWN = select(
    customer.c.public_id,
    customer.c.customer_no.label("number"),
    customer.c.full_name.label("title"),
    customer.c.kind.label("state"),
    customer.c.segment.label("group"),
    customer.c.updated_at.label("at"),
)
_POINTS = {LookupKind.PHONE: PointKind.PHONE, LookupKind.EMAIL: PointKind.EMAIL}


def find(asking: Asking) -> Iterator[Match]:
    """Customers that this person may see. What only tickets have, no customer has."""
    if not asking.sight.customers or any(map(asking.query.one_of, CODES)):
        return
    seen = _SHOWN.where(
        customer.c.tenant_id == asking.tenant,
        customer.c.merged_into.is_(None),
        *asking.days(customer.c.created_at),
    )
    known = customers_of(asking)
    if known:
        one = seen.add_columns(customer.c.id).where(customer.c.id.in_(known))
        yield from told(asking, one, CUSTOMER, Rank.CONTACT)
    if asking.sight.names and asking.query.terms:
        living = seen.where(customer.c.anonymized_at.is_(None))
        yield from matches(asking, customer, living, CUSTOMER)


def customers_of(asking: Asking) -> list[int]:
    """The rows of customers whose number, telephone or address was typed."""
    found: dict[int, None] = {}
    for lookup in asking.query.lookups:
        found |= dict.fromkeys(_rows(asking, lookup))
    return list(found)


def _rows(asking: Asking, lookup: Lookup) -> list[int]:
    if lookup.kind is LookupKind.CUSTOMER_NO:
        row = find_customer(asking.connection, asking.tenant, lookup.value)
        return [] if row is None else [row.id]
    kind = _POINTS.get(lookup.kind)
    if kind is None or not asking.sight.names:
        return []
    point = Point(kind, lookup.value, lookup.value)
    question = by_point(point, asking.tenant).limit(asking.limit)
    rows: list[Any] = list(asking.connection.execute(question))
    return [row.id for row in rows]
