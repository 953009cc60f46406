"""Sessions and failed tries on a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.desk import Person, Session

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_who_is_signed_in_stays_so_over_a_restart(store: SqlStore, again: SqlStore) -> None:
    await store.people.save(Person("ayse", "Ayşe", ()))
    mine = Session("d", "ayse", "csrf", NOON, NOON, NOON + timedelta(hours=1), NOON)
    await store.people.open_session(mine)
    assert await again.people.session("d") == mine


async def test_failed_tries_survive_a_restart(store: SqlStore, again: SqlStore) -> None:
    await store.people.count_failure("a:ayse", NOON)
    assert await again.people.count_failure("a:ayse", NOON) == 2
