"""What an erasure would destroy: counts only, for whoever has to approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Table, func, select

from ivr.store.compliance.steps import traces, words
from ivr.store.compliance.subjects import chunks
from ivr.store.tables import (
    asset,
    consent_event,
    contact_point,
    customer_identifier,
    customer_merge,
    journal,
    text_message,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ivr.store.compliance.subjects import Subject


def preview(connection: Connection, whom: Subject) -> Mapping[str, int]:
    """Kind of data -> how many rows or files are destroyed, cleared or made anonymous."""
    calls = [key for key, _ in whom.calls(connection)]
    merges = _count(connection, customer_merge, customer_merge.c.survivor_id, whom.ids)
    return {
        "records": len(whom.ids),
        "contact_points": _count(connection, contact_point, contact_point.c.customer_id, whom.ids),
        "identifiers": _count(
            connection, customer_identifier, customer_identifier.c.customer_id, whom.ids
        ),
        "assets": _count(connection, asset, asset.c.customer_id, whom.ids),
        "contacts": len(whom.contacts(connection)),
        "consents": _texts(connection, consent_event, consent_event.c.value_norm, whom.own),
        "tickets": len(whom.tickets(connection)),
        "articles": len(whom.articles(connection)),
        "intake": len(whom.items(connection)),
        "files": len(words.files_of(whom, connection)),
        "recordings": len(words.spoken(whom, connection)),
        "merges": merges,
        "journal": _count(connection, journal, journal.c.call_id, calls),
        "text_messages": _texts(connection, text_message, text_message.c.to_norm, whom.own),
        "systems": len(traces.systems_of(whom, connection)),
    }


def _count(connection: Connection, table: Table, column: Column[Any], keys: Iterable[int]) -> int:
    found = 0
    for some in chunks(keys):
        question = select(func.count()).select_from(table).where(column.in_(some))
        found += connection.scalar(question) or 0
    return found


def _texts(connection: Connection, table: Table, column: Column[Any], values: Iterable[str]) -> int:
    question = select(func.count()).select_from(table).where(column.in_(list(values)))
    return connection.scalar(question) or 0
