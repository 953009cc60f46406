"""What the books of promises to call back promise themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import Callback, Step, Wish, advance, promise
from ivr.domain.errors import StaleVersionError, StoreError
from ivr.runtime.ports.desk import CallbackRow

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

G = "g1"
MINUTE = 60_000_000_000


def made(key: str = "p-1", number: str = "+905321112233", queue: str = "cards") -> CallbackRow:
    wish = Wish(number, queue, number, enqueued_ns=5 * MINUTE, window_ns=120 * MINUTE)
    kept = promise(wish, key, "12345670", 7 * MINUTE)
    return CallbackRow(
        kept,
        trunk="phones",
        dnis="+908502220000",
        flow="bank",
        language="tr",
        priority="7",
        skills=("cards", "tr"),
        pop={"reason": "kayıp kart", "vip": True},
        asked_at="2026-11-23T07:30:00+00:00",
    )


def after(row: CallbackRow, *steps: Step, **more: str) -> CallbackRow:
    kept: Callback = row.promise
    for step in steps:
        kept = advance(kept, step)
    return replace(row, promise=kept, **more)  # type: ignore[arg-type]


@pytest.fixture
async def books(store: Store) -> Store:
    await store.groups.claim(G)
    return store


async def test_a_promise_comes_back_as_saved(books: Store) -> None:
    await books.callbacks.save(G, made())
    assert await books.callbacks.get("p-1") == made()
    assert await books.callbacks.get("p-2") is None


async def test_open_promises_come_oldest_first_and_those_that_are_over_do_not(
    books: Store,
) -> None:
    rows = [made(f"p-{number}", f"+9053211122{number}0") for number in range(3)]
    for row in rows:
        await books.callbacks.save(G, row)
    await books.callbacks.save(G, after(rows[1], Step.CANCEL))
    assert [row.promise.token for row in await books.callbacks.open(G)] == ["p-0", "p-2"]
    assert await books.callbacks.open("g2") == []
    newest = await books.callbacks.recent(2)
    assert [row.promise.token for row in newest] == ["p-2", "p-1"]


async def test_only_who_has_seen_the_newest_version_changes_it(books: Store) -> None:
    await books.callbacks.save(G, made())
    due = after(made(), Step.DUE, call="c-9")
    await books.callbacks.save(G, due)
    for late in (made(), due, after(made(), Step.CANCEL)):
        with pytest.raises(StaleVersionError):
            await books.callbacks.save(G, late)
    with pytest.raises(StaleVersionError):
        await books.callbacks.save(G, after(made("p-7", "+905320000000"), Step.DUE))
    assert await books.callbacks.get("p-1") == due


async def test_one_person_has_one_open_promise_for_a_queue(books: Store) -> None:
    await books.callbacks.save(G, made())
    with pytest.raises(StoreError, match="another promise"):
        await books.callbacks.save(G, made("p-2"))
    await books.callbacks.save(G, made("p-3", queue="loans"))
    await books.callbacks.save(G, after(made(), Step.RETURN))
    await books.callbacks.save(G, made("p-2"))
    assert [row.promise.token for row in await books.callbacks.open(G)] == ["p-3", "p-2"]


async def test_withheld_callers_are_never_the_same_person(books: Store) -> None:
    unknown = made()
    for token in ("p-1", "p-2"):
        kept = replace(unknown.promise, token=token, identity="")
        await books.callbacks.save(G, replace(unknown, promise=kept))
    assert len(await books.callbacks.open(G)) == 2
