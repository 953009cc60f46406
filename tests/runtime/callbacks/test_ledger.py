"""Promises change in memory at once, and in the books in the same order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import Step, Wish, advance, promise
from ivr.domain.errors import StoreError
from ivr.runtime.callbacks.ledger import Ledger
from ivr.runtime.memory.callbacks import MemoryCallbacks
from ivr.runtime.memory.clock import VirtualClock, settle
from ivr.runtime.ports.desk import CallbackRow
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NUMBER = "+905321112233"


class Books(MemoryCallbacks):
    """away: how often the database is away before it is there. saved: versions, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.away = 0
        self.refuses = False
        self.saved: list[tuple[str, int]] = []

    async def save(self, group: str, row: CallbackRow) -> None:
        if self.away:
            self.away -= 1
            raise StoreError("away", retryable=True)
        if self.refuses:
            raise StoreError("no")
        await super().save(group, row)
        self.saved.append((row.promise.token, row.promise.version))


class Rig:
    """A ledger and what it stands on."""

    def __init__(self) -> None:
        self.books, self.clock, self.tasks = Books(), VirtualClock(), Tasks()
        self.ledger = Ledger("g1", self.books, self.clock, self.tasks)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.tasks.close()


def row(key: str = "p-1", number: str = NUMBER) -> CallbackRow:
    return CallbackRow(promise(Wish(number, "cards", number, 0, 10), key, "12345670", 5))


def after(known: CallbackRow, *steps: Step) -> CallbackRow:
    kept = known.promise
    for step in steps:
        kept = advance(kept, step)
    return replace(known, promise=kept)


async def test_what_is_open_is_found_by_person_and_queue(rig: Rig) -> None:
    made = rig.ledger.change(row())
    rig.ledger.change(row("p-2", ""))
    assert rig.ledger.of(NUMBER, "cards") == made
    assert rig.ledger.of(NUMBER, "loans") is None
    assert rig.ledger.of("", "cards") is None
    rig.ledger.change(after(made, Step.CANCEL))
    assert rig.ledger.of(NUMBER, "cards") is None


async def test_two_steps_at_once_are_one_change(rig: Rig) -> None:
    made = rig.ledger.change(row())
    rig.ledger.change(after(made, Step.DUE, Step.RESERVE))
    await settle()
    assert rig.books.saved == [("p-1", 1), ("p-1", 2)]


async def test_no_change_overtakes_another_while_the_database_is_away(rig: Rig) -> None:
    rig.books.away = 3
    made = rig.ledger.change(row())
    rig.ledger.change(row("p-2", "+905320000002"))
    rig.ledger.change(after(made, Step.DUE))
    await settle()
    assert rig.books.saved == []
    await rig.clock.advance(2)
    assert rig.books.saved == [("p-1", 1), ("p-2", 1), ("p-1", 2)]
    await rig.ledger.written("p-1")


async def test_a_promise_that_cannot_be_written_down_was_never_made(rig: Rig) -> None:
    rig.books.refuses = True
    rig.ledger.change(row())
    with pytest.raises(StoreError, match="no"):
        await rig.ledger.written("p-1")
    assert rig.ledger.rows == {}


async def test_a_new_owner_reads_what_is_open(rig: Rig) -> None:
    made = rig.ledger.change(row())
    rig.ledger.change(after(rig.ledger.change(row("p-2", "+905320000002")), Step.CANCEL))
    await settle()
    other = Ledger("g1", rig.books, rig.clock, rig.tasks)
    await other.load()
    assert other.rows == {"p-1": made}
