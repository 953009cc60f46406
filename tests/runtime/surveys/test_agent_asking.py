"""What an agent is asked hangs on the call that he winds up, as far as it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import IllegalTransitionError, NotFoundError, NotValidError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports import Entry
from ivr.runtime.surveys.agent_asking import AgentAsking
from ivr.runtime.surveys.knowing import Knowing
from ivr.surveys.files.loading import NO_SURVEYS, Surveys, read_surveys
from tests.ports.conftest import NOON, opening
from tests.surveys.files.test_by_agents import PATH, TEXT
from tests.surveys.test_by_agents import MATCH

if TYPE_CHECKING:
    from ivr.runtime.ports import CallOpening

WINDS_UP = {"agent": "ayse", "state": "wrapup", "call": "c1"}


def surveys(match: str = MATCH) -> Surveys:
    found, problems = read_surveys({PATH: TEXT.replace(MATCH, match).encode()})
    assert found is not None, problems
    return found


async def asking(
    known: Surveys | None = None,
    row: dict[str, Any] | None = None,
    queue: str = "cards",
    begun: CallOpening | None = None,
) -> AgentAsking:
    """With the call c1 in its store. row: of the agent. begun: how the call began."""
    store = MemoryStore()
    await store.calls.claim()
    entry = Entry(CallId("c1"), 1, 1, NOON, event="{}")
    await store.journal.append(replace(entry, opening=begun or opening("c1")))
    knowing = Knowing(store.surveys)
    knowing.interactions = store.interactions
    return AgentAsking(
        store=store,
        knowing=knowing,
        known=lambda: surveys() if known is None else known,
        agent=lambda name: row or WINDS_UP if name == "ayse" else None,
        queue=lambda _name: queue,
        clock=VirtualClock(),
        new_id=lambda: "R" * 26,
    )


async def test_a_call_of_the_queue_is_asked_about_and_of_another_is_not() -> None:
    assert await (await asking()).asked("ayse", "c1", "tr") is not None
    assert await (await asking(queue="vip")).asked("ayse", "c1", "tr") is None


async def test_without_a_survey_of_agents_nothing_is_asked() -> None:
    assert await (await asking(NO_SURVEYS)).asked("ayse", "c1", "tr") is None
    with pytest.raises(NotFoundError):
        await (await asking(NO_SURVEYS)).answer("ayse", "c1", 3, "tr")


async def test_a_test_call_is_not_asked_about() -> None:
    made = await asking(begun=replace(opening("c1"), is_test=True))
    assert await made.asked("ayse", "c1", "tr") is None


@pytest.mark.parametrize(
    ("match", "asks"),
    [
        ("interaction.dnis == '+908502220000'", True),
        ("interaction.flow == 'bank' and interaction.medium == 'voice'", True),
        ("interaction.language == 'de'", False),
        ("interaction.repeat", False),
        ("customer.segment == 'gold'", False),
    ],
)
async def test_a_plan_looks_at_the_call_and_at_the_customer(match: str, asks: bool) -> None:
    made = await asking(surveys(match))
    assert (await made.asked("ayse", "c1", "tr") is not None) is asks


@pytest.mark.parametrize(
    "row",
    [
        WINDS_UP | {"state": "talking"},
        WINDS_UP | {"state": "available", "call": None},
        WINDS_UP | {"call": "c2"},
    ],
)
async def test_only_who_winds_this_call_up_is_asked_or_heard(row: dict[str, Any]) -> None:
    made = await asking(row=row)
    assert await made.asked("ayse", "c1", "tr") is None
    with pytest.raises(IllegalTransitionError):
        await made.answer("ayse", "c1", 3, "tr")
    with pytest.raises(IllegalTransitionError):
        await made.answer("nobody", "c1", 3, "tr")


async def test_his_score_is_read_again_and_must_lie_on_the_scale() -> None:
    made = await asking()
    for wrong in (0, 6):
        with pytest.raises(NotValidError):
            await made.answer("ayse", "c1", wrong, "tr")
    await made.answer("ayse", "c1", 2, "en")
    found = await made.asked("ayse", "c1", "tr")
    assert found is not None
    assert found[1] == 2
