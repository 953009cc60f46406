"""Agents over the provider, from the first ring to the last word."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.fakes.twilio_floor import AYSE, BORA, CALLER
from tests.fakes.twilio_legs import Habit
from tests.fakes.twilio_rest import Fault

if TYPE_CHECKING:
    from tests.fakes.twilio_floor import Open


async def test_an_agent_answers_talks_and_hangs_up_and_the_caller_goes_on(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    assert centre.agent("ayse") == "talking"
    await centre.run(30)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(5)
    assert caller.words == ["Hello.", "That was it.", "Goodbye."]
    row = await centre.row(call)
    assert (row.outcome, row.ended_by) == ("handled", "hangup")
    assert [part.kind for part in row.segments] == ["offer", "queue", "talk", "ivr"]
    assert centre.exchange.longest_alone_ms <= 2000
    assert centre.exchange.rung(AYSE) == 1


async def test_a_caller_who_hangs_up_in_the_talk_ends_it(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    await centre.exchange.hang_up(caller)
    await centre.run(2)
    assert centre.exchange.agent(AYSE).is_over
    assert (centre.agent("ayse"), centre.exchange.together()) == ("wrapup", [])
    assert (await centre.row(call)).outcome == "handled"
    assert centre.exchange.longest_alone_ms <= 2000


@pytest.mark.parametrize("agent_first", [True, False])
async def test_both_hang_up_at_once(opened: Open, *, agent_first: bool) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    legs = [centre.exchange.agent(AYSE), caller]
    for leg in legs if agent_first else legs[::-1]:
        await centre.exchange.hang_up(leg)
    await centre.run(3)
    assert not centre.server.switch.calls
    assert (await centre.row(call)).outcome == "handled"
    assert centre.agent("ayse") == "wrapup"


async def test_every_webhook_twice_changes_nothing(opened: Open) -> None:
    centre = await opened("ayse")
    centre.provider.repeats = 1
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    saved = await centre.store.journal.load(call)
    assert saved is not None
    told = [text for _seq, text in saved.events]
    assert sum("LegAnswered" in text for text in told) == 1
    assert sum("LegRinging" in text for text in told) == 1
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(5)
    assert caller.words == ["Hello.", "That was it.", "Goodbye."]
    assert (centre.exchange.rung(AYSE), caller.status) == (1, "completed")


async def test_after_a_restart_in_a_talk_the_two_talk_on(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    await centre.until_talking()
    call = centre.live.id
    await centre.restart()
    await centre.run(5)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert (centre.agent("ayse"), centre.exchange.rung(AYSE)) == ("talking", 1)
    shown = centre.server.floor.call("ayse")
    assert shown is not None
    assert (shown["state"], shown["queue"]) == ("talking", "help")
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(5)
    assert "That was it." in caller.words
    assert centre.agent("ayse") == "wrapup"
    assert (await centre.row(call)).outcome == "handled"
    assert centre.exchange.longest_alone_ms <= 2000


async def test_after_a_restart_an_agent_can_be_put_on_hold_and_back(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.ring()
    await centre.until_talking()
    await centre.server.floor.control(centre.live.id, "hold", {}, "ayse")
    await centre.run(2)
    await centre.restart()
    await centre.run(2)
    assert centre.agent("ayse") == "holding"
    await centre.server.floor.control(centre.live.id, "resume", {}, "ayse")
    await centre.run(3)
    assert centre.exchange.together() == [{CALLER, AYSE}]
    assert centre.agent("ayse") == "talking"


async def test_whoever_hung_up_while_we_were_away_is_missed_after_the_restart(
    opened: Open,
) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    await centre.until_talking()
    await centre.server.tasks.close()
    agent = centre.exchange.agent(AYSE)
    agent.habit.signs = ()
    await centre.exchange.hang_up(agent)
    await centre.restart()
    await centre.run(5)
    assert "That was it." in caller.words
    assert centre.agent("ayse") == "wrapup"


async def test_who_rings_while_we_restart_is_not_left_alone(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(answers_s=6))
    caller = await centre.ring()
    await centre.run(3)
    assert centre.agent("ayse") == "ringing"
    await centre.restart()
    await centre.run(25)
    assert caller.status == "in-progress"
    assert centre.exchange.longest_alone_ms <= 2000
    assert centre.agent("ayse") in ("available", "ringing", "reserved", "talking")


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_nobody_stays_alone(opened: Open, seed: int) -> None:
    """Both hang up at any moment, requests fail, webhooks come twice: one winner, nobody left."""
    dice = random.Random(seed)  # noqa: S311 - a test plan
    centre = await opened("ayse", "bora")
    centre.provider.repeats = dice.choice([0, 1])
    centre.habit(AYSE, Habit(answers_s=dice.uniform(0.2, 13)))
    centre.habit(BORA, Habit(answers_s=dice.uniform(0.2, 13)))
    kinds = [Fault(), Fault(status=500), Fault(lost=True), Fault(status=429)]
    for kind in ("create", "end"):
        centre.rest.fails(kind, *dice.choices(kinds, k=3))
    caller = await centre.ring()
    call = centre.live.id
    await centre.run(dice.uniform(0, 16))
    for leg in dice.sample(list(centre.exchange.legs.values()), k=1):
        if not leg.is_over and leg.status == "in-progress":
            await centre.exchange.hang_up(leg)
    await centre.run(dice.uniform(0, 8))
    if not caller.is_over:
        await centre.exchange.hang_up(caller)
    await centre.run(25)
    assert not centre.server.switch.calls
    assert centre.exchange.together() == []
    assert all(leg.is_over for leg in centre.exchange.legs.values())
    assert centre.exchange.longest_alone_ms <= 2500
    assert (await centre.row(call)).outcome in {"handled", "abandoned"}
