"""A question through the driver gives what it gives through SQLAlchemy, on every database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import String, bindparam, literal_column, select

from ivr.domain.errors import StoreError
from ivr.store.statements import Each
from ivr.store.tables import call, interaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

ENGINES = ("sqlite", "postgres")
"""Only databases have drivers."""
_ITS = bindparam("call", type_=String)
_ROW = select(interaction, call.c.sealed_key).where(
    call.c.public_id == interaction.c.public_id, call.c.public_id == _ITS
)
_OPENED = Each(0, _ROW)
_WRONG = Each(0, select(literal_column("nothing")))


async def test_a_row_has_the_names_and_the_types_of_its_question(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    (found,) = await store.database.ask(_OPENED, {"call": "c1"})
    row = await store.database.read(lambda it: it.execute(_ROW, {"call": "c1"}).one())
    assert found._asdict() == row._asdict()
    assert found.started_at.tzinfo is not None
    assert isinstance(found.is_test, bool)
    assert isinstance(found.path, list)


async def test_a_question_without_an_answer_gives_no_rows(store: SqlStore) -> None:
    assert await store.database.ask(_OPENED, {"call": "nobody's"}) == []


async def test_a_question_that_a_database_refuses_is_a_store_error(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="refused") as caught:
        await store.database.ask(_WRONG, {})
    assert not caught.value.retryable


async def test_nobody_asks_a_store_that_is_closed(store: SqlStore) -> None:
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.database.ask(_OPENED, {"call": "c1"})
