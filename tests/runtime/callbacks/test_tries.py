"""A server that died while it kept a promise finds out how far it had come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState, Step, Wish, advance, promise
from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.flow.own.built_in import callback_flow
from ivr.runtime.callbacks import tries
from ivr.runtime.callbacks.placing import Outgoing, place
from ivr.runtime.groups.times import to_ns
from ivr.runtime.memory.clock import START, VirtualClock
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import CallbackRow
from tests.fakes.call_centre import CallCentre, Telephone

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "+905321112233"
NOW = to_ns(START)
HOUR = 3600 * 10**9


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    monkeypatch.chdir(tmp_path)
    made = MemoryStore()
    await made.groups.claim("g1")
    return made


async def kept(store: MemoryStore, *steps: Step, call: str) -> CallbackRow:
    """A promise that has come so far, in the books of a dead server."""
    wish = Wish(NUMBER, "general", NUMBER, NOW, 2 * HOUR)
    row = CallbackRow(promise(wish, "p-1", "12345670", NOW), call=call, trunk="browser")
    await store.callbacks.save("g1", row)
    for step in steps:
        row = replace(row, promise=advance(row.promise, step))
        await store.callbacks.save("g1", row)
    return row


async def opened(folder: Path, store: MemoryStore) -> CallCentre:
    return await CallCentre.open(folder, store=store, clock=VirtualClock())


async def state_of(centre: CallCentre) -> tuple[str, str, int]:
    await centre.clock.advance(0)
    row = await centre.served.server.switch.store.callbacks.get("p-1")
    assert row is not None
    return row.promise.state, row.promise.reason, row.promise.tries


async def test_a_call_that_was_never_begun_was_no_try(tmp_path: Path, store: MemoryStore) -> None:
    await kept(store, Step.DUE, Step.RESERVE, call="c-never")
    centre = await opened(tmp_path, store)
    assert await state_of(centre) == (CallbackState.DUE, "", 0)
    await centre.works("ayse")
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    await centre.clock.advance(90)
    assert phone.rang == 1
    await centre.close()


async def test_a_call_that_had_begun_was_a_try(tmp_path: Path, store: MemoryStore) -> None:
    first = await opened(tmp_path, store)
    wanted = Outgoing(
        *(CallId("c-1"), "browser", NUMBER, "+908502220000", "bank"), callback_flow("general")
    )
    await place(first.served.server.switch, wanted)
    await first.clock.advance(1)
    await first.served.server.tasks.close()
    await kept(store, Step.DUE, Step.RESERVE, call="c-1")
    centre = await opened(tmp_path, store)
    state, reason, count = await state_of(centre)
    assert (state, count) == (CallbackState.DUE, 1)
    assert reason in ("unreachable", "system_lost")
    await centre.close()
    await first.close()


async def test_a_call_that_cannot_be_begun_is_begun_a_minute_later(
    tmp_path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept(store, call="")
    centre = await opened(tmp_path, store)
    phone = Telephone(NUMBER, centre.trunk).plug_in()

    async def refused(*_args: object) -> None:
        raise StoreError("away")

    with monkeypatch.context() as patch:
        patch.setattr(tries, "place", refused)
        await centre.works("ayse")
        await centre.clock.advance(5)
        assert await state_of(centre) == (CallbackState.DUE, "", 0)
    await centre.clock.advance(50)
    assert phone.rang == 0
    await centre.clock.advance(10)
    assert phone.rang == 1
    await centre.close()


async def test_who_refused_meanwhile_is_not_called_any_more(
    tmp_path: Path, store: MemoryStore
) -> None:
    await kept(store, call="")
    centre = await opened(tmp_path, store)
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    keeper = centre.served.server.keeper
    assert keeper is not None
    asked: list[str] = []

    async def refuses(row: CallbackRow) -> str:
        asked.append(row.promise.number)
        return "opted_out"

    keeper.tries.refuses = refuses
    await centre.works("ayse")
    await centre.clock.advance(90)
    assert (phone.rang, asked) == (0, [NUMBER])
    assert await state_of(centre) == (CallbackState.CANCELLED, "opted_out", 0)
    assert keeper.tries.on_the_way == {}
    await centre.close()


async def test_a_server_that_stops_begins_no_more_calls(tmp_path: Path, store: MemoryStore) -> None:
    await kept(store, call="")
    centre = await opened(tmp_path, store)
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    centre.served.server.switch.draining = True
    await centre.works("ayse")
    await centre.clock.advance(30)
    assert phone.rang == 0
    await centre.close()
