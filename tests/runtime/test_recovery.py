"""After a restart every call goes on where it stood, or its record is closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.domain.commands import Collect, Fetch, Note
from ivr.domain.errors import ReplayError, StoreError
from ivr.domain.events import CallRecovered, LegEnded
from ivr.runtime.memory.clock import settle
from ivr.runtime.recovery import go_on, take_over
from ivr.runtime.sealing import MasterKeys
from tests.fakes.house import House, desk_book, listening_turn

if TYPE_CHECKING:
    from ivr.domain.call import CallId


def recoveries(house: House, call: CallId) -> int:
    live = house.switch.calls[call]
    mine = [entry for entry in house.store.entries if entry.call == call]
    events = [house.switch.codec.loads(entry.event, live.key) for entry in mine]
    return sum(isinstance(event, CallRecovered) for event in events)


async def test_every_live_call_is_taken_over_and_ended_ones_are_not(house: House) -> None:
    calls = [await house.ring(f"r{n}") for n in range(5)]
    await house.switch.deliver(calls[0].id, LegEnded())
    epoch = house.switch.epoch
    await house.restart()
    assert sorted(house.switch.calls) == sorted(call.id for call in calls[1:])
    assert house.switch.epoch > epoch


async def test_a_listening_call_keeps_its_turn_and_takes_its_answer(house: House) -> None:
    call = await house.ring()
    turn = listening_turn(call)
    await house.restart()
    again = house.switch.calls[call.id]
    assert listening_turn(again) == turn
    assert any(isinstance(one, Collect) and one.turn == turn for one in house.trunk.told[-3:])
    await house.press(again, "2")
    assert again.known.path[-1].endswith("secret")


async def test_a_lookup_is_asked_again_and_the_old_answer_is_late(house: House) -> None:
    house.source.took_s = 5.0
    call = await house.ring()
    await house.press(call, "1")
    await settle()
    asked = call.known.top.open["answer"].turn
    await house.restart()
    again = house.switch.calls[call.id]
    assert again.known.top.open["answer"].turn > asked
    await house.clock.advance(6)
    assert len(house.source.asked) == 2
    assert again.known.top.variables["customer"] == {"name": "Ayşe"}


async def test_a_lookup_that_must_not_be_repeated_has_failed() -> None:
    house = House(book=desk_book(repeatable=False))
    await house.open()
    house.source.took_s = 5.0
    call = await house.ring()
    await house.press(call, "1")
    await settle()
    await house.restart()
    await house.clock.advance(6)
    assert len(house.source.asked) == 1
    assert house.switch.calls[call.id].known.path[-1].endswith("bye")
    await house.close()


async def test_a_timer_that_fell_due_while_we_were_away_fires_now(house: House) -> None:
    call = await house.ring()
    await house.tasks.close()
    house.clock._now = house.clock._now.replace(day=24)
    house.start()
    await house.open()
    await house.clock.advance(1)
    assert (await house.row(call.id)).cause == "time_limit"


async def test_a_caller_who_is_gone_is_system_lost(house: House) -> None:
    call = await house.ring()
    house.trunk.alive = False
    await house.restart()
    row = await house.row(call.id)
    assert (row.outcome, row.cause, row.ended_by) == ("system_lost", "system_lost", "lost")
    assert house.switch.calls == {}


async def test_a_trunk_that_is_no_longer_configured_has_lost_its_calls(house: House) -> None:
    call = await house.ring()
    await house.tasks.close()
    house.start()
    house.switch.trunks["main"] = house.switch.trunks.pop("main")
    house.trunk.alive = False
    await house.open()
    assert (await house.row(call.id)).outcome == "system_lost"


async def test_calls_restart_again_and_again(house: House) -> None:
    call = await house.ring()
    for _n in range(25):
        await house.restart()
    again = house.switch.calls[call.id]
    assert recoveries(house, call.id) == 25
    await house.press(again, "2")
    assert again.known.path[-1].endswith("secret")


async def test_requests_at_once_find_one_call_that_recovered_once(house: House) -> None:
    call = await house.ring()
    house.switch.calls.clear()
    found = await asyncio.gather(*(go_on(house.switch, call.id) for _n in range(10)))
    assert len({id(one) for one in found}) == 1
    assert recoveries(house, call.id) == 1
    assert await go_on(house.switch, call.id) is found[0]
    assert recoveries(house, call.id) == 1


async def test_a_recovery_that_finds_the_store_away_is_made_up_for(house: House) -> None:
    call = await house.ring()
    house.switch.calls.clear()
    house.store.away = 1
    with pytest.raises(StoreError):
        await go_on(house.switch, call.id)
    assert recoveries(house, call.id) == 0
    await go_on(house.switch, call.id)
    assert recoveries(house, call.id) == 1


async def test_an_unknown_call_is_none_and_an_ended_one_has_no_state(house: House) -> None:
    assert await go_on(house.switch, "01UNKNOWN") is None  # type: ignore[arg-type]
    call = await house.ring()
    await house.switch.deliver(call.id, LegEnded())
    found = await go_on(house.switch, call.id)
    assert found is not None
    assert found.state is None


async def test_a_call_that_cannot_be_replayed_is_closed_and_others_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await house.ring("bad"), await house.ring("good")
    await house.tasks.close()
    house.start()
    find = house.switch.find

    async def broken(call: CallId) -> object:
        if call == bad.id:
            raise ReplayError("flow version 0123 is not on the shelf")
        return await find(call)

    monkeypatch.setattr(house.switch, "find", broken)
    await house.open()
    row = await house.row(bad.id)
    assert (row.outcome, row.result, row.ended_by) == ("system_lost", "server_error", "lost")
    assert row.ended_at == house.clock.now()
    assert list(house.switch.calls) == [good.id]
    await take_over(house.switch)
    assert (await house.row(bad.id)) == row


async def test_with_another_key_file_calls_with_secrets_are_closed(house: House) -> None:
    call = await house.ring()
    await house.press(call, "2")
    house.keys = MasterKeys(b"x" * 32)
    await house.restart()
    assert (await house.row(call.id)).outcome == "system_lost"


async def test_nothing_is_done_twice_by_a_restart(house: House) -> None:
    call = await house.ring()
    await house.press(call, "2")
    notes = len((await house.row(call.id)).notes)
    await house.restart()
    assert len((await house.row(call.id)).notes) == notes
    told = [one for one in house.trunk.told if isinstance(one, Note | Fetch)]
    assert [one for one in told if isinstance(one, Fetch)] == []
