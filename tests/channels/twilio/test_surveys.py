"""Callers of the provider are asked how it was, once the agent has hung up."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from ivr.store.tables import METADATA
from tests.fakes.fresh_store import open_fresh
from tests.fakes.twilio_floor import AYSE, BORA, CALLER, asking_centre
from tests.surveys.files.house import TEXT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from ivr.domain.call import CallId
    from tests.fakes.twilio_floor import Centre
    from tests.fakes.twilio_legs import Leg

    Asked = Callable[..., Awaitable[Centre]]
PATIENCE_S = 20.0
OFFER = "Two short questions from Anadolu Bank"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    """Opens a call centre whose survey asks this share of its callers."""
    centres: list[Centre] = []

    async def make(rate: str = "100%", *agents: str) -> Centre:
        text = TEXT.replace("rate: 50%", f"rate: {rate}")
        text = text.replace("['cards', 'loans', 'general']", "['help']")
        centres.append(await asking_centre(tmp_path / str(len(centres)), text, *agents))
        return centres[-1]

    yield make
    for centre in centres:
        await centre.close()


async def talked(centre: Centre) -> tuple[Leg, CallId]:
    """A caller has talked with the agent for half a minute."""
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    await centre.run(30)
    return caller, call


async def told(centre: Centre, call: CallId) -> tuple[str, dict[str, int | None]]:
    (one,) = await centre.store.surveys.of_call(call)
    kept = await centre.store.surveys.answers(call)
    return one.state, {each.question: each.number for each in kept}


async def test_the_agent_hangs_up_and_the_caller_is_asked_within_a_second(asked: Asked) -> None:
    centre = await asked("100%")
    caller, call = await talked(centre)
    assert await told(centre, call) == ("armed", {})
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(1)
    assert await told(centre, call) == ("offered", {})
    await centre.run(10)
    assert any(one.startswith(OFFER) for one in caller.words)
    await caller.press("4")
    await centre.run(1)
    await caller.press("10", gap_s=0.15)
    await centre.run(8)
    assert await told(centre, call) == ("completed", {"csat": 4, "nps": 10})
    assert caller.words[-2:] == ["That was it.", "Goodbye."]


async def test_one_and_silence_is_one(asked: Asked) -> None:
    centre = await asked("100%")
    caller, call = await talked(centre)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(12)
    await caller.press("5")
    await centre.run(1)
    await caller.press("1")
    await centre.run(12)
    assert await told(centre, call) == ("completed", {"csat": 5, "nps": 1})


async def test_every_webhook_twice_asks_nobody_twice(asked: Asked) -> None:
    centre = await asked("100%")
    centre.provider.repeats = 1
    caller, call = await talked(centre)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(12)
    await caller.press("3")
    await centre.run(1)
    await caller.press("#")
    await centre.run(10)
    assert await told(centre, call) == ("partial", {"csat": 3})


async def test_a_restart_asks_the_same_question_again_and_keeps_the_answer(asked: Asked) -> None:
    centre = await asked("100%")
    caller, call = await talked(centre)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(12)
    await caller.press("2")
    await centre.run(2)
    await centre.restart()
    await caller.press("9")
    await centre.run(10)
    assert await told(centre, call) == ("completed", {"csat": 2, "nps": 9})


async def test_nothing_that_the_provider_is_told_shows_who_was_chosen(asked: Asked) -> None:
    seen = []
    for rate in ("100%", "0%"):
        centre = await asked(rate)
        caller, call = await talked(centre)
        agent = centre.exchange.agent(AYSE)
        sent = repr((centre.rest.asked, agent.words, agent.url))
        seen.append(sent.replace(call, "CALL"))
        await centre.exchange.hang_up(caller)
        await centre.run(2)
    assert seen[0] == seen[1]


async def wants(centre: Centre, call: CallId, agent: str, action: str, **body: str) -> None:
    """An agent presses a button of his desk."""
    await centre.server.floor.control(call, action, body, agent)
    await centre.run(5)


@pytest.mark.parametrize(("last_s", "of_record"), [(15, "ayse"), (4, "bora")])
async def test_after_two_transfers_there_is_one_survey_about_the_last_who_talked_ten_seconds(
    asked: Asked, last_s: float, of_record: str
) -> None:
    centre = await asked("100%", "ayse", "bora")
    caller, call = await talked(centre)
    await wants(centre, call, "ayse", "transfer", to="queue:help", kind="blind")
    assert centre.exchange.together() == [{CALLER, BORA}]
    await centre.run(20)
    await centre.server.floor.ask("ayse", "set_available", by="ayse")
    await centre.server.floor.control(
        call, "transfer", {"to": "queue:help", "kind": "blind"}, "bora"
    )
    async with asyncio.timeout(PATIENCE_S):
        while centre.exchange.together() != [{CALLER, AYSE}]:
            await centre.run(0.5)
    await centre.run(last_s)
    assert await told(centre, call) == ("armed", {})
    assert OFFER not in " ".join(caller.words)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(1)
    (one,) = await centre.store.surveys.of_call(call)
    assert (one.state, one.agent) == ("offered", of_record)
    await centre.run(3)
    assert " ".join(caller.words).count(OFFER) == 1


@pytest.mark.parametrize("first", ["ayse", "bora"])
async def test_a_conference_of_three_is_over_when_the_last_agent_has_left(
    asked: Asked, first: str
) -> None:
    centre = await asked("100%", "ayse", "bora")
    _caller, call = await talked(centre)
    await wants(centre, call, "ayse", "consult", to="agent:bora")
    await wants(centre, call, "ayse", "merge")
    assert centre.exchange.together() == [{CALLER, AYSE, BORA}]
    numbers = [AYSE, BORA] if first == "ayse" else [BORA, AYSE]
    for number, state in zip(numbers, ("armed", "offered"), strict=True):
        await centre.exchange.hang_up(centre.exchange.agent(number))
        await centre.run(2)
        assert await told(centre, call) == (state, {})


async def test_somebody_who_was_only_consulted_changes_nothing(asked: Asked) -> None:
    centre = await asked("100%", "ayse", "bora")
    _caller, call = await talked(centre)
    await wants(centre, call, "ayse", "consult", to="agent:bora")
    await wants(centre, call, "ayse", "consult-cancel")
    assert await told(centre, call) == ("armed", {})
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(1)
    (one,) = await centre.store.surveys.of_call(call)
    assert (one.state, one.agent) == ("offered", "ayse")


Rows = tuple[tuple[str, str, str], dict[str, int | None], list[str]]
"""State, reason and agent of the invitation; the answers; what became of the call."""


async def rows_of(centre: Centre, agent_first: bool) -> Rows:
    """A talk, a survey with a low and a high score or none of it, and what is stored then."""
    caller, call = await talked(centre)
    leaver = centre.exchange.agent(AYSE) if agent_first else caller
    await centre.exchange.hang_up(leaver)
    await centre.run(16)
    if agent_first:
        await caller.press("2")
        await centre.run(4)
        await caller.press("10", gap_s=0.15)
    await centre.run(30)
    (one,) = await centre.store.surveys.of_call(call)
    _state, given = await told(centre, call)
    row = await centre.row(call)
    about = [row.outcome, *(f"{each.kind} {each.detail}" for each in row.segments)]
    return (one.state, one.reason, one.agent), given, about


@pytest.mark.parametrize("agent_first", [True, False])
async def test_webhooks_that_come_twice_late_and_in_any_order_leave_the_same_rows(
    asked: Asked, agent_first: bool
) -> None:
    in_order = await rows_of(await asked("100%"), agent_first)
    for seed in range(4):
        centre = await asked("100%")
        centre.provider.repeats = seed % 2
        centre.exchange.disorder = random.Random(seed)  # noqa: S311 - no secret
        assert await rows_of(centre, agent_first) == in_order, seed
    ends = ("completed", "", "ayse"), ("missed", "caller_left_first", "ayse")
    assert in_order[0] == ends[not agent_first]
    assert in_order[1] == ({"csat": 2, "nps": 10} if agent_first else {})


async def test_who_leaves_first_is_missed_and_one_text_is_scheduled(
    tmp_path: Path, sqlite_address: str
) -> None:
    store: Any = open_fresh(sqlite_address)
    text = TEXT.replace("rate: 50%", "rate: 100%").replace(
        "['cards', 'loans', 'general']", "['help']"
    )
    centre = await asking_centre(tmp_path / "house", text, store=store)
    caller = await centre.ring()
    await centre.until_talking()
    await centre.run(11)
    await centre.exchange.hang_up(caller)
    question = select(METADATA.tables["survey_invitation"])
    rows: list[Any] = []
    async with asyncio.timeout(PATIENCE_S):
        while not rows or rows[0].state in {"armed", "missed"}:
            await centre.run(0.5)
            rows = list(await store.database.read(lambda it: it.execute(question).all()))
    (one,) = rows
    assert (one.state, one.value_norm, one.agent) == ("scheduled", CALLER, "ayse")
    assert (one.due_at - centre.clock.now()).total_seconds() > 240
    assert OFFER not in " ".join(caller.words)
    await centre.close()
    await store.close()
