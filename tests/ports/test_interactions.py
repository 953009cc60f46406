"""What the record of contacts promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import CallId

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import CallClosing, Entry, Store

C1 = CallId("c1")


async def test_a_call_has_an_open_interaction_from_its_first_step(
    store: Store, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    row = await store.interactions.get(C1)
    assert row is not None
    assert (row.public_id, row.trunk, row.channel) == ("c1", "main", "twilio")
    assert (row.ani, row.dnis) == ("+905321112233", "+908502220000")
    assert (row.flow, row.flow_hash, row.language) == ("bank", "0123456789ab", "tr")
    assert row.is_test is False
    assert row.started_at == step(1).at
    assert row.started_at.utcoffset() == timedelta(0)
    assert (row.ended_at, row.outcome, row.result, row.cause, row.ended_by) == (
        None,
        "open",
        None,
        None,
        None,
    )
    assert (row.note, row.path, row.segments, row.notes) == ("", (), (), ())


async def test_a_hidden_number_and_a_test_call_are_kept_as_such(
    store: Store, step: Callable[..., Entry]
) -> None:
    first = step(1).opening
    assert first is not None
    await store.journal.append(replace(step(1), opening=replace(first, ani=None, is_test=True)))
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.ani is None
    assert row.is_test is True


async def test_the_end_fills_in_the_rest(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=closing))
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.ended_at == step(2).at
    assert (row.outcome, row.result, row.cause, row.ended_by) == (
        "handled",
        "success",
        "normal",
        "caller",
    )
    assert (row.note, row.language, row.path) == ("çağrı bitti", "en", ("main", "cards"))
    assert row.segments == closing.segments


async def test_notes_keep_their_order_and_content(store: Store, step: Callable[..., Entry]) -> None:
    await store.journal.append(replace(step(1), notes=(("said", '{"b":1,"a":2}'),)))
    await store.journal.append(replace(step(2), notes=(("said", "2"), ("asked", '"İ"'))))
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.notes == (("said", '{"b":1,"a":2}'), ("said", "2"), ("asked", '"İ"'))


async def test_the_newest_come_first_without_details(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    for number, name in enumerate(("old", "new", "newer")):
        entry = step(1, call=name)
        later = entry.at + timedelta(minutes=number)
        await store.journal.append(replace(entry, at=later, notes=(("said", "1"),)))
    await store.journal.append(replace(step(2, call="new"), closing=closing))
    rows = await store.interactions.recent(2)
    assert [row.public_id for row in rows] == ["newer", "new"]
    assert all(row.segments == () and row.notes == () for row in rows)
    assert rows[1].outcome == "handled"
    assert len(await store.interactions.recent()) == 3


async def test_the_contacts_of_a_number_come_newest_first(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    hidden, other = None, "+905320000000"
    numbers = {"old": "+905321112233", "foreign": other, "hidden": hidden, "new": "+905321112233"}
    for number, (name, ani) in enumerate(numbers.items()):
        entry = step(1, call=name)
        assert entry.opening is not None
        at = entry.at + timedelta(minutes=number)
        entry = replace(entry, at=at, opening=replace(entry.opening, ani=ani))
        await store.journal.append(replace(entry, notes=(("said", "1"),)))
    await store.journal.append(replace(step(2, call="old"), closing=closing))
    rows = await store.interactions.by_number("+905321112233")
    assert [row.public_id for row in rows] == ["new", "old"]
    assert rows[1].outcome == "handled"
    assert all(row.segments == () and row.notes == () for row in rows)
    assert [row.public_id for row in await store.interactions.by_number(other, 1)] == ["foreign"]
    assert list(await store.interactions.by_number("+905321112234")) == []
    assert len(await store.interactions.by_number("+905321112233", 1)) == 1


async def test_an_unknown_interaction_is_none(store: Store) -> None:
    assert await store.interactions.get(C1) is None
    assert list(await store.interactions.recent()) == []


async def test_what_began_or_ended_since_a_moment_comes_oldest_first(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    for number, name in enumerate(("old", "open", "ended", "new")):
        entry = step(1, call=name)
        await store.journal.append(replace(entry, at=entry.at + timedelta(minutes=number)))
    late = step(2).at + timedelta(minutes=9)
    await store.journal.append(replace(step(2, call="ended"), at=late, closing=closing))
    moment = step(1).at + timedelta(minutes=3)
    rows = await store.interactions.since(moment, 10)
    assert [row.public_id for row in rows] == ["ended", "new"]
    assert all(row.segments == () and row.notes == () for row in rows)
    assert [row.public_id for row in await store.interactions.since(moment, 1)] == ["ended"]
    assert await store.interactions.since(late + timedelta(microseconds=1), 10) == []


async def test_a_call_of_ours_is_kept_as_outbound(store: Store, step: Callable[..., Entry]) -> None:
    first = step(1).opening
    assert first is not None
    await store.journal.append(replace(step(1), opening=replace(first, direction="outbound")))
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.direction == "outbound"
