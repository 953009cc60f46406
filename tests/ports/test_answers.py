"""Answers that are kept: one claim, one answer, for a day; on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.memory.answers import MemoryAnswers
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.answers import KEPT, PATIENCE, Kept, KeyBusyError, KeyReusedError
from ivr.store.desk.answers import SqlAnswers
from ivr.store.opening import SqlStore

if TYPE_CHECKING:
    from ivr.runtime.ports import Store
    from ivr.runtime.ports.answers import Answers

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def answers(store: Store) -> Answers:
    """No answer is kept yet."""
    if isinstance(store, MemoryStore):
        return MemoryAnswers()
    assert isinstance(store, SqlStore)
    return SqlAnswers(store.database)


async def test_the_second_request_gets_the_answer_of_the_first(answers: Answers) -> None:
    assert await answers.claim("ayse", "k", "a", NOON) is None
    await answers.keep("ayse", "k", Kept(201, '{"ş": 1}'))
    assert await answers.claim("ayse", "k", "a", NOON + SECOND) == Kept(201, '{"ş": 1}')
    assert await answers.claim("ali", "k", "a", NOON) is None
    assert await answers.claim("ayse", "other", "a", NOON) is None


async def test_a_key_belongs_to_one_request(answers: Answers) -> None:
    await answers.claim("ayse", "k", "a", NOON)
    await answers.keep("ayse", "k", Kept(200, ""))
    with pytest.raises(KeyReusedError):
        await answers.claim("ayse", "k", "b", NOON)


async def test_a_request_that_is_not_over_is_waited_for(answers: Answers) -> None:
    await answers.claim("ayse", "k", "a", NOON)
    with pytest.raises(KeyBusyError):
        await answers.claim("ayse", "k", "a", NOON + PATIENCE - SECOND)
    assert await answers.claim("ayse", "k", "a", NOON + PATIENCE) is None


async def test_a_claim_that_was_given_back_can_be_made_again(answers: Answers) -> None:
    await answers.claim("ayse", "k", "a", NOON)
    await answers.release("ayse", "k")
    assert await answers.claim("ayse", "k", "b", NOON) is None
    await answers.keep("ayse", "k", Kept(200, "x"))
    await answers.release("ayse", "k")
    assert await answers.claim("ayse", "k", "b", NOON) == Kept(200, "x")


async def test_an_answer_is_kept_for_a_day(answers: Answers) -> None:
    await answers.claim("ayse", "k", "a", NOON)
    await answers.keep("ayse", "k", Kept(200, "x"))
    assert await answers.sweep(NOON + KEPT - SECOND) == 0
    assert await answers.claim("ayse", "k", "a", NOON + KEPT - SECOND) is not None
    assert await answers.claim("ayse", "k", "b", NOON + KEPT) is None
    assert await answers.sweep(NOON + 2 * KEPT) == 1
