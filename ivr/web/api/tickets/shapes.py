"""Tickets as the API shows them, with what whoever asks may not read left out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Any

from ivr.web.api.customers.fields import Out
from ivr.web.api.tickets.levels import Priority, Severity, priority_name, severity_name

if TYPE_CHECKING:
    from ivr.runtime.ports.tickets import TicketRow
    from ivr.web.api.customers.eyes import Eyes


class TicketOut(Out):
    """A ticket. state: the type of its status. customer: public id; contact: number or address.

    categories: secondary ones. due_at: the earliest of its running clocks. merged_into, parent:
    numbers. asked: the number it was asked for by, if that ticket was merged into this one.
    """

    id: str
    number: str
    kind: str
    subject: str
    description: str
    status: str
    state: str
    priority: Priority
    severity: Severity
    emergency: bool
    customer: str
    customer_name: str | None
    contact: str | None
    pref_medium: str
    pref_window: str
    product: str
    asset: str
    category: str
    categories: tuple[str, ...]
    team: str
    assignee: str
    source: str
    interaction: str
    opened_by: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    last_activity_at: datetime
    due_at: datetime | None
    reopen_count: int
    contact_count: int
    first_contact_resolved: bool
    root_cause: str
    resolution_code: str
    merged_into: str
    parent: str
    blocking: bool
    custom: dict[str, Any]
    form: str
    tags: tuple[str, ...]
    version: int
    asked: str
    masked: tuple[str, ...] = ()


class TicketWhole(TicketOut):
    """The same with what can be done now. moves: statuses it can go to; can_change: whether whoever
    asks may change it."""

    moves: tuple[str, ...]
    can_change: bool


def ticket_fields(row: TicketRow, eyes: Eyes) -> dict[str, Any]:
    """A ticket as somebody with these eyes sees it."""
    fields = asdict(row)
    del fields["origin_key"]
    fields["priority"] = priority_name(row.priority)
    fields["severity"] = severity_name(row.severity)
    hidden: list[str] = []
    if row.customer_name and not eyes.names:
        hidden.append("customer_name")
    if row.contact and (not eyes.names or eyes.hides(row.contact)):
        hidden.append("contact")
    for name in hidden:
        dotted = eyes.number(row.contact) if name == "contact" and eyes.names else None
        fields[name] = dotted
    return {**fields, "masked": tuple(hidden)}


def ticket_out(row: TicketRow, eyes: Eyes) -> TicketOut:
    """The same as it is answered."""
    return TicketOut(**ticket_fields(row, eyes))
