"""What legs other than the caller's ask for, and who may ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import StoreError
from tests.fakes.twilio_floor import AYSE, CALLER
from tests.fakes.twilio_legs import Habit

if TYPE_CHECKING:
    from ivr.runtime.ports import Entry
    from tests.fakes.twilio_floor import Open

_WHISPER = "    - queue: help\n      whisper: other\n"


async def test_no_mailbox_takes_a_call_since_it_presses_no_key(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(answers_s=1.0, presses=""))
    await centre.ring()
    await centre.run(11)
    assert centre.exchange.together() == []
    assert "Press 1 to take the call." in centre.exchange.agent(AYSE).words
    await centre.run(10)
    assert centre.exchange.agent(AYSE).is_over
    assert centre.agent("ayse") != "talking"
    assert len(centre.server.switch.calls) == 1


async def test_a_sip_phone_takes_a_call_by_being_picked_up(opened: Open) -> None:
    centre = await opened("ayse")
    ayse = await centre.store.agents.get("ayse")
    assert ayse is not None
    phone = "sip:ayse@phones.example"
    centre.habit(phone, Habit(presses=""))
    await centre.store.agents.save(replace(ayse, endpoints={"twilio": phone}))
    await centre.server.floor.reload()
    await centre.ring()
    await centre.run(4)
    assert centre.exchange.together() == [{CALLER, phone}]
    assert centre.exchange.agent(phone).sender == CALLER


@pytest.mark.parametrize("sign", ["room", "left", "status"])
async def test_any_one_sign_of_a_hang_up_is_enough(opened: Open, sign: str) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(signs=(sign,)))
    caller = await centre.ring()
    await centre.until_talking()
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(3)
    assert "That was it." in caller.words


async def test_only_the_call_that_we_made_speaks_for_its_leg(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(answers_s=None))
    caller = await centre.ring()
    await centre.run(1)
    agent = centre.exchange.agent(AYSE)
    for sid in (caller.sid, "CA" + "9" * 32, ""):
        form = (("AccountSid", centre.provider.account), ("CallSid", sid))
        assert (await centre.provider.send(agent.url, form)).status == 403
        done = (*form, ("CallStatus", "completed"))
        assert (await centre.provider.send(agent.status_url, done)).status == 403
    assert centre.agent("ayse") == "ringing"


async def test_who_answers_too_late_is_hung_up(opened: Open) -> None:
    centre = await opened("ayse")
    centre.habit(AYSE, Habit(answers_s=None))
    caller = await centre.ring()
    await centre.run(1)
    agent = centre.exchange.agent(AYSE)
    await centre.exchange.hang_up(caller)
    form = (("AccountSid", centre.provider.account), ("CallSid", agent.sid))
    answer = await centre.provider.send(agent.url, form)
    assert b"<Hangup" in answer.body


async def test_whoever_falls_out_of_a_room_comes_back(opened: Open) -> None:
    centre = await opened("ayse")
    caller = await centre.ring()
    await centre.until_talking()
    for leg in (caller, centre.exchange.agent(AYSE)):
        await centre.exchange.throw_out(leg)
    await centre.run(3)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_an_agent_hears_a_whisper_before_the_caller(opened: Open) -> None:
    centre = await opened("ayse", changes={"    - queue: help\n": _WHISPER})
    await centre.ring()
    await centre.until_talking()
    assert "The other way." in centre.exchange.agent(AYSE).words


async def test_a_queue_that_is_answered_by_itself_still_rings_agents_on_twilio(
    opened: Open,
) -> None:
    auto = {"ring_timeout: 12s": "ring_timeout: 12s, answer: auto"}
    centre = await opened("ayse", changes=auto)
    centre.habit(AYSE, Habit(answers_s=2.0))
    await centre.ring()
    await centre.run(1)
    assert [offer["auto"] for offer in centre.server.floor.offers("ayse")] == [False]
    await centre.until_talking()
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_while_the_database_is_away_an_agent_is_asked_again(opened: Open) -> None:
    centre = await opened("ayse")
    await centre.ring()
    await centre.run(2)
    append = centre.store.journal.append

    async def away(entry: Entry) -> None:
        raise StoreError("away")

    centre.store.journal.append = away  # type: ignore[method-assign]
    await centre.run(3)
    agent = centre.exchange.agent(AYSE)
    assert b"<Pause" in agent.documents[-1]
    assert b"/leg?" in agent.documents[-1]
    centre.store.journal.append = append  # type: ignore[method-assign]
    await centre.run(6)
    assert centre.exchange.together() == [{CALLER, AYSE}]


async def test_a_room_that_is_not_ours_is_no_news(opened: Open) -> None:
    centre = await opened()
    url = f"{centre.provider.hooks}/room?c=01J&l=1&t=1"
    form = (("AccountSid", centre.provider.account), ("ConferenceSid", "CF1"))
    assert (await centre.provider.send(url, form)).status == 204
