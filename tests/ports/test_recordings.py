"""The port of recordings on both databases: written with the step, ready once, found by whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.recorded.recordings import FAILED, PENDING, READY, NewRecording, Sound
from ivr.store.recorded.repository import SqlRecordings
from tests.ports.conftest import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry
    from ivr.store import SqlStore

ID = "01KAJ9Q3Z8M4T7W2Y6B5C1D0EF"
NEW = NewRecording(
    ID,
    "voicemail",
    7,
    12.34,
    "spool:abc",
    box="general",
    words="a",
    language="tr",
    queue="cards",
)
SOUND = Sound("recordings:ff", 197_484, "ab" * 32, 12_340, b"wrapped", partial=True)


@pytest.fixture
async def rows(base: SqlStore, step: Callable[..., Entry]) -> SqlRecordings:
    """The recordings of a store in which the call c1 has left one message."""
    await base.calls.claim()
    await base.journal.append(step(1))
    await base.journal.append(replace(step(2), recordings=(NEW,)))
    return SqlRecordings(base.database)


async def test_a_step_that_wants_one_kept_leaves_a_row_whose_sound_is_to_come(
    rows: SqlRecordings,
) -> None:
    at = NOON + timedelta(seconds=2)
    (found,) = await rows.due(at, 10)
    assert (found.id, found.call, found.state, found.at) == (ID, "c1", PENDING, at)
    assert (found.kind, found.turn, found.seconds, found.source) == (
        "voicemail",
        7,
        12.34,
        "spool:abc",
    )
    assert found.queue == "cards"
    assert (found.box, found.words, found.language, found.sound) == ("general", "a", "tr", None)
    assert await rows.due(NOON, 10) == []


async def test_the_same_message_is_written_once_though_its_step_comes_again(
    rows: SqlRecordings, base: SqlStore, step: Callable[..., Entry]
) -> None:
    again = replace(NEW, id="01KAJ9Q3Z8M4T7W2Y6B5C1D0EG")
    other = replace(again, id="01KAJ9Q3Z8M4T7W2Y6B5C1D0EH", turn=9)
    await base.journal.append(replace(step(3), recordings=(again, other)))
    assert [one.turn for one in await rows.of_call(step(1).call)] == [7, 9]


async def test_its_sound_is_there_once(rows: SqlRecordings) -> None:
    assert await rows.ready(ID, SOUND, NOON)
    assert not await rows.ready(ID, replace(SOUND, uri="recordings:00"), NOON)
    found = await rows.get(ID)
    assert found is not None
    assert (found.state, found.sound) == (READY, SOUND)


async def test_what_is_kept_is_due_until_its_source_has_forgotten_it(rows: SqlRecordings) -> None:
    await rows.later(ID, NOON, "new")
    await rows.ready(ID, SOUND, NOON)
    (found,) = await rows.due(NOON, 10)
    assert (found.state, found.source, found.tries) == (READY, "spool:abc", 0)
    later = NOON + timedelta(hours=1)
    await rows.later(ID, later, "away")
    assert await rows.due(NOON, 10) == []
    (found,) = await rows.due(later, 10)
    assert found.tries == 1
    await rows.forgotten(ID)
    assert await rows.due(later, 10) == []
    await rows.later(ID, NOON, "too late")
    kept = await rows.get(ID)
    assert kept is not None
    assert (kept.state, kept.source, kept.sound) == (READY, "", SOUND)
    assert await rows.due(later, 10) == []


async def test_what_is_still_to_come_is_not_forgotten(rows: SqlRecordings) -> None:
    await rows.forgotten(ID)
    (found,) = await rows.due(NOON + timedelta(days=1), 10)
    assert (found.state, found.source) == (PENDING, "spool:abc")


async def test_what_could_not_be_had_is_tried_later_or_given_up(rows: SqlRecordings) -> None:
    later = NOON + timedelta(minutes=1)
    await rows.later(ID, later, "away")
    assert await rows.due(later - timedelta(seconds=1), 10) == []
    (found,) = await rows.due(later, 10)
    assert found.tries == 1
    await rows.failed(ID, "gone")
    assert await rows.due(later, 10) == []
    lost = await rows.get(ID)
    assert lost is not None
    assert lost.state == FAILED
    assert not await rows.ready(ID, SOUND, NOON)


async def test_an_address_is_named_while_its_sound_is_kept_or_awaited(rows: SqlRecordings) -> None:
    asked = ["spool:abc", "cut:abc", SOUND.uri, *(f"spool:{number}" for number in range(1_000))]
    assert await rows.named(asked) == {"spool:abc"}
    await rows.ready(ID, SOUND, NOON)
    assert await rows.named(asked) == {SOUND.uri}


async def test_the_newest_that_can_be_played_is_found(
    rows: SqlRecordings, base: SqlStore, step: Callable[..., Entry]
) -> None:
    assert await rows.newest() is None
    later = tuple(replace(NEW, id=f"{ID[:-1]}{turn}", turn=turn) for turn in (8, 9))
    await base.journal.append(replace(step(3), recordings=later))
    for each in (ID, later[0].id):
        await rows.ready(each, SOUND, NOON)
    newest = await rows.newest()
    assert newest is not None
    assert newest.id == later[0].id


async def test_all_of_a_span_of_time_are_gone_through_page_by_page(
    rows: SqlRecordings, base: SqlStore, step: Callable[..., Entry]
) -> None:
    more = replace(NEW, id="01KAJ9Q3Z8M4T7W2Y6B5C1D0EH", turn=8)
    await base.journal.append(replace(step(3), recordings=(more,)))
    day = NOON + timedelta(days=1)
    (first,) = await rows.made(NOON, day, "", 1)
    (second,) = await rows.made(NOON, day, first.id, 5)
    assert (first.id, second.id) == (ID, more.id)
    assert await rows.made(NOON, day, second.id, 5) == []
    assert await rows.made(NOON + timedelta(seconds=3), day, "", 5) == [second]
    assert await rows.made(NOON, NOON + timedelta(seconds=2), "", 5) == []


async def test_one_that_could_not_be_kept_names_nothing(rows: SqlRecordings) -> None:
    await rows.failed(ID, "gone")
    assert await rows.named(["spool:abc"]) == set()


async def test_what_is_not_there_is_not_found(rows: SqlRecordings) -> None:
    assert await rows.get("nobody's") is None
    assert list(await rows.of_ticket("260000019")) == []
