"""Everything that is kept of one person, for that person: plain JSON, and the list of his files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, select

from ivr.domain.errors import NotValidError
from ivr.store.compliance.desk import Jobs
from ivr.store.compliance.steps.words import files_of
from ivr.store.compliance.subjects import Subject, chunks, subject_of
from ivr.store.tables import (
    asset,
    attachment,
    call,
    consent_event,
    contact_point,
    customer,
    customer_identifier,
    customer_merge,
    erasure_request,
    external_ref,
    intake_item,
    interaction,
    interaction_segment,
    journal,
    text_message,
    ticket,
    ticket_article,
    ticket_change,
    wrapup,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ivr.runtime.ports.customers import Act
    from ivr.store.compliance.desk import Work

FORMAT = 1
"""Rises when a client has to read it otherwise."""
_INSIDE = frozenset(
    {"id", "tenant_id", "name_fold", "search_fold", "value_hash", "dedupe_key", "raw_uri", "uri"}
    | {"course", "epoch", "cost_minor", "report"}
)
"""Columns that are of use to the server alone, or would tell how it is made."""


class SqlExports(Jobs):
    """The port `Exports`."""

    async def of(self, customer: str, why: str, act: Act) -> Mapping[str, Any]:
        """All of it, written down before it is handed out."""
        if not why.strip():
            raise NotValidError("why: an export needs a reason")
        return await self._change(act, lambda work: _export(work, customer, why))

    async def uris(self, customer: str, tenant: int = 1) -> Mapping[str, str]:
        """Where his files are."""
        return await self._database.read(lambda it: _uris(it, tenant, customer))


def _export(work: Work, ref: str, why: str) -> Mapping[str, Any]:
    whom = subject_of(work.connection, work.tenant, ref)
    found = export(work.connection, whom)
    counts = {name: len(rows) for name, rows in found.items()}
    work.audit("customer.export", whom.public_id, why="", counts=counts, given=bool(why))
    head = {"format": FORMAT, "customer": whom.public_id, "made_at": _plain(work.at)}
    return {**head, **found}


def export(connection: Connection, whom: Subject) -> dict[str, list[dict[str, Any]]]:
    """Kind of data -> rows, each column by its name, times in RFC 3339."""
    contacts, tickets = whom.contacts(connection), whom.tickets(connection)
    calls = dict(whom.calls(connection))
    clauses: Mapping[str, tuple[Table, Column[Any], Iterable[Any]]] = {
        "records": (customer, customer.c.id, whom.ids),
        "contact_points": (contact_point, contact_point.c.customer_id, whom.ids),
        "identifiers": (customer_identifier, customer_identifier.c.customer_id, whom.ids),
        "assets": (asset, asset.c.customer_id, whom.ids),
        "consents": (consent_event, consent_event.c.value_norm, whom.values),
        "contacts": (interaction, interaction.c.id, contacts),
        "stretches": (interaction_segment, interaction_segment.c.interaction_id, contacts),
        "notes": (wrapup, wrapup.c.call, calls.values()),
        "tickets": (ticket, ticket.c.id, tickets),
        "history": (ticket_change, ticket_change.c.ticket_id, tickets),
        "articles": (ticket_article, ticket_article.c.ticket_id, tickets),
        "intake": (intake_item, intake_item.c.id, whom.items(connection)),
        "text_messages": (text_message, text_message.c.to_norm, whom.own),
        "merges": (customer_merge, customer_merge.c.survivor_id, whom.ids),
        "erasures": (erasure_request, erasure_request.c.customer_id, whom.ids),
        "systems": (external_ref, external_ref.c.entity_id, whom.ids),
    }
    found = {name: _rows(connection, *clause) for name, clause in clauses.items()}
    found["systems"] = [row for row in found["systems"] if row["entity"] == "customer"]
    found["journal"] = _journal(connection, list(calls))
    found["files"] = _files(connection, whom)
    return found


def _journal(connection: Connection, calls: Sequence[int]) -> list[dict[str, Any]]:
    """When something happened in his calls, and the notes about it; sealed values stay sealed."""
    found = []
    for some in chunks(calls):
        question = select(call.c.public_id, journal.c.seq, journal.c.at, journal.c.notes)
        question = question.join(call, call.c.id == journal.c.call_id)
        question = question.where(journal.c.call_id.in_(some), journal.c.notes.isnot(None))
        for row in connection.execute(question.order_by(journal.c.call_id, journal.c.seq)):
            notes = json.loads(row.notes)
            line = {"call": row.public_id, "seq": row.seq, "at": _plain(row.at)}
            found.append({**line, "notes": notes})
    return found


def _files(connection: Connection, whom: Subject) -> list[dict[str, Any]]:
    keys = [key for key, _ in files_of(whom, connection) if key]
    return _rows(connection, attachment, attachment.c.id, keys)


def _uris(connection: Connection, tenant: int, ref: str) -> dict[str, str]:
    keys = [key for key, _ in files_of(subject_of(connection, tenant, ref), connection) if key]
    found: dict[str, str] = {}
    for some in chunks(keys):
        question = select(attachment.c.public_id, attachment.c.uri).where(attachment.c.id.in_(some))
        found |= {row.public_id: row.uri for row in connection.execute(question)}
    return found


def _rows(
    connection: Connection, table: Table, column: Column[Any], keys: Iterable[Any]
) -> list[dict[str, Any]]:
    found = []
    for some in chunks(keys):
        question = select(table).where(column.in_(some)).order_by(*table.primary_key.columns)
        rows = connection.execute(question).mappings()
        found += [
            {name: _plain(value) for name, value in row.items() if _is_shown(name)} for row in rows
        ]
    return found


def _is_shown(name: str) -> bool:
    """Numbers of rows mean nothing outside; ids of people and messages do."""
    is_row = name.endswith("_id") and name not in {"public_id", "message_id", "external_id"}
    return name not in _INSIDE and not is_row


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any column
    """Moments and days as text; the rest is plain already."""
    return value.isoformat() if hasattr(value, "isoformat") else value
