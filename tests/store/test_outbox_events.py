"""Events for other systems: numbered per subject, one delivery for whoever wants it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.errors import StoreError
from ivr.store.outbox_events import Receiver, Telling, tell
from ivr.store.tables import outbox_delivery, outbox_event

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CRM = Receiver("crm", ("ticket.created",), system="system:crm")
ALL = Receiver("all")


async def _tell(store: SqlStore, kind: str, about: str, telling: Telling) -> str:
    data = {"ş": 1}
    return await store.database.change(
        lambda it: tell(it, kind, "ticket", about, data, NOON, telling=telling)
    )


async def test_events_of_one_subject_are_numbered_in_order(store: SqlStore) -> None:
    for about in ("a", "b", "a"):
        await _tell(store, "ticket.created", about, Telling())
    await _tell(store, "ticket.created", "a", Telling(tenant=2))
    rows = await store.database.read(lambda it: it.execute(select(outbox_event)).all())
    assert [(row.tenant_id, row.aggregate_id, row.seq) for row in rows] == [
        (1, "a", 1),
        (1, "b", 1),
        (1, "a", 2),
        (2, "a", 1),
    ]
    assert len({row.event_id for row in rows}) == 4
    assert json.loads(rows[0].payload) == {"ş": 1}


async def test_each_receiver_gets_what_it_wants_and_nothing_of_its_own(store: SqlStore) -> None:
    both = (CRM, ALL)
    await _tell(store, "ticket.created", "a", Telling(both))
    await _tell(store, "ticket.updated", "a", Telling(both))
    await _tell(store, "ticket.created", "b", Telling(both, origin="system:crm"))
    rows = await store.database.read(
        lambda it: it.execute(select(outbox_delivery).order_by(outbox_delivery.c.id)).all()
    )
    assert [(row.endpoint, row.ordering_key, row.state, row.attempts) for row in rows] == [
        ("crm", "ticket:a", "pending", 0),
        ("all", "ticket:a", "pending", 0),
        ("all", "ticket:a", "pending", 0),
        ("all", "ticket:b", "pending", 0),
    ]


async def test_what_is_no_plain_data_undoes_the_whole_change(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no plain data"):
        await store.database.change(
            lambda it: tell(it, "ticket.created", "ticket", "a", {"x": {1}}, NOON)
        )
    assert await store.database.read(lambda it: it.execute(select(outbox_event)).all()) == []
