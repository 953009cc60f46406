"""What stands in the row of a recording that is gone: when it was, and nothing of who spoke."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.domain.call import CallId
from ivr.runtime.ports.recorded.recordings import GONE, NewRecording, Sound
from ivr.store.recorded.destroying import addresses, forget, rows_of
from ivr.store.recorded.repository import SqlRecordings
from ivr.store.tables import interaction
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
    assert found == [f"recordings:{NAME}", f"spool:{NAME}"]
    assert await store.database.change(lambda it: forget(it, keys, NOON)) == 2
    assert await store.database.read(mine) == []
    for row in await rows.of_call(CallId("c1")):
        assert (row.state, row.words, row.source, row.sound) == (GONE, "", "", None)
    assert not await rows.ready("01J2", Sound("recordings:00", 1, "aa", 1, b"k"), NOON)
