"""People on a file; what every store promises of them is in tests/ports/test_people.py."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StaleVersionError, StoreError
from ivr.runtime.ports.desk import Person
from ivr.store.sqlite import connect_to_write

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.store import SqlStore

AYSE = Person("ayse", "Ayşe", ("admin",))


async def test_another_process_sees_and_changes_the_same_person(
    store: SqlStore, again: SqlStore
) -> None:
    first = await store.people.save(AYSE)
    assert await again.people.get("ayse") == first
    await again.people.save(replace(first, disabled=True))
    with pytest.raises(StaleVersionError):
        await store.people.save(replace(first, display="Ayşe I."))


async def test_a_database_that_refuses_is_no_matter_of_versions(
    store: SqlStore, path: Path
) -> None:
    with closing(connect_to_write(path)) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE INSERT ON person BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(StoreError, match="refused"):
        await store.people.save(AYSE)
    assert await store.people.all() == []
