"""Customers as conditions of planned surveys see them, a page at a time, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, func, select

from ivr.runtime.ports.asking.waves import LAST_CONTACT, LAST_TICKET
from ivr.runtime.ports.tickets import SURVEY_ORIGIN
from ivr.store.tables import asset, contact_point, customer, interaction, product, ticket
from ivr.surveys.facts import Facts
from ivr.surveys.planned.drawing import Candidate
from ivr.surveys.planned.placing import Member, Number
from ivr.surveys.scopes import region_of, whole
from ivr.tickets.sla.facts import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from ivr.domain.values import Value

_MINE = customer.c
_PHONE = "phone"
PERSON = tuple(
    _MINE[name].label(f"customer_{name}")
    for name in ("segment", "kind", "locale", "vip_rank", "attrs")
)
"""The columns that `person_facts` reads."""


def candidates(
    connection: Connection, tenant: int, after: int, limit: int, records: Collection[str]
) -> list[Candidate]:
    """A page of customers by key; nobody who was merged into another, or erased."""
    question = (
        select(_MINE.id, _MINE.public_id, *PERSON)
        .where(_MINE.tenant_id == tenant, _in_use(), _MINE.id > after)
        .order_by(_MINE.id)
        .limit(limit)
    )
    rows = connection.execute(question).all()
    if not rows:
        return []
    span = (rows[0].id, rows[-1].id)
    contacts = _contacts(connection, span) if LAST_CONTACT in records else {}
    tickets = _tickets(connection, span) if LAST_TICKET in records else {}
    return [
        Candidate(row.id, row.public_id, row.customer_locale, Facts(_facts(row, contacts, tickets)))
        for row in rows
    ]


def members(connection: Connection, keys: Sequence[int]) -> dict[int, Member]:
    """Customers with their numbers and what quotas look at."""
    question = select(_MINE.id, _MINE.public_id, *PERSON)
    found = connection.execute(question.where(_MINE.id.in_(keys), _in_use()))
    rows = {row.id: row for row in found}
    numbers, products = _numbers(connection, rows), _products(connection, rows)
    return {
        key: Member(
            row.public_id,
            row.customer_locale,
            tuple(numbers.get(key, ())),
            {
                "product": products.get(key, ""),
                "segment": row.customer_segment,
                "region": region_of(row.customer_attrs),
            },
        )
        for key, row in rows.items()
    }


def person_facts(row: Any) -> dict[str, Value]:  # noqa: ANN401 - a row
    """What conditions may read of a customer; of a stranger everything is empty."""
    known: dict[str, Value] = {
        "segment": row.customer_segment,
        "kind": row.customer_kind,
        "language": row.customer_locale,
        "region": region_of(row.customer_attrs or {}),
        "vip_rank": row.customer_vip_rank,
    }
    return whole("customer", known)


def _in_use() -> ColumnElement[bool]:
    return and_(_MINE.merged_into.is_(None), _MINE.anonymized_at.is_(None))


def _facts(row: Any, contacts: Any, tickets: Any) -> Mapping[str, Value]:  # noqa: ANN401
    return {
        "customer": person_facts(row),
        "interaction": whole("interaction", contacts.get(row.id, {})),
        "ticket": whole("ticket", tickets.get(row.id, {})),
    }


def _contacts(connection: Connection, span: tuple[int, int]) -> dict[int, dict[str, Value]]:
    """The last contact of each customer in a span of keys; calls that were a test are none."""
    of = interaction.c
    mine = and_(of.customer_id.between(*span), of.is_test.is_(False))
    latest = select(func.max(of.id)).where(mine).group_by(of.customer_id)
    question = select(
        *(of.customer_id, of.last_queue, of.medium, of.to_norm, of.flow, of.locale),
        of.repeat_of_id,
    ).where(of.id.in_(latest))
    return {
        row.customer_id: {
            "queue": row.last_queue or "",
            "medium": row.medium,
            "dnis": row.to_norm,
            "flow": row.flow,
            "language": row.locale,
            "repeat": row.repeat_of_id is not None,
        }
        for row in connection.execute(question)
    }


def _tickets(connection: Connection, span: tuple[int, int]) -> dict[int, dict[str, Value]]:
    """The last ticket of each customer in a span of keys."""
    question = _last_tickets(ticket.c.customer_id.between(*span))
    return {row.customer_id: ticket_facts(row) for row in connection.execute(question)}


def ticket_facts(row: Any) -> dict[str, Value]:  # noqa: ANN401 - a row
    """What conditions may read of a ticket. row: with the code of its product, as `product`."""
    return {
        "category": row.category,
        "kind": row.kind,
        "priority": PRIORITIES[row.priority - 1],
        "product": row.product or "",
        "team": row.team,
        "follow_up": row.origin_key.startswith(SURVEY_ORIGIN),
    }


def _last_tickets(mine: ColumnElement[bool]) -> Select[Any]:
    of = ticket.c
    found = and_(mine, of.merged_into.is_(None), of.anonymized_at.is_(None))
    latest = select(func.max(of.id)).where(found).group_by(of.customer_id)
    return (
        select(of.customer_id, of.category, of.kind, of.priority, of.team, of.origin_key)
        .add_columns(product.c.code.label("product"))
        .outerjoin(product, product.c.id == of.product_id)
        .where(of.id.in_(latest))
    )


def _numbers(connection: Connection, keys: Iterable[int]) -> dict[int, list[Number]]:
    """Telephone numbers in use by customer, the main one first."""
    of = contact_point.c
    question = (
        select(of.id, of.customer_id, of.value_norm, of.shared)
        .where(of.customer_id.in_(list(keys)), of.kind == _PHONE, of.ended_at.is_(None))
        .where(of.value_norm.isnot(None))
        .order_by(of.is_primary.desc(), of.id)
    )
    found: dict[int, list[Number]] = {}
    for row in connection.execute(question):
        number = Number(row.id, row.value_norm, row.shared)
        found.setdefault(row.customer_id, []).append(number)
    return found


def _products(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    """The product of the last ticket; else of the newest thing that the customer has."""
    known = list(keys)
    bought = (
        select(asset.c.customer_id, product.c.code)
        .join(product, product.c.id == asset.c.product_id)
        .where(asset.c.customer_id.in_(known))
        .order_by(asset.c.id)
    )
    found: dict[int, str] = {row.customer_id: row.code for row in connection.execute(bought)}
    tickets = connection.execute(_last_tickets(ticket.c.customer_id.in_(known)))
    return found | {row.customer_id: row.product for row in tickets if row.product}
