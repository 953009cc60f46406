"""The switch: one mailbox per call, durable before it acts, a bug costs one call at most."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivr.domain.call import CALLER, Cause, Turn
from ivr.domain.commands import CloseInteraction, Collect, HangUp
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.events import CallOffered, LegEnded, PromptEnded
from ivr.engine import step as engine
from ivr.runtime import switch as module
from ivr.runtime.memory.clock import settle
from ivr.runtime.replies import ReplyKey
from ivr.runtime.switch import FULL_ENOUGH
from tests.fakes.house import CALLER_NUMBER, NUMBER, DeskTrunk, House, keyed, listening_turn

VOICE = ReplyKey(CALLER, 0, 0)


async def test_a_new_call_is_stored_before_it_is_told(house: House) -> None:
    house.store.away = 1
    with pytest.raises(StoreError):
        await house.ring()
    assert house.trunk.told == []
    assert house.switch.calls == {}
    call = await house.ring()
    assert any(isinstance(one, Collect) for one in house.trunk.told)
    assert house.switch.calls == {call.id: call}


async def test_the_first_row_says_who_called_whom(house: House) -> None:
    call = await house.ring()
    row = await house.row(call.id)
    assert (row.ani, row.dnis, row.flow, row.trunk) == (CALLER_NUMBER, NUMBER, "desk", "main")
    assert (row.outcome, row.started_at) == ("open", house.clock.now())
    event = house.switch.codec.loads(house.store.entries[0].event, call.key)
    assert isinstance(event, CallOffered)
    assert event.flow_hash == house.book.live["desk"]


async def test_many_offers_of_one_call_at_once_open_it_once(house: House) -> None:
    found = await asyncio.gather(*(house.ring() for _n in range(20)))
    assert len({call.id for call in found}) == 1
    assert len(house.store.entries) == 1
    assert len(house.switch.calls) == 1


async def test_a_late_offer_of_an_ended_call_finds_it_ended(house: House) -> None:
    call = await house.ring()
    await house.switch.deliver(call.id, LegEnded())
    again = await house.ring()
    assert (again.id, again.state) == (call.id, None)
    assert house.switch.calls == {}


async def test_what_waited_for_its_turn_when_the_call_ended_changes_nothing(house: House) -> None:
    call = await house.ring()
    ends, late = house.switch.deliver(call.id, LegEnded()), PromptEnded(turn=Turn(1))
    await asyncio.gather(ends, house.switch.deliver(call.id, late))
    rows, told = len(house.store.entries), len(house.trunk.told)
    assert house.switch.calls == {}
    ended = await house.row(call.id)
    assert ended.outcome == "left_menu"
    last = house.switch.codec.loads(house.store.entries[-1].event, call.key)
    assert isinstance(last, LegEnded)
    assert (rows, told) == (len(house.store.entries), len(house.trunk.told))


async def test_events_of_a_call_are_taken_one_by_one_in_order(house: House) -> None:
    call = await house.ring()
    order = []
    append = house.store.journal.append

    async def slowly(entry: object) -> None:
        order.append(("begin", entry.seq))  # type: ignore[attr-defined]
        await settle()
        await append(entry)  # type: ignore[arg-type]
        order.append(("end", entry.seq))  # type: ignore[attr-defined]

    house.store.journal.append = slowly  # type: ignore[method-assign]
    events = [keyed(call, "7", "not_in_menu"), keyed(call, "2"), keyed(call, "3"), LegEnded()]
    await asyncio.gather(*(house.switch.deliver(call.id, event) for event in events))
    assert order == [(what, seq) for seq in (2, 3, 4, 5) for what in ("begin", "end")]
    assert [entry.seq for entry in house.store.entries] == [1, 2, 3, 4, 5]


async def test_two_calls_do_not_wait_for_each_other(house: House) -> None:
    one, other = await house.ring("a"), await house.ring("b")
    async with one.lock:
        await house.press(other, "2")
    assert other.known.path[-1].endswith("secret")


async def test_what_comes_for_an_unknown_or_ended_call_is_ignored(house: House) -> None:
    call = await house.ring()
    await house.switch.deliver(call.id, LegEnded())
    await house.switch.deliver(call.id, LegEnded())
    await house.switch.lose(call.id)
    assert [entry.seq for entry in house.store.entries] == [1, 2]


async def test_an_event_is_never_stamped_before_the_last_one(house: House) -> None:
    call = await house.ring()
    await house.clock.advance(10)
    await house.press(call, "7", reason="not_in_menu")
    last = call.known.last_at
    house.clock._now = house.clock._now.replace(year=2020)
    await house.press(call, "2")
    assert call.known.last_at == last
    assert [entry.at for entry in house.store.entries][1:] == [last, last]


async def test_a_bug_leads_to_the_rescue_and_touches_no_other_call(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = await house.ring("a"), await house.ring("b")
    before = other.known
    house.trunk.breaks = [ZeroDivisionError()]
    await house.press(one, "2")
    assert one.known.path[-2:] == ["sorry", "bye"]
    assert other.known is before
    assert "call_step_failed" in [record.getMessage() for record in caplog.records]
    await house.press(other, "2")
    assert other.known.path[-1].endswith("secret")


async def test_a_bug_in_the_rescue_ends_the_call_as_failed(house: House) -> None:
    call = await house.ring()
    house.trunk.breaks = [ZeroDivisionError() for _n in range(3)]
    await house.press(call, "2")
    row = await house.row(call.id)
    assert (row.outcome, row.cause, row.ended_by) == ("failed", "failed", "lost")
    assert call.id not in house.switch.calls


async def test_a_bug_while_deciding_is_a_bug_of_this_call_only(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, step, times = await house.ring(), engine.step, []

    def broken(*given: object) -> object:
        times.append(1)
        if len(times) == 1:
            raise AttributeError("bug")
        return step(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "step", broken)
    await house.press(call, "2")
    assert call.known.rescued
    assert [entry.seq for entry in house.store.entries] == [1, 2]


async def test_a_store_that_is_away_changes_nothing_and_says_so(house: House) -> None:
    call = await house.ring()
    told, before = len(house.trunk.told), call.known
    house.store.away = 1
    with pytest.raises(StoreError):
        await house.press(call, "2")
    assert call.known is before
    assert len(house.trunk.told) == told
    await house.press(call, "2")
    assert call.known.path[-1].endswith("secret")


async def test_a_call_that_another_process_owns_is_dropped_in_silence(house: House) -> None:
    call = await house.ring()
    told = len(house.trunk.told)
    await house.store.calls.claim()
    with pytest.raises(LeaseLostError):
        await house.press(call, "2")
    assert house.switch.calls == {}
    assert len(house.trunk.told) == told
    await house.clock.advance(3 * 3600)
    assert len(house.store.entries) == 1


async def test_the_caller_who_vanished_is_lost_but_only_once(house: House) -> None:
    call = await house.ring()
    await asyncio.gather(house.switch.lose(call.id), house.switch.lose(call.id))
    row = await house.row(call.id)
    assert (row.outcome, row.cause) == ("system_lost", "system_lost")
    assert len(house.store.entries) == 2


async def test_a_call_is_found_in_the_store_by_many_at_once_as_one(house: House) -> None:
    call = await house.ring()
    house.switch.calls.clear()
    found = await asyncio.gather(*(house.switch.find(call.id) for _n in range(10)))
    assert len({id(one) for one in found}) == 1
    assert found[0] is not call
    assert found[0] is not None
    assert found[0].known == call.known


async def test_the_end_is_told_and_frees_the_memory(house: House) -> None:
    call = await house.ring()
    await house.press(call, "3")
    (sound,) = [one for one in call.known.waiting() if getattr(one, "prompts", ())]
    await house.switch.deliver(call.id, PromptEnded(turn=sound.turn))
    assert isinstance(house.trunk.told[-1], CloseInteraction)
    assert any(isinstance(one, HangUp) for one in house.trunk.told)
    assert house.switch.calls == {}
    row = await house.row(call.id)
    assert (row.ended_by, row.cause) == ("hangup", str(Cause.NORMAL))


async def test_new_calls_are_refused_while_draining_or_overloaded(house: House) -> None:
    assert house.switch.admits
    house.store.load = FULL_ENOUGH + 0.01
    assert not house.switch.admits
    house.store.load = FULL_ENOUGH
    assert house.switch.admits
    house.switch.draining = True
    assert not house.switch.admits


async def test_the_document_is_stored_with_the_step_it_belongs_to(house: House) -> None:
    call = await house.ring(key=VOICE)
    turn = listening_turn(call)
    stored = await house.store.journal.reply(call.id, CALLER)
    assert stored is not None
    assert stored == house.store.entries[0].reply == call.replies[CALLER]
    assert stored.body == f"{turn} main_menu".encode()


async def test_switches_of_the_house_are_facts_of_a_new_call(house: House) -> None:
    house.switch.facts["switch.emergency"] = True
    call = await house.ring()
    assert call.known.facts == {"switch.emergency": True}
    house.switch.facts["switch.emergency"] = False
    assert call.known.facts == {"switch.emergency": True}


async def test_an_offer_that_fails_by_a_bug_leaves_nothing_behind(house: House) -> None:
    house.trunk.breaks = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        await house.ring()
    assert house.switch.calls == {}


async def test_each_trunk_gets_its_own_calls(house: House) -> None:
    house.switch.trunks["second"] = second = DeskTrunk("second")
    first = await house.ring()
    await house.switch.offer(replace(house.offered("ref-1"), trunk="second"))
    assert len(house.switch.calls) == 2
    assert second.told
    before = len(second.told)
    await house.press(first, "2")
    await settle()
    assert len(second.told) == before
