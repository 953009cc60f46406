"""Who is rung up by REST, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import AYSE, BORA, CALLER
from tests.fakes.twilio_legs import Habit
from tests.fakes.twilio_rest import Fault

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open

BOSS = "+902125550001"


async def test_the_one_who_is_rung_up_sees_a_number_of_the_account(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.ring()
    await centre.run(1)
    create = next(form for kind, _path, form in centre.rest.asked if kind == "create")
    assert (create["To"], create["From"], create["Timeout"]) == (AYSE, "+902120000000", "12")
    assert "FallbackUrl" not in create


async def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(answers_s=None))
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(2)
    assert centre.agent("ayse") == "ringing"
    await centre.exchange.hang_up(caller)
    await centre.run(1)
    agent = centre.exchange.agent(AYSE)
    assert (agent.status, centre.rest.ended_by_us(agent)) == ("canceled", ["canceled"])
    assert centre.agent("ayse") == "available"
    assert (await centre.row(call)).outcome == "abandoned"


@pytest.mark.parametrize("status", ["busy", "failed", "no-answer"])
async def test_who_cannot_be_had_costs_the_caller_no_place(opened: Open, status: str) -> None:
    centre = await opened("ayse", "bora")
    centre.habit(AYSE, Habit(status=status))
    await centre.ring()
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, BORA}]
    assert centre.exchange.rung(AYSE) == 1


async def test_who_does_not_answer_is_given_up_in_time(opened: Open) -> None:
    centre = await opened("ayse", "bora")
    centre.habit(AYSE, Habit(answers_s=None))
    await centre.ring()
    await centre.run(11)
    assert centre.exchange.rung(BORA) == 0
    await centre.run(6)
    assert centre.rest.ended_by_us(centre.exchange.agent(AYSE)) == ["canceled"]
    assert centre.exchange.together() == [{CALLER, BORA}]


async def test_a_place_outside_is_rung_up_and_talked_to(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.at_lunch("ayse")
    centre.habit(BOSS, Habit(presses=""))
    caller = await centre.ring()
    await centre.run(7)
    await caller.press("8")
    await centre.run(4)
    assert centre.exchange.together() == [{CALLER, BOSS}]
    await centre.exchange.hang_up(centre.exchange.agent(BOSS))
    await centre.run(4)
    assert "That was it." in caller.words


async def test_a_lost_answer_makes_no_second_call(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(lost=True))
    await centre.ring()
    await centre.until_talking()
    assert centre.exchange.rung(AYSE) == 1


async def test_a_call_that_was_never_made_is_no_answer(opened: Open) -> None:
    centre = await opened("ayse", "bora")
    centre.rest.fails("create", Fault(dropped=True))
    await centre.ring()
    await centre.run(9)
    assert centre.exchange.rung(AYSE) == 0
    assert centre.exchange.together() == [{CALLER, BORA}]


async def test_too_many_requests_are_tried_again(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(status=429), Fault(status=429))
    await centre.ring()
    await centre.run(7)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_an_agent_without_a_way_to_him_is_unreachable(opened: Open) -> None:
    centre = await opened("ayse", "bora")
    ayse = await centre.store.agents.get("ayse")
    assert ayse is not None
    await centre.store.agents.save(replace(ayse, endpoints={"twilio": "nowhere"}))
    await centre.server.floor.reload()
    await centre.ring()
    await centre.run(4)
    assert centre.exchange.together() == [{CALLER, BORA}]


async def test_a_late_answer_of_rest_changes_nothing(opened: Open) -> None:
    centre = await opened("ayse")
    centre.rest.fails("create", Fault(late_s=2.0))
    caller = await centre.ring()
    await centre.run(1)
    await centre.exchange.hang_up(caller)
    await centre.run(4)
    assert centre.exchange.agent(AYSE).is_over
    assert centre.agent("ayse") == "available"
