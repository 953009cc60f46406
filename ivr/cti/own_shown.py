"""Customers, tickets and contacts of our own store, as a pop shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.runtime.ports.customers import Card, CardContact, CardTicket
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.tickets.catalogue.model import Catalogue

MOST_ASSETS = 3
MOST_CONTACTS = 5


def profile(card: Card) -> Mapping[str, Any]:
    """What stands about a customer himself; what is not known is left out."""
    row = card.customer
    if row is None:
        return {}
    owned = [f"{one.product_name} ({one.serial_no})" for one in card.assets[:MOST_ASSETS]]
    until = [one.warranty_until for one in card.assets if one.warranty_until is not None]
    fields = {
        "name": row.full_name,
        "segment": row.segment,
        "vip_rank": row.vip_rank or "",
        "pref_medium": row.pref_medium,
        "product": ", ".join(owned),
        "warranty_until": max(until).isoformat() if until else "",
    }
    return {name: value for name, value in fields.items() if value != ""}


def ticket_fields(row: CardTicket | TicketRow, catalogue: Catalogue) -> Mapping[str, Any]:
    """What stands about a ticket. status_titles: its label by language, as agents read it."""
    status = catalogue.statuses.get(row.status)
    fields: dict[str, Any] = {"subject": row.subject, "status": row.status}
    if row.due_at is not None:
        fields["due"] = row.due_at.isoformat()
    if row.category:
        fields["category"] = row.category
        fields["category_titles"] = category_titles(row.category, catalogue)
    return {**fields, "status_titles": dict(status.labels) if status else {}}


def contact_row(row: CardContact, catalogue: Catalogue) -> dict[str, Any]:
    """An earlier contact; what is not known is left out."""
    fields = {
        "call": row.id,
        "at": row.started_at.isoformat(),
        "channel": row.medium,
        "direction": row.direction,
        "outcome": row.outcome,
        "queue": row.queue,
        "agent": row.agent,
        "category": row.category,
    }
    shown: dict[str, Any] = {name: value for name, value in fields.items() if value}
    if row.category:
        shown["category_titles"] = category_titles(row.category, catalogue)
    return shown


def contact_rows(
    card: Card, catalogue: Catalogue, earlier: Sequence[Mapping[str, Any]], but: str
) -> list[dict[str, Any]]:
    """The last contacts of a customer, whatever they came by, without the call `but`.

    earlier: calls of the number, which bring the notes.
    """
    known = {row["call"]: row for row in earlier}
    rows = [contact_row(row, catalogue) for row in card.contacts if row.id != but]
    return [{**known.get(row["call"], {}), **row} for row in rows][:MOST_CONTACTS]


def category_titles(name: str, catalogue: Catalogue) -> Mapping[str, str]:
    """What a category (path or code) is called, by language."""
    found = catalogue.category(name)
    return dict(found.labels) if found else {}
