"""Callers of the provider are asked how it was, once the agent has hung up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import AYSE, Centre, lay_out
from tests.surveys.files.house import TEXT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from ivr.domain.call import CallId
    from tests.fakes.twilio_legs import Leg

    Asked = Callable[[str], Awaitable[Centre]]
CHANGES = {
    "places: [boss]}": "places: [boss], surveys: [support]}",
    "      done: after\n  after:": (
        "      done: asked\n  asked:\n    - {survey: support, done: after}\n  after:"
    ),
    "acd: {breaks": "surveys: [support]\nacd: {breaks",
}
OFFER = "Two short questions from Anadolu Bank"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    """Opens a call centre whose survey asks this share of its callers."""
    centres: list[Centre] = []

    async def make(rate: str = "100%") -> Centre:
        folder = tmp_path / str(len(centres))
        (folder / "flows" / "surveys").mkdir(parents=True)
        text = TEXT.replace("rate: 50%", f"rate: {rate}")
        text = text.replace("['cards', 'loans', 'general']", "['help']")
        (folder / "flows" / "surveys" / "support.yaml").write_text(text, encoding="utf-8")
        centre = Centre(lay_out(folder, CHANGES))
        centres.append(centre)
        return await centre.start("ayse")

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


async def test_the_caller_hangs_up_first(asked: Asked) -> None:
    centre = await asked("100%")
    caller, call = await talked(centre)
    await centre.exchange.hang_up(caller)
    await centre.run(3)
    assert await told(centre, call) == ("missed", {})


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
