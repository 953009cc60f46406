"""What an agent says of a call is kept once, beside what its caller answers and never with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.ports.asking.agent_scores import AgentScore
from tests.ports.conftest import NOON
from tests.ports.test_surveys import new_id
from tests.surveys.files.house import loaded
from tests.surveys.files.test_by_agents import survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import Entry, Store

ASKED = survey()
SAID = AgentScore("c1", "ayse", "impression", "after_call", ASKED.hash, "csat", "csat", 4, "tr")


@pytest.fixture
async def kept(store: Store, step: Callable[..., Entry]) -> Store:
    """A store with a call, and the surveys that are asked."""
    await store.calls.claim()
    await store.surveys.publish([loaded(), ASKED], NOON, new_id)
    await store.journal.append(step(1))
    return store


async def test_nothing_was_said_of_a_call_at_first(kept: Store) -> None:
    assert await kept.agent_scores.of("c1", "ayse") is None


async def test_a_score_is_kept_with_its_wording(kept: Store) -> None:
    await kept.agent_scores.keep(SAID, NOON, new_id)
    assert await kept.agent_scores.of("c1", "ayse") == SAID


async def test_a_second_score_takes_the_place_of_the_first(kept: Store) -> None:
    for number in (4, 2, 2):
        await kept.agent_scores.keep(replace(SAID, number=number), NOON, new_id)
    await kept.agent_scores.keep(replace(SAID, number=1), NOON + timedelta(seconds=9), new_id)
    assert await kept.agent_scores.of("c1", "ayse") == replace(SAID, number=1)


async def test_a_score_that_is_taken_back_was_never_given(kept: Store) -> None:
    await kept.agent_scores.keep(SAID, NOON, new_id)
    await kept.agent_scores.keep(replace(SAID, agent="can"), NOON, new_id)
    for _twice in range(2):
        await kept.agent_scores.take_back("c1", "ayse")
        assert await kept.agent_scores.of("c1", "ayse") is None
    assert await kept.agent_scores.of("c1", "can") is not None
    await kept.agent_scores.keep(SAID, NOON, new_id)
    assert await kept.agent_scores.of("c1", "ayse") == SAID


async def test_each_agent_of_a_call_has_his_own(kept: Store) -> None:
    await kept.agent_scores.keep(SAID, NOON, new_id)
    await kept.agent_scores.keep(replace(SAID, agent="can", number=1), NOON, new_id)
    assert await kept.agent_scores.of("c1", "ayse") == SAID
    assert await kept.agent_scores.of("c1", "can") == replace(SAID, agent="can", number=1)


async def test_a_call_that_is_not_there_has_none(kept: Store) -> None:
    with pytest.raises(NotFoundError):
        await kept.agent_scores.keep(replace(SAID, call="c9"), NOON, new_id)
    assert await kept.agent_scores.of("c9", "ayse") is None


async def test_it_is_no_answer_and_no_invitation_of_the_caller(kept: Store) -> None:
    await kept.agent_scores.keep(SAID, NOON, new_id)
    assert await kept.surveys.of_call(SAID.call) == []  # type: ignore[arg-type]
    assert await kept.surveys.answers(SAID.call) == []  # type: ignore[arg-type]
    past = await kept.surveys.past(["+905321112233"], NOON - timedelta(days=365), NOON)
    assert (past.invited, past.open, past.refused) == ((), False, False)
