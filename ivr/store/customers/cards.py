"""The card of a customer: who, how reached, what owned, what open, what lately. Five reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, select

from ivr.runtime.ports.customers import Card, CardAsset, CardContact, CardTicket
from ivr.runtime.ports.tickets import SURVEY_ORIGIN
from ivr.store.customers.matching import Sender, match
from ivr.store.customers.point_rows import points_of
from ivr.store.customers.resolving import asked_by, customer_row, find
from ivr.store.tables import asset, interaction, product, ticket, ticket_interaction

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

ASSETS, TICKETS, CONTACTS = 20, 20, 5
"""How much of each a card shows."""
LOOKED_BACK = 50
"""Contacts of an unknown number whose follow-ups are looked for."""
_OPEN = ("new", "open", "pending_customer", "pending_third")


def card(ref: str, tenant: int, connection: Connection) -> Card | None:
    """The card of a customer; None if there is no such customer."""
    row = find(connection, tenant, ref)
    if row is None:
        return None
    return _filled(connection, row.id, Card(asked_by(row, ref)))


def card_of_sender(sender: Sender, connection: Connection) -> Card:
    """The card of whom a number belongs to; of an unknown one only what it did lately."""
    found = match(connection, sender)
    if found.customer is not None:
        shown = Card(customer_row(found.customer), found.match)
        return _filled(connection, found.customer.id, shown)
    if sender.point.norm is None:
        return Card(None, found.match)
    whose = of_number(sender.tenant, sender.point.norm)
    tickets = _tickets(connection, follow_ups_question(whose))
    return Card(None, found.match, tickets=tickets, contacts=_contacts(connection, whose))


def _filled(connection: Connection, key: int, card: Card) -> Card:
    points = tuple(one for one in points_of(connection, key) if one.ended_at is None)
    assets = tuple(CardAsset(*row) for row in connection.execute(assets_question(key)))
    tickets = _tickets(connection, tickets_question(key))
    contacts = _contacts(connection, interaction.c.customer_id == key)
    return Card(card.customer, card.match, points, assets, tickets, contacts)


def assets_question(key: int) -> Select[Any]:
    """What a customer owns, the newest first."""
    return (
        select(
            asset.c.public_id,
            product.c.code,
            product.c.name,
            asset.c.serial_no,
            asset.c.sold_on,
            asset.c.warranty_until,
        )
        .join(product, product.c.id == asset.c.product_id)
        .where(asset.c.customer_id == key)
        .order_by(asset.c.id.desc())
        .limit(ASSETS)
    )


def tickets_question(key: int) -> Select[Any]:
    """A customer's open tickets, the last active first."""
    return _open_tickets(ticket.c.customer_id == key)


def follow_ups_question(whose: ColumnElement[bool]) -> Select[Any]:
    """Open tickets that low scores opened after contacts of a number that is nobody's yet."""
    calls = select(interaction.c.id).where(whose).order_by(interaction.c.started_at.desc())
    linked = select(ticket_interaction.c.ticket_id).where(
        ticket_interaction.c.interaction_id.in_(calls.limit(LOOKED_BACK))
    )
    return _open_tickets(
        ticket.c.id.in_(linked) & ticket.c.origin_key.startswith(SURVEY_ORIGIN, autoescape=True)
    )


def _open_tickets(which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            ticket.c.public_id,
            ticket.c.number,
            ticket.c.subject,
            ticket.c.status,
            ticket.c.category,
            ticket.c.priority,
            ticket.c.opened_at,
            ticket.c.due_at,
            ticket.c.origin_key,
        )
        .where(which, ticket.c.state_type.in_(_OPEN))
        .order_by(ticket.c.last_activity_at.desc(), ticket.c.id.desc())
        .limit(TICKETS)
    )


def _tickets(connection: Connection, question: Select[Any]) -> tuple[CardTicket, ...]:
    return tuple(CardTicket(*row) for row in connection.execute(question))


def of_number(tenant: int, norm: str) -> ColumnElement[bool]:
    """The contacts of a number."""
    return (interaction.c.tenant_id == tenant) & (interaction.c.from_norm == norm)


def contacts_question(whose: ColumnElement[bool]) -> Select[Any]:
    """The last contacts, the newest first."""
    return (
        select(
            interaction.c.public_id,
            interaction.c.medium,
            interaction.c.direction,
            interaction.c.started_at,
            interaction.c.outcome,
            interaction.c.last_queue,
            interaction.c.last_agent,
            interaction.c.category,
        )
        .where(whose)
        .order_by(interaction.c.started_at.desc())
        .limit(CONTACTS)
    )


def _contacts(connection: Connection, whose: ColumnElement[bool]) -> tuple[CardContact, ...]:
    rows = connection.execute(contacts_question(whose))
    return tuple(_contact(row) for row in rows)


def _contact(row: Row[Any]) -> CardContact:
    return CardContact(
        id=row.public_id,
        medium=row.medium,
        direction=row.direction,
        started_at=row.started_at,
        outcome=row.outcome,
        queue=row.last_queue or "",
        agent=row.last_agent or "",
        category=row.category or "",
    )
