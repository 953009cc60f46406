"""Simulated telephones of agents: calls reach them, and every way in which it can go is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, BridgeId, Cause, EndedBy, LegId
from ivr.domain.commands import Close, HangUp, Join
from ivr.domain.events import LegAnswered, LegEnded, LegFailed, LegRinging
from ivr.runtime.memory.clock import settle
from tests.fakes.house import CALLER_NUMBER
from tests.fakes.simulated import Floor, offer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AGENT = LegId(2)


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    """A trunk without telephones yet."""
    made = Floor()
    await made.house.open()
    yield made
    await made.house.close()


# by the real engine


async def test_a_caller_is_connected_with_a_telephone_and_both_read_each_other(
    floor: Floor,
) -> None:
    ann = floor.phone("ann")
    call = await floor.dial()
    await floor.trunk.press(call, "1")
    await settle()
    assert ann.messages[1:] == [{"rings": call, "from": CALLER_NUMBER, "seconds": 10.0}]
    await ann.answer()
    assert ann.messages[-1] == {"talk": "connected", "with": [CALLER_NUMBER]}
    assert floor.messages[-1] == {"talk": "connected", "with": ["ann"]}
    await floor.trunk.say(call, "Kayıp kartım var")
    ann.says("Hemen bakıyorum")
    await floor.trunk.press(call, "5")
    assert ann.messages[-2:] == [
        {"says": "Kayıp kartım var", "by": CALLER_NUMBER},
        {"presses": "5", "by": CALLER_NUMBER},
    ]
    assert floor.told("says") == ["Hemen bakıyorum"]
    assert floor.trunk.desk.hang_up(ann.station)
    await settle()
    assert ann.messages[-1] == {"ended": "normal"}
    assert floor.messages[-2] == {"talk": "ended"}
    assert floor.messages[-1]["hears"][0]["name"] == "bye"


async def test_a_caller_who_leaves_ends_the_talk_of_the_agent(floor: Floor) -> None:
    ann = floor.phone("ann")
    call = await floor.dial()
    await floor.trunk.press(call, "1")
    await settle()
    await ann.answer()
    await floor.trunk.hang_up(call)
    await settle()
    assert ann.messages[-1] == {"ended": "caller_left"}
    assert ann.station.phone is None
    assert floor.told("ended") == ["caller"]


@pytest.mark.parametrize("there", [True, False])
async def test_nobody_takes_the_call(floor: Floor, there: bool) -> None:
    ann = floor.phone("ann") if there else None
    call = await floor.dial()
    await floor.trunk.press(call, "1")
    await floor.house.clock.advance(11)
    assert "sorry" in [one["name"] for heard in floor.told("hears") for one in heard]
    if ann is not None:
        assert ann.messages[-1] == {"ended": "noanswer"}


async def test_a_caller_cannot_be_handed_over_to_the_outside(floor: Floor) -> None:
    call = await floor.dial()
    await floor.trunk.press(call, "2")
    await settle()
    assert floor.told("hears")[-1][0]["name"] == "sorry"


# event by event


async def test_an_offer_rings_and_is_answered(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann", caller_id="+902120000000"))
    assert ann.told("from") == ["+902120000000"]
    assert floor.events == [LegRinging(leg=AGENT)]
    await ann.answer()
    assert floor.events[1:] == [LegAnswered(leg=AGENT)]
    assert not floor.trunk.desk.answer(ann.station)
    assert not floor.trunk.desk.decline(ann.station)
    await floor.house.clock.advance(60)
    assert len(floor.events) == 2


@pytest.mark.parametrize("address", ["sim:bob", "sim:", "sip:ann@phones", "ann", ""])
async def test_who_is_not_connected_is_unreachable(floor: Floor, address: str) -> None:
    floor.phone("ann")
    call = await floor.idle()
    await floor.do(call, offer("ann", address=address))
    assert floor.events == [LegFailed(leg=AGENT, cause=Cause.UNREACHABLE)]
    assert not floor.trunk.reachable(address)


async def test_a_telephone_takes_one_call_at_a_time(floor: Floor) -> None:
    floor.phone("ann")
    call = await floor.idle()
    await floor.do(call, offer("ann"), offer("ann", 3))
    assert floor.events == [LegRinging(leg=AGENT), LegFailed(leg=LegId(3), cause=Cause.BUSY)]


async def test_who_declines_is_told_apart_from_who_does_not_answer(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann"))
    assert floor.trunk.desk.hang_up(ann.station)  # before the answer it is the same as to decline
    await settle()
    assert floor.events[-1] == LegFailed(leg=AGENT, cause=Cause.REJECTED)
    await floor.do(call, offer("ann", 3, ring_s=5.0))
    await floor.house.clock.advance(5.1)
    assert floor.events[-1] == LegFailed(leg=LegId(3), cause=Cause.NO_ANSWER)
    assert ann.told("ended") == ["rejected", "noanswer"]


async def test_a_telephone_that_is_gone_ends_what_was_on_it(floor: Floor) -> None:
    call = await floor.idle()
    for leg, answers in ((2, False), (3, True)):
        ann = floor.phone("ann")
        await floor.do(call, offer("ann", leg))
        if answers:
            await ann.answer()
        floor.trunk.desk.disconnect(ann.station, ann.tell)
        await settle()
    lost = LegEnded(leg=LegId(3), cause=Cause.SIGNAL_LOST, by=EndedBy.LOST)
    assert LegFailed(leg=AGENT, cause=Cause.UNREACHABLE) in floor.events
    assert floor.events[-1] == lost
    assert not floor.trunk.reachable("sim:ann")


async def test_an_agent_who_hangs_up_ends_his_leg(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann"))
    await ann.answer()
    assert floor.trunk.desk.hang_up(ann.station)
    assert not floor.trunk.desk.hang_up(ann.station)
    await settle()
    assert floor.events[-1] == LegEnded(leg=AGENT, by=EndedBy.AGENT)


async def test_an_offer_that_is_withdrawn_rings_no_more_and_says_why(floor: Floor) -> None:
    ann, bob, call = floor.phone("ann"), floor.phone("bob"), await floor.idle()
    await floor.do(call, offer("ann"), offer("bob", 3))
    await floor.do(call, HangUp(leg=AGENT, cause=Cause.ELSEWHERE), Close(turn=offer("bob", 3).turn))
    assert (ann.told("ended"), bob.told("ended")) == (["elsewhere"], ["cancelled"])
    await floor.house.clock.advance(60)
    assert len(floor.events) == 2  # both rang; what we end ourselves is no news


async def test_a_talk_outlives_the_turn_of_its_offer(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann"))
    await ann.answer()
    bridge = BridgeId(1)
    joined = (Join(leg=CALLER, bridge=bridge), Join(leg=AGENT, bridge=bridge))
    await floor.do(call, *joined, Close(turn=offer("ann").turn))
    assert not ann.told("ended")


async def test_a_newer_connection_takes_over_the_call(floor: Floor) -> None:
    ann, call = floor.phone("ann"), await floor.idle()
    await floor.do(call, offer("ann"))
    again = floor.phone("ann")
    assert ann.messages[-1] == {"problem": "this phone was taken up elsewhere"}
    assert again.messages == [{"phone": "ann"}, ann.messages[1]]
    floor.trunk.desk.disconnect(ann.station, ann.tell)
    await again.answer()
    assert floor.events[-1] == LegAnswered(leg=AGENT)
    assert again.messages[-1] == {"answered": call}


async def test_watchers_are_told_who_comes_and_goes(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[str, str, bool]] = []

    def fails(_name: str, _trunk: str, _there: bool) -> None:
        raise RuntimeError

    floor.trunk.phone_watchers += [fails, lambda *news: told.append(news)]
    ann = floor.phone("ann")
    assert floor.trunk.reachable("sim:ann")
    floor.trunk.desk.disconnect(ann.station, ann.tell)
    assert told == [("ann", "browser", True), ("ann", "browser", False)]
    assert caplog.messages == ["phone_watcher_failed"] * 2
