"""The contract is in tests/ports; here: answers come back from the file after a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.runtime.ports.answers import KEPT, Kept
from ivr.store import open_store
from ivr.store.desk.answers import SqlAnswers
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_an_answer_is_there_again_after_a_restart(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'ivr.db'}"
    first = open_fresh(address, create=True)
    await SqlAnswers(first.database).claim("ayse", "k", "a", NOON)
    await SqlAnswers(first.database).keep("ayse", "k", Kept(201, "x"))
    await first.close()
    second = open_store(address)
    assert await SqlAnswers(second.database).claim("ayse", "k", "a", NOON) == Kept(201, "x")
    await second.close()


async def test_answers_of_a_day_ago_are_swept(tmp_path: Path) -> None:
    store = open_fresh(f"sqlite:///{tmp_path / 'ivr.db'}", create=True)
    answers = SqlAnswers(store.database)
    await answers.claim("ayse", "old", "a", NOON)
    await answers.claim("ayse", "new", "a", NOON + KEPT)
    assert await answers.sweep(NOON + KEPT) == 1
    await store.close()
