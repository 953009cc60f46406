"""The simulator as a trunk: its lines, its timers, and phones that are lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.channels.simulator.trunk import GRACE_S, SimulatorTrunk
from ivr.domain.call import CALLER
from ivr.runtime.memory.clock import settle
from ivr.runtime.recovery import take_over
from ivr.runtime.replies import ReplyKey
from ivr.runtime.switch import Offered
from tests.fakes.house import CALLER_NUMBER, FLOW, NUMBER, House, desk_book

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.channels.simulator.trunk import Message
    from ivr.domain.call import CallId

PATIENT = FLOW.replace("first: 5s", "first: 10s").replace("tries: 2", "tries: 5")


class Handset:
    """Somebody who holds a simulated phone."""

    def __init__(self) -> None:
        self.house = House(book=desk_book(PATIENT))
        self.messages: list[Message] = []
        self.connect()

    def connect(self) -> None:
        self.trunk = SimulatorTrunk("browser", self.house.switch, self.house.tasks)
        self.house.switch.trunks["browser"] = self.trunk

    def tell(self, message: Message) -> None:
        self.messages.append(message)

    async def dial(self, ref: str = "ref") -> CallId:
        offered = Offered("browser", "simulator", ref, NUMBER, CALLER_NUMBER, "desk")
        call = await self.trunk.dial(offered, self.tell)
        assert call is not None
        return call

    async def restart(self) -> None:
        await self.house.tasks.close()
        self.house.start()
        self.connect()
        await take_over(self.house.switch)
        await settle()

    @property
    def heard(self) -> list[str]:
        return [p["name"] for message in self.messages for p in message.get("hears", ())]

    def last(self, key: str) -> object:
        return next(message[key] for message in reversed(self.messages) if key in message)


@pytest.fixture
async def handset() -> AsyncIterator[Handset]:
    made = Handset()
    await made.house.open()
    yield made
    await made.house.close()


async def test_keys_typed_ahead_are_kept_for_the_next_question(handset: Handset) -> None:
    call = await handset.dial()
    for key in "29753":
        await handset.trunk.press(call, key)
    await handset.house.clock.advance(0.1)
    assert handset.house.switch.calls[call].known.path[-1] == "welcome"
    assert handset.house.switch.calls[call].known.top.visits["secret"] == 1


async def test_time_alone_moves_a_call_on(handset: Handset) -> None:
    call = await handset.dial()
    await handset.house.clock.advance(300)
    assert handset.heard.count("main_menu") == 5
    assert handset.last("ended") == "hangup"
    assert call not in handset.house.switch.calls


async def test_a_phone_is_called_back_by_name_after_a_restart(handset: Handset) -> None:
    call = await handset.dial()
    await handset.house.clock.advance(1)
    await handset.restart()
    assert handset.trunk.has(call)
    handset.messages.clear()
    assert handset.trunk.attach(call, handset.tell)
    assert handset.messages[0] == {"call": call}
    assert handset.heard == ["main_menu"]
    assert handset.messages[-1] == {"listens": True, "secret": False}
    await handset.trunk.press(call, "2")
    assert handset.heard[-1] == "pin_prompt"


async def test_a_phone_that_does_not_come_back_is_lost_after_its_grace(handset: Handset) -> None:
    call = await handset.dial()
    await handset.restart()
    await handset.house.clock.advance(GRACE_S - 1)
    assert call in handset.house.switch.calls
    await handset.house.clock.advance(2)
    row = await handset.house.row(call)
    assert (row.outcome, row.ended_by) == ("system_lost", "lost")


async def test_a_phone_is_lost_even_if_the_store_is_away_at_that_moment(handset: Handset) -> None:
    call = await handset.dial()
    handset.trunk.detach(call, handset.tell)
    handset.house.store.away = 10_000
    await handset.house.clock.advance(GRACE_S + 1)
    handset.house.store.away = 0
    assert call in handset.house.switch.calls
    await handset.house.clock.advance(2 * GRACE_S)
    assert (await handset.house.row(call)).outcome != "open"


async def test_two_dials_with_one_reference_are_one_call(handset: Handset) -> None:
    assert await handset.dial("same") == await handset.dial("same")
    assert len(handset.house.switch.calls) == 1


async def test_acts_on_a_call_that_is_gone_do_nothing(handset: Handset) -> None:
    call = await handset.dial()
    await handset.trunk.hang_up(call)
    rows = len(handset.house.store.entries)
    await handset.trunk.press(call, "1")
    await handset.trunk.say(call, "x")
    await handset.trunk.hang_up(call)
    handset.trunk.detach(call, handset.tell)
    assert not handset.trunk.attach(call, handset.tell)
    assert len(handset.house.store.entries) == rows


async def test_a_phone_is_no_webhook(handset: Handset) -> None:
    call = await handset.dial()
    live, key = handset.house.switch.calls[call], ReplyKey(CALLER, 1, 0)
    assert handset.trunk.render(live, live.known, key) is None
    with pytest.raises(NotImplementedError):
        handset.trunk.filler(live, live.known, key)


async def test_a_call_without_anybody_at_the_phone_goes_on(handset: Handset) -> None:
    call = await handset.dial()
    handset.trunk.detach(call, handset.tell)
    count = len(handset.messages)
    await handset.house.clock.advance(20)
    assert len(handset.messages) == count
    assert handset.house.switch.calls[call].known.last_at > handset.house.clock.now() - timedelta(
        seconds=15
    )
