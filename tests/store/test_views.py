"""Views for other programs: there after every upgrade, and nothing of persons in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from ivr.store.tables import METADATA
from ivr.store.views import VIEWS
from tests.fakes.filled_rows import fill
from tests.fakes.opinions import NOON, Opinions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.store import SqlStore

PERSONAL = ("from_norm", "from_raw", "to_norm", "customer_id", "subject", "description", "note")


async def columns(store: SqlStore, name: str) -> list[str]:
    asked = text(f"SELECT * FROM {name}")  # noqa: S608 - a name of ours
    return list(await store.database.read(lambda it: it.execute(asked).keys()))


async def count(store: SqlStore, name: str) -> int:
    asked = text(f"SELECT count(*) FROM {name}")  # noqa: S608 - a name of ours
    return int(await store.database.read(lambda it: it.scalar(asked)) or 0)


@pytest.mark.parametrize("name", sorted(VIEWS))
async def test_each_view_can_be_read_and_names_nobody(store: SqlStore, name: str) -> None:
    found = await columns(store, name)
    assert len(found) > 4
    assert set(found).isdisjoint(PERSONAL)


async def test_tests_merged_tickets_and_anonymous_answers_are_left_out(store: SqlStore) -> None:
    tables = METADATA.tables

    def work(connection: Connection) -> None:
        for is_test in (False, True):
            call = fill(connection, tables["interaction"], is_test=is_test)
            fill(connection, tables["interaction_segment"], interaction_id=call)
        first = fill(connection, tables["ticket"])
        fill(connection, tables["ticket"], merged_into=first)

    await store.database.change(work)
    for view, rows in (("open_contact", 1), ("open_segment", 1), ("open_ticket", 1)):
        assert await count(store, view) == rows, view
    opinions = Opinions(store.database, at=NOON)
    await opinions.answered(await opinions.plan(), ("csat", 5), comment="çok iyi")
    await opinions.answered(await opinions.plan("quiet", anonymous=True), ("csat", 1))
    assert await count(store, "open_score") == 1
