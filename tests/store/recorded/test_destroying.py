"""What stands in the row of a recording that is gone: when it was, and nothing of who spoke."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.call import CallId
from ivr.runtime.ports.recorded.recordings import (
    FAILED,
    GONE,
    PENDING,
    READY,
    NewRecording,
    Sound,
)
from ivr.store.recorded.destroying import addresses, forget, rows_of
from ivr.store.recorded.repository import SqlRecordings
from ivr.store.tables import interaction, recording
from tests.store.conftest import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

NAME = "ab" * 16


async def test_its_sound_and_its_words_go_and_the_row_stays(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    await store.calls.claim()
    await store.journal.append(step(1))
    news = tuple(
        NewRecording(f"01J{turn}", "voicemail", turn, 2.0, f"spool:{NAME}", words="said")
        for turn in (1, 2)
    )
    await store.journal.append(replace(step(2), recordings=news))
    rows = SqlRecordings(store.database)
    await rows.ready("01J1", Sound(f"recordings:{NAME}", 1, "aa", 1, b"k"), NOON)

    def mine(connection: Connection) -> list[int]:
        return rows_of(connection, list(connection.scalars(select(interaction.c.id))))

    keys = await store.database.read(mine)
    found = await store.database.read(lambda it: addresses(it, keys))
    assert found == [f"recordings:{NAME}", f"spool:{NAME}", f"spool:{NAME}"]
    assert await store.database.change(lambda it: forget(it, keys, NOON)) == 2
    assert await store.database.read(mine) == []
    for row in await rows.of_call(CallId("c1")):
        assert (row.state, row.words, row.source, row.sound) == (GONE, "", "", None)
    assert not await rows.ready("01J2", Sound("recordings:00", 1, "aa", 1, b"k"), NOON)


async def test_the_spool_of_one_that_could_not_be_kept_goes_too(
    store: SqlStore, step: Callable[..., Entry]
) -> None:
    rows, keys = await recorded(store, step, f"cut:{NAME}")
    await rows.failed("01J1", "no sound")
    assert await store.database.read(lambda it: addresses(it, keys)) == [f"cut:{NAME}"]
    await store.database.change(lambda it: forget(it, keys, NOON))
    (row,) = await rows.of_call(CallId("c1"))
    assert (row.state, row.source) == (GONE, "")


@pytest.mark.parametrize("state", [PENDING, READY, FAILED])
async def test_what_a_provider_has_is_due_to_be_destroyed_there(
    store: SqlStore, step: Callable[..., Entry], state: str
) -> None:
    rows, keys = await recorded(store, step, "twilio:main:RE1")
    if state == READY:
        await rows.ready("01J1", Sound(f"recordings:{NAME}", 1, "aa", 1, b"k"), NOON)
    if state == FAILED:
        await rows.failed("01J1", "no sound")
    for _ in range(2):
        await store.database.change(lambda it: forget(it, keys, NOON))
        (row,) = await rows.due(NOON, 10)
        assert (row.state, row.source, row.words, row.sound) == (GONE, "twilio:main:RE1", "", None)
    await rows.forgotten("01J1")
    assert await rows.due(NOON, 10) == []


async def recorded(
    store: SqlStore, step: Callable[..., Entry], source: str
) -> tuple[SqlRecordings, list[int]]:
    """A call that has left one message; the rows, and the keys of that."""
    await store.calls.claim()
    await store.journal.append(step(1))
    new = NewRecording("01J1", "voicemail", 1, 2.0, source, words="said")
    await store.journal.append(replace(step(2), recordings=(new,)))
    keys = await store.database.read(lambda it: list(it.scalars(select(recording.c.id))))
    return SqlRecordings(store.database), keys
