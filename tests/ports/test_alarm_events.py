"""Alarms are told to other systems once each, in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.runtime.ports.supervision.queue_alarms import ALARM_MAIL, AlarmMail, Notice
from ivr.store.outbox_events import Receiver
from ivr.store.outside.alarms import SqlAlarmEvents
from ivr.store.tables import outbox_delivery, outbox_event

if TYPE_CHECKING:
    from ivr.store import SqlStore

AT = 1_795_431_900_000_000_000
FIRES = Notice("firing", AT, AT, 63.5, 52)
RECEIVERS = [
    Receiver("hook:all"),
    Receiver("hook:bad", ("alarm.raised",)),
    Receiver("hook:other", ("ticket.created",)),
]


@pytest.fixture
def store(base: SqlStore) -> SqlStore:
    """An empty one on each database."""
    return base


async def told(store: SqlStore) -> list[tuple[str, int, str]]:
    """(type, seq, to whom) of all deliveries."""
    its = outbox_event.c
    question = (
        select(its.type, its.seq, outbox_delivery.c.endpoint)
        .join_from(outbox_delivery, outbox_event)
        .order_by(its.id, outbox_delivery.c.endpoint)
    )
    rows = await store.database.read(lambda it: it.execute(question).all())
    return [tuple(row) for row in rows]


async def test_each_notice_is_told_once_to_who_asks_and_to_who_is_named(store: SqlStore) -> None:
    events = SqlAlarmEvents(store.database, RECEIVERS)
    assert await events.tell(FIRES, "a", {"alarm": "a"}, ["all", "other"])
    assert not await events.tell(FIRES, "a", {"alarm": "a"}, ["all", "other"])
    assert await events.tell(replace(FIRES, kind="ok", at=AT + 5_000), "a", {}, [])
    assert await told(store) == [
        *(("alarm.raised", 1, f"hook:{name}") for name in ("all", "bad", "other")),
        ("alarm.cleared", 2, "hook:all"),
    ]


async def test_another_alarm_or_moment_is_another_event(store: SqlStore) -> None:
    events = SqlAlarmEvents(store.database, [])
    for alarm, at in (("a", AT), ("b", AT), ("a", AT + 1_000)):
        assert await events.tell(replace(FIRES, at=at), alarm, {}, ["x"])
    assert len(await told(store)) == 3


async def test_mails_go_with_the_notice_and_once_as_it_does(store: SqlStore) -> None:
    mails = [AlarmMail("help", f"{name}@x.example", "ALARM a", "ALARM a: ...") for name in "ab"]
    events = SqlAlarmEvents(store.database, [])
    for fresh in (True, False):
        assert await events.tell(FIRES, "a", {"alarm": "a"}, [], mails) is fresh
    assert await told(store) == [("alarm_mail", 1, ALARM_MAIL), ("alarm_mail", 2, ALARM_MAIL)]
