"""Callers who are handed on: asked once, when all agents have left, about the last who talked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.asked_callers import AGENT, AskedCallers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId

OTHER = "can"
OFFER = "survey_support_offer"


@pytest.fixture
async def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AskedCallers]:
    monkeypatch.chdir(tmp_path)
    made = await AskedCallers.open(tmp_path)
    yield made
    await made.close()


async def wants(asked: AskedCallers, call: CallId, agent: str, action: str, **body: str) -> None:
    """An agent presses a button of his desk."""
    await asked.centre.floor.control(call, action, body, agent)
    await asked.clock.advance(1)


async def talks_for(asked: AskedCallers, agent: str, seconds: float) -> None:
    """The agent's telephone rings; he takes the call and talks for so long."""
    await asked.clock.advance(1)
    phone = asked.centre.phones[agent]
    assert phone.rings
    phone.answer()
    await asked.clock.advance(seconds)


async def agent_of(asked: AskedCallers, call: CallId) -> str:
    (one,) = await asked.centre.served.server.switch.store.surveys.of_call(call)
    return one.agent


@pytest.mark.parametrize(("last_s", "of_record"), [(15, AGENT), (5, OTHER)])
async def test_after_two_transfers_there_is_one_survey_about_the_last_who_talked_ten_seconds(
    asked: AskedCallers, last_s: float, of_record: str
) -> None:
    call = await asked.talking(for_s=12)
    await asked.centre.works(OTHER)
    await wants(asked, call, AGENT, "transfer", to="queue:loans", kind="blind")
    await talks_for(asked, OTHER, 20)
    await asked.centre.floor.ask(AGENT, "set_available", by=AGENT)
    await wants(asked, call, OTHER, "transfer", to="queue:cards", kind="blind")
    await talks_for(asked, AGENT, last_s)
    assert OFFER not in asked.said(call), "not between the agents"
    assert await asked.state(call) == ("armed", "")
    asked.agent_leaves()
    await asked.clock.advance(1)
    assert asked.said(call).count(OFFER) == 1
    assert await asked.state(call) == ("offered", "")
    assert await agent_of(asked, call) == of_record


async def test_somebody_who_was_only_consulted_changes_nothing(asked: AskedCallers) -> None:
    call = await asked.talking(for_s=12)
    await asked.centre.works(OTHER)
    await wants(asked, call, AGENT, "consult", to="agent:can")
    await talks_for(asked, OTHER, 15)
    assert await asked.state(call) == ("armed", "")
    await wants(asked, call, AGENT, "consult-cancel")
    assert OFFER not in asked.said(call)
    asked.agent_leaves()
    await asked.clock.advance(1)
    assert await asked.state(call) == ("offered", "")
    assert await agent_of(asked, call) == AGENT


async def test_a_conference_of_three_is_over_when_the_last_agent_has_left(
    asked: AskedCallers,
) -> None:
    call = await asked.talking(for_s=12)
    await asked.centre.works(OTHER)
    await wants(asked, call, AGENT, "consult", to="agent:can")
    await talks_for(asked, OTHER, 2)
    await wants(asked, call, AGENT, "merge")
    asked.agent_leaves()
    await asked.clock.advance(12)
    assert OFFER not in asked.said(call), "one agent is still there"
    assert await asked.state(call) == ("armed", "")
    asked.centre.phones[OTHER].hang_up()
    await asked.clock.advance(1)
    assert await asked.state(call) == ("offered", "")
    assert asked.said(call).count(OFFER) == 1


async def test_who_is_handed_over_after_a_consultation_is_asked_once(asked: AskedCallers) -> None:
    call = await asked.talking(for_s=12)
    await asked.centre.works(OTHER)
    await wants(asked, call, AGENT, "consult", to="agent:can")
    await talks_for(asked, OTHER, 2)
    await wants(asked, call, AGENT, "consult-complete")
    await asked.clock.advance(15)
    assert OFFER not in asked.said(call)
    asked.centre.phones[OTHER].hang_up()
    await asked.clock.advance(1)
    assert await asked.state(call) == ("offered", "")
    assert await agent_of(asked, call) == OTHER
