"""Contacts that began and ended are told of once each."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.runtime.ports import CallClosing
from ivr.store.outbox_events import Receiver
from ivr.store.outside.contacts import SqlContactEvents
from ivr.store.tables import outbox_delivery, outbox_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENDED = CallClosing("handled", "success", "normal", "caller", "", "tr", ("main",), ())


@pytest.fixture
def store(base: SqlStore) -> SqlStore:
    """An empty one on each database."""
    return base


async def test_a_contact_is_told_of_when_it_began_and_when_it_ended(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    events = SqlContactEvents(
        store.database, [Receiver("hook:ops", ("interaction.ended",)), Receiver("hook:all")]
    )
    await store.journal.append(step(1))
    [began] = await events.untold(NOON, 10)
    assert began == ("interaction.started", "c1", NOON + timedelta(seconds=1, microseconds=250_001))
    assert await events.tell(began, {"call": "c1"})
    assert not await events.tell(began, {"call": "c1"})
    assert await events.untold(NOON, 10) == []
    await store.journal.append(replace(step(2), closing=ENDED))
    [over] = await events.untold(NOON, 10)
    assert over[:2] == ("interaction.ended", "c1")
    assert await events.tell(over, {"call": "c1"})
    rows = await store.database.read(
        lambda it: it.execute(
            select(outbox_event.c.type, outbox_event.c.seq, outbox_event.c.payload)
        ).all()
    )
    assert [(kind, seq, json.loads(text)) for kind, seq, text in rows] == [
        ("interaction.started", 1, {"call": "c1"}),
        ("interaction.ended", 2, {"call": "c1"}),
    ]
    told = await store.database.read(
        lambda it: list(it.scalars(select(outbox_delivery.c.endpoint)))
    )
    assert sorted(told) == ["hook:all", "hook:all", "hook:ops"]


async def test_who_was_down_for_both_hears_the_beginning_first(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=ENDED))
    events = SqlContactEvents(store.database, ())
    found = await events.untold(NOON, 10)
    assert [kind for kind, _call, _at in found] == ["interaction.started", "interaction.ended"]
    assert await events.untold(NOON + timedelta(days=1), 10) == []
