"""Tickets as people read them, with the names of what they belong to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.tickets import TicketRow
from ivr.store.tables import (
    asset,
    contact_point,
    customer,
    interaction,
    product,
    ticket,
    ticket_category,
    ticket_tag,
)
from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping, Select

    from ivr.store.tickets.operation import Operation

_INTO, _PARENT = ticket.alias("into"), ticket.alias("above")
_SAME = (
    *("origin_key", "number", "kind", "subject", "description", "status", "priority", "severity"),
    *("emergency", "pref_medium", "pref_window", "team", "assignee", "source"),
    *("opened_by", "opened_at", "first_response_at", "resolved_at", "closed_at"),
    *("last_activity_at", "due_at", "reopen_count", "contact_count", "first_contact_resolved"),
    *("root_cause", "resolution_code", "blocking", "custom", "version"),
)
"""Columns that are shown as they are."""
_TOLD = ("number", "kind", "status", "team", "assignee", "source", "emergency")
"""Columns that other systems are told as they are."""

TICKETS: Select[Any] = (
    select(
        ticket,
        customer.c.public_id.label("its_customer"),
        customer.c.full_name.label("its_name"),
        contact_point.c.value_norm.label("its_contact"),
        contact_point.c.value_raw.label("its_raw_contact"),
        product.c.code.label("its_product"),
        asset.c.public_id.label("its_asset"),
        interaction.c.public_id.label("its_interaction"),
        _INTO.c.number.label("its_survivor"),
        _PARENT.c.number.label("its_parent"),
    )
    .outerjoin(customer, customer.c.id == ticket.c.customer_id)
    .outerjoin(contact_point, contact_point.c.id == ticket.c.contact_point_id)
    .outerjoin(product, product.c.id == ticket.c.product_id)
    .outerjoin(asset, asset.c.id == ticket.c.asset_id)
    .outerjoin(interaction, interaction.c.id == ticket.c.first_interaction_id)
    .outerjoin(_INTO, _INTO.c.id == ticket.c.merged_into)
    .outerjoin(_PARENT, _PARENT.c.id == ticket.c.parent_id)
)
"""Every ticket with the outward names of what it points to; others add which ones and in order."""


def by_id(operation: Operation, row_id: int, asked: str = "") -> TicketRow:
    """One ticket by its own row. asked: what it was asked for by; shown if that is another's."""
    found = read(operation, TICKETS.where(ticket.c.id == row_id), asked)
    if not found:
        raise NotFoundError("there is no such ticket")
    return found[0]


def read(operation: Operation, question: Select[Any], asked: str = "") -> Sequence[TicketRow]:
    """The tickets of a question made from TICKETS, in its order."""
    connection = operation.connection
    rows = connection.execute(question).mappings().all()
    ids = [row["id"] for row in rows]
    tags, categories = tags_of(connection, ids), _categories(connection, ids)
    return [
        _row(
            row,
            {
                "tags": tuple(tags[row["id"]]),
                "category": operation.path(row["category"]),
                "categories": tuple(map(operation.path, categories[row["id"]])),
            },
            asked,
        )
        for row in rows
    ]


def outline(operation: Operation, row: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket for an event: names and codes, no words of or about the customer.

    row: columns of `ticket`.
    """
    whose = select(customer.c.public_id).where(customer.c.id == row["customer_id"])
    its = operation.connection.scalar(whose) if row["customer_id"] is not None else None
    return {
        **{name: row[name] for name in _TOLD},
        "id": row["public_id"],
        "state": row["state_type"],
        "category": operation.path(row["category"]),
        "priority": PRIORITIES[row["priority"] - 1],
        "severity": SEVERITIES[row["severity"] - 1],
        "customer": its or "",
        "by": operation.act.by,
    }


def tags_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of some tickets by row id, sorted."""
    question = select(ticket_tag.c.ticket_id, ticket_tag.c.tag)
    found = connection.execute(question.where(ticket_tag.c.ticket_id.in_(ids))) if ids else ()
    return _gathered(found)


def _categories(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    mine = ticket_category.c
    question = select(mine.ticket_id, mine.path).where(mine.is_primary.is_(False))
    found = connection.execute(question.where(mine.ticket_id.in_(ids))) if ids else ()
    return _gathered(found)


def _gathered(pairs: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row_id, word in sorted(map(tuple, pairs)):
        found[row_id].append(word)
    return found


def _row(row: RowMapping, words: Mapping[str, Any], asked: str) -> TicketRow:
    plain = asked.replace(" ", "")
    return TicketRow(
        id=row["public_id"],
        state=row["state_type"],
        customer=row["its_customer"] or "",
        customer_name=row["its_name"] or "",
        contact=row["its_contact"] or row["its_raw_contact"] or "",
        product=row["its_product"] or "",
        asset=row["its_asset"] or "",
        interaction=row["its_interaction"] or "",
        merged_into=row["its_survivor"] or "",
        parent=row["its_parent"] or "",
        form=row["form_sha256"],
        asked="" if plain in {"", row["number"], row["public_id"]} else asked,
        **words,
        **{name: row[name] for name in _SAME},
    )
