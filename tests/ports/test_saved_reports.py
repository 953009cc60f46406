"""Questions to reports that people keep, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.reports import SavedReport
from ivr.store.reports.saved import SqlSavedReports

if TYPE_CHECKING:
    from ivr.store import SqlStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINE = SavedReport("id1", "sule", "Haftalık", "report=R2", shared=False, saved_at=NOON)
ENGINES = ("sqlite", "postgres")
"""They are kept in databases only."""


@pytest.fixture
def saved(store: SqlStore) -> SqlSavedReports:
    """Nothing yet."""
    return SqlSavedReports(store.database)


async def test_what_is_kept_comes_back_to_its_owner_and_shared_to_all(
    saved: SqlSavedReports,
) -> None:
    shared = replace(MINE, id="id2", name="Aylık", shared=True)
    for each in (MINE, shared):
        assert await saved.save(each, 9) == each
    assert await saved.seen_by("sule") == [shared, MINE]
    assert await saved.seen_by("ali") == [shared]
    assert await saved.seen_by("sule", tenant=2) == []


async def test_the_same_name_takes_its_place_and_so_many_are_enough(
    saved: SqlSavedReports,
) -> None:
    await saved.save(MINE, 1)
    again = replace(MINE, id="id2", query="report=R1")
    await saved.save(again, 1)
    assert await saved.seen_by("sule") == [again]
    with pytest.raises(NotValidError, match="1 reports already"):
        await saved.save(replace(MINE, id="id3", name="x"), 1)
    await saved.save(replace(MINE, id="id4", owner="ali"), 1)


async def test_only_the_owner_takes_it_away(saved: SqlSavedReports) -> None:
    await saved.save(replace(MINE, shared=True), 9)
    assert not await saved.remove("id1", "ali")
    assert not await saved.remove("id1", "sule", tenant=2)
    assert await saved.remove("id1", "sule")
    assert not await saved.remove("id1", "sule")
