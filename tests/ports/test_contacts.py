"""What the port of contacts promises, on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.ports.contacts import ContactFilter, Handled
from ivr.store.desk.contacts import SqlContacts
from ivr.store.tables import METADATA

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENGINES = ("sqlite", "postgres")
"""Contacts are kept in databases only."""


async def add(store: SqlStore, table: str, **row: object) -> int:
    """A row; gives its id."""
    made = insert(METADATA.tables[table]).values(row)
    key: Any = await store.database.change(
        lambda it: it.execute(made.returning(METADATA.tables[table].c.id)).scalar_one()
    )
    return key if isinstance(key, int) else 0


async def contact(store: SqlStore, name: str, minutes: int = 0, **more: object) -> int:
    """A contact so many minutes after noon."""
    row = {
        **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm", "flow"), "x"),
        **dict.fromkeys(("flow_version", "locale", "note"), "x"),
        "outcome": "handled",
        "public_id": name,
        "started_at": NOON + minutes * MINUTE,
        "ended_at": NOON + (minutes + 1) * MINUTE,
        "path": [],
        "is_test": False,
    }
    return await add(store, "interaction", **{**row, **more})


async def names(contacts: SqlContacts, **which: Any) -> list[str]:  # noqa: ANN401
    """The contacts of a filter."""
    return [row.id for row in (await contacts.list(ContactFilter(**which))).rows]


async def test_pages_show_everything_once_while_new_ones_come(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    for number in range(5):
        await contact(store, f"c{number}", number // 2)
    page = await contacts.list(ContactFilter(), limit=2)
    await contact(store, "late", 9)
    seen = [row.id for row in page.rows]
    while page.next:
        page = await contacts.list(ContactFilter(), cursor=page.next, limit=2)
        seen += [row.id for row in page.rows]
    assert seen == ["c4", "c3", "c2", "c1", "c0"]
    with pytest.raises(NotValidError):
        await contacts.list(ContactFilter(), cursor="x")


async def test_everything_that_is_asked_for_must_hold(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    await contact(store, "a", 0, last_queue="cards", last_agent="ayse", category="card.lost")
    await contact(store, "b", 1, medium="email", direction="outbound", category="cardigan")
    await contact(store, "c", 2, ended_at=None, outcome="open", is_test=True)
    await contact(store, "d", 3, tenant_id=2)
    assert await names(contacts) == ["b", "a"]
    assert await names(contacts, tests=True) == ["c", "b", "a"]
    assert await names(contacts, category="card") == ["a"]
    assert await names(contacts, queues=("cards",), agents=("ayse", "ali")) == ["a"]
    assert await names(contacts, queues=("cards",), media=("email",)) == []
    assert await names(contacts, directions=("outbound",)) == ["b"]
    assert await names(contacts, outcomes=("open",), tests=True) == ["c"]
    assert await names(contacts, is_open=False) == ["b", "a"]
    assert await names(contacts, since=NOON + MINUTE) == ["b"]
    assert await names(contacts, before=NOON + MINUTE) == ["a"]
    assert (await contacts.list(ContactFilter(), tenant=2)).rows[0].id == "d"
    assert await contacts.get("a", tenant=2) is None


async def test_who_handled_it_talked_or_took_the_offer(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    await contact(store, "last", last_agent="ayse")
    talked = await contact(store, "talked", last_agent="ali")
    rang = await contact(store, "rang", last_agent="ali")
    await contact(store, "live", ended_at=None)
    part = {"seq": 1, "started_at": NOON, "ended_at": NOON, "detail": "", "agent": "ayse"}
    await add(store, "interaction_segment", interaction_id=talked, kind="talk", **part)
    await add(store, "interaction_segment", interaction_id=rang, kind="offer", **part)
    await store.database.change(
        lambda it: it.execute(insert(METADATA.tables["acd_shard"]).values(id="g", owner="x"))
    )
    taken = {"key": "o", "shard": "g", "live": True, "ring_group": "r", "slot": "s", "body": "{}"}
    await add(store, "offer", **taken, agent="ayse", call="live", state="accepted")
    mine = Handled(("ayse",))
    assert set(await names(contacts, within=mine)) == {"last", "talked", "live"}
    assert await contacts.get("rang", mine) is None
    assert (await contacts.get("talked", mine)) is not None
    assert await contacts.get("last", Handled(("ayse",), NOON + MINUTE)) is None


async def test_an_agent_serves_while_it_goes_on_and_a_little_longer(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    row: dict[str, object] = {
        **dict.fromkeys(("segment", "locale", "pref_medium", "pref_window", "name_fold"), ""),
        **dict.fromkeys(("created_at", "updated_at"), NOON),
        "kind": "person",
        "full_name": "x",
        "attrs": {},
    }
    owner = await add(store, "customer", **row, public_id="C" * 26, customer_no="1")
    await contact(store, "a", last_agent="ayse", customer_id=owner)
    assert await contacts.serves("ayse", "C" * 26, NOON + MINUTE)
    assert not await contacts.serves("ayse", "C" * 26, NOON + 2 * MINUTE)
    assert not await contacts.serves("ali", "C" * 26, NOON)
    assert not await contacts.serves("ayse", "D" * 26, NOON)
    assert (await names(contacts, customer="C" * 26)) == ["a"]
    found = await contacts.get("a")
    assert found is not None
    assert found.customer == "C" * 26


async def test_a_code_is_kept_with_what_the_last_agent_said(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    await contact(store, "a", last_agent="ayse")
    await contact(store, "b")
    await contact(store, "open", ended_at=None)
    await store.wrapups.note("a", "ayse", NOON, "said")
    for code in ("solved", "follow_up"):
        await contacts.code("a", code)
    await contacts.code("b", "solved")
    assert [(row.code, row.note) for row in await store.wrapups.of("a")] == [("follow_up", "said")]
    assert await store.wrapups.of("b") == []
    found = await contacts.get("a")
    assert found is not None
    assert found.wrapup_code == "follow_up"
    with pytest.raises(NotFoundError):
        await contacts.code("no", "solved")
    with pytest.raises(NotValidError):
        await contacts.code("open", "solved")


async def test_the_parts_come_in_order(store: SqlStore) -> None:
    contacts = SqlContacts(store.database)
    key = await contact(store, "a")
    for seq in (2, 1):
        part = {"interaction_id": key, "seq": seq, "started_at": NOON, "ended_at": NOON}
        await add(store, "interaction_segment", **part, kind="talk", detail="", queue="cards")
    found = await contacts.segments("a")
    assert [(one.seq, one.queue, one.agent) for one in found] == [
        (1, "cards", ""),
        (2, "cards", ""),
    ]
    assert await contacts.segments("a", tenant=2) == []
