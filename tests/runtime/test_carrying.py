"""Timers and lookups of a call: what comes of them is an event, and no event is lost."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.domain.commands import Note
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.events import Event, Fetched, KeysCollected, LegEnded
from ivr.domain.filing import MoveInvitation
from ivr.domain.values import Sealed
from ivr.runtime.carrying import STORE_PAUSES_S
from ivr.runtime.memory.clock import settle
from tests.fakes.house import CALLER_NUMBER, FLOW, House, desk_book, listening_turn

if TYPE_CHECKING:
    import pytest

    from ivr.runtime.live import LiveCall

ALL_PAUSES_S = sum(STORE_PAUSES_S)


async def in_lookup(house: House) -> LiveCall:
    call = await house.ring()
    await house.press(call, "1")
    await settle()
    return call


def prompts_of(call: LiveCall) -> list[str]:
    return [p.name for one in call.known.waiting() for p in getattr(one, "prompts", ())]


async def test_a_lookup_gets_its_inputs_and_its_answer_moves_the_call_on(house: House) -> None:
    call = await in_lookup(house)
    await house.clock.advance(0.1)
    assert house.source.asked == [{"phone": CALLER_NUMBER}]
    assert prompts_of(call) == ["main_menu"]
    assert call.known.top.variables["customer"] == {"name": "Ayşe"}
    assert call.lookups == {}


async def test_a_lookup_that_takes_longer_than_its_limit_has_failed(house: House) -> None:
    house.source.took_s = 60.0
    call = await in_lookup(house)
    await house.clock.advance(7.9)
    assert "sorry" not in call.known.path[-1]
    await house.clock.advance(0.2)
    assert call.known.path[-1].endswith("bye")


async def test_a_lookup_is_asked_again_as_often_as_the_flow_says() -> None:
    house = House(book=desk_book(FLOW.replace("limit: 8s", "limit: 8s\n      retry: 2")))
    await house.open()
    house.source.fails = 2
    call = await in_lookup(house)
    await house.clock.advance(1)
    assert len(house.source.asked) == 3
    assert prompts_of(call) == ["main_menu"]
    await house.close()


async def test_a_bug_in_a_source_is_a_failed_lookup(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.source.broken = KeyError("oops")
    call = await in_lookup(house)
    await house.clock.advance(1)
    assert call.known.path[-1].endswith("bye")
    assert "lookup_broken" in [record.getMessage() for record in caplog.records]


async def test_a_source_that_is_gone_is_a_failed_lookup(house: House) -> None:
    house.switch.carrier._sources = {}
    call = await in_lookup(house)
    await house.clock.advance(1)
    assert call.known.path[-1].endswith("bye")


async def test_a_caller_who_leaves_takes_the_lookup_along(house: House) -> None:
    house.source.took_s = 5.0
    call = await in_lookup(house)
    (lookup,) = call.lookups.values()
    await house.switch.deliver(call.id, LegEnded())
    await settle()
    assert lookup.cancelled()
    rows = len(house.store.entries)
    await house.clock.advance(60)
    assert len(house.store.entries) == rows


async def test_the_filler_is_said_while_a_lookup_takes_its_time() -> None:
    house = House(
        book=desk_book(FLOW.replace("limit: 8s", "limit: 8s\n      meanwhile: one_moment"))
    )
    await house.open()
    house.source.took_s = 5.0
    call = await in_lookup(house)
    await house.clock.advance(1)
    assert prompts_of(call) == ["one_moment"]
    await house.close()


async def test_an_answer_that_finds_the_store_away_is_given_when_it_is_back(house: House) -> None:
    house.source.took_s = 0.5
    call = await in_lookup(house)
    house.store.away = 4
    await house.clock.advance(0.5)
    await house.clock.advance(sum(STORE_PAUSES_S[:4]) - 0.1)
    assert house.store.away == 0
    assert prompts_of(call) == []
    await house.clock.advance(0.2)
    assert call.known.top.variables["customer"] == {"name": "Ayşe"}
    assert prompts_of(call) == ["main_menu"]


async def test_an_event_is_told_as_lost_only_after_a_minute(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    call = await house.ring()
    house.store.away = 99
    work = house.tasks.start(house.switch.carrier.deliver_surely(call.id, LegEnded()), "end")
    await house.clock.advance(ALL_PAUSES_S - 0.1)
    assert not work.done()
    await house.clock.advance(0.2)
    assert work.done()
    lost = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in lost] == ["event_lost_store_away"]
    assert lost[0].__dict__["lost"] == "LegEnded"
    assert ALL_PAUSES_S > 60


async def test_an_event_for_a_call_of_another_node_is_dropped(house: House) -> None:
    asked = []

    async def deliver(_call: str, event: Event) -> None:
        asked.append(event)
        raise LeaseLostError("not ours")

    house.switch.carrier._deliver = deliver
    call = await house.ring()
    await house.switch.carrier.deliver_surely(call.id, LegEnded())
    assert len(asked) == 1


async def test_a_late_answer_of_a_lookup_changes_nothing(house: House) -> None:
    house.source.took_s = 5.0
    call = await in_lookup(house)
    turn = call.known.top.open["answer"].turn
    await house.clock.advance(6)
    before = call.known
    late = Fetched(turn=turn, result="found", record={"name": "Veli"})
    await house.switch.carrier.deliver_surely(call.id, late)
    assert call.known.top.variables == before.top.variables
    assert listening_turn(call)
    assert house.store.entries[-1].notes == (("ignored", '{"reason":"late"}'),)


async def test_notes_are_log_lines_with_personal_facts_apart(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    call = await house.ring()
    with caplog.at_level(logging.INFO, logger="ivr"):
        caplog.clear()
        note = Note(what="node", facts={"node": "main", "pii": {"ani": CALLER_NUMBER}})
        await house.switch.carrier.carry(call, [note, Note(what="say", facts={"prompt": "x"})])
    (record,) = caplog.records
    assert record.getMessage() == "call_node"
    assert record.__dict__["facts"] == {"node": "main"}
    assert record.__dict__["pii"] == {"ani": CALLER_NUMBER}


async def test_dropping_a_call_stops_its_timers(house: House) -> None:
    call = await house.ring()
    house.switch.forget(call)
    rows = len(house.store.entries)
    await house.clock.advance(3 * 3600)
    assert len(house.store.entries) == rows


async def test_the_time_limit_of_a_call_ends_it(house: House) -> None:
    call = await house.ring()
    await house.clock.advance(2 * 3600 + 1)
    row = await house.row(call.id)
    assert (row.cause, row.ended_by) == ("time_limit", "hangup")


async def test_keys_reach_the_journal_only_sealed(house: House) -> None:
    call = await house.ring()
    await house.press(call, "2")
    turn = listening_turn(call)
    pin = KeysCollected(turn=turn, keys=Sealed("9753"), reason="match")
    await house.switch.deliver(call.id, pin)
    assert all("9753" not in repr(entry) for entry in house.store.entries)


async def test_never_again_that_could_not_be_kept_yet_is_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        async def opt_out(self, call: LiveCall) -> None:
            raise StoreError("the database is away", retryable=True)

    carrier, call = house.switch.carrier, await house.ring()
    carrier._surveyor = Away()  # type: ignore[assignment]
    await carrier.carry(call, [MoveInvitation(survey="support", state="opted_out")])
    await house.clock.advance(ALL_PAUSES_S + 1)
    assert "opt_out_waits_for_store" in [record.message for record in caplog.records]
