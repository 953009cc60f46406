"""The whole talk over the provider: from the bank's menu to the second agent's last word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.served import shipped
from tests.fakes.twilio_floor import AYSE, BORA, CALLER, Centre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.runtime.ports.desk import PopMessage
    from tests.fakes.twilio_legs import Leg

PROVIDER = "    api_base: http://127.0.0.1:9\n"
CHANGES = {PROVIDER: PROVIDER + '    agent_from: "+902120000000"\n'}


@pytest.fixture
async def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Centre]:
    """The shipped call centre with two agents whose telephones are rung up by the provider."""
    monkeypatch.chdir(tmp_path)
    centre = Centre(
        shipped(tmp_path, CHANGES, database=False),
        teams=("back_office",),
        skills={"tr": 100, "en": 80},
    )
    await centre.start("ayse", "bora")
    yield centre
    await centre.close()


def in_order(centre: Centre) -> list[str]:
    """What happens from now on, first things first: a pop is told to a desk, a telephone rings."""
    seen: list[str] = []
    ring_up, append = centre.exchange.ring_up, centre.store.pops.append

    def rings(fields: Mapping[str, str]) -> Leg:
        seen.append(f"rings {fields['To']}")
        return ring_up(fields)

    async def told(message: PopMessage) -> None:
        await append(message)
        if json.loads(message.body)["type"] == "pop.open":
            seen.append(f"pop {message.agent}")

    centre.exchange.ring_up = rings  # type: ignore[method-assign]
    centre.store.pops.append = told  # type: ignore[method-assign]
    return seen


async def popped(centre: Centre, agent: str) -> dict[str, Any]:
    """The pop that this agent's desk has been told."""
    found = [json.loads(message.body) for message in await centre.store.pops.after(agent, 0)]
    (pop,) = [told["data"] for told in found if told["type"] == "pop.open"]
    return dict(pop)


async def holds_asks_and_hands_over(bank: Centre, call: CallId) -> None:
    """What ayse does with the caller, until she is ready for the next one."""
    floor = bank.server.floor
    await floor.control(call, "hold", {}, "ayse")
    await bank.run(5)
    assert bank.agent("ayse") == "holding"
    await floor.control(call, "resume", {}, "ayse")
    await bank.run(5)
    await floor.control(call, "consult", {"to": "agent:bora"}, "ayse")
    await bank.run(5)
    assert sorted(map(sorted, bank.exchange.together())) == [[CALLER], [AYSE, BORA]]
    await floor.control(call, "consult-complete", {}, "ayse")
    await bank.run(5)
    assert bank.exchange.together() == [{CALLER, BORA}]
    assert bank.agent("ayse") == "wrapup"
    await floor.ask("ayse", "wrapup_done", by="ayse", code="solved")
    assert bank.agent("ayse") == "available"


async def test_a_known_caller_goes_through_the_menu_to_two_agents(bank: Centre) -> None:
    seen = in_order(bank)
    caller = await bank.ring()
    call = bank.live.id
    await bank.run(3)
    await caller.press("0")
    await bank.until_talking()
    assert seen == ["pop ayse", f"rings {AYSE}"]
    pop = await popped(bank, "ayse")
    assert (pop["ani"], pop["queue"]) == (CALLER, "general")
    assert pop["path"] == ["welcome", "main", "agent"]
    await holds_asks_and_hands_over(bank, call)
    await bank.exchange.hang_up(caller)
    await bank.run(2)
    row = await bank.row(call)
    assert (row.outcome, row.path) == ("handled", ("welcome", "main", "agent", "wrap_up"))
    parts = [(one.kind, one.detail) for one in row.segments if one.kind != "offer"]
    assert parts == [
        *[("ivr", "bank"), ("queue", "general answered"), ("talk", "ayse"), ("hold", "ayse")],
        *[("talk", "ayse"), ("hold", ""), ("talk", "bora")],
    ]
    assert all(one.started_at < one.ended_at for one in row.segments)
