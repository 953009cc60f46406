"""Calls that we begin: in the journal before anybody is rung up."""

from __future__ import annotations

import pytest

from ivr.domain.call import CallId
from ivr.domain.errors import StoreError
from ivr.flow.own.built_in import callback_flow
from ivr.runtime.callbacks.placing import Outgoing, can_place, place
from ivr.runtime.memory.clock import settle
from tests.fakes.simulated import Floor

NUMBER, OURS = "+905321112233", "+908502220000"
CALL = CallId("OURS")
WANTED = Outgoing(CALL, "browser", NUMBER, OURS, "desk", callback_flow("general"), language="tr")


async def test_whom_we_call_is_rung_up_and_hears_the_flow() -> None:
    floor = Floor()
    phone = floor.phone(NUMBER)
    await place(floor.house.switch, WANTED)
    await settle()
    assert phone.told("from") == [OURS]
    await phone.answer()
    assert [one["name"] for heard in phone.told("hears") for one in heard] == ["cb_confirm"]
    row = await floor.house.store.interactions.get(CALL)
    assert row is not None
    assert (row.ani, row.dnis, row.flow, row.language) == (
        *(NUMBER, OURS, "@callback.general"),
        "tr",
    )


async def test_nobody_is_rung_up_while_the_journal_is_away() -> None:
    floor = Floor()
    phone = floor.phone(NUMBER)
    floor.house.store.journal.append = _away  # type: ignore[method-assign, assignment]
    with pytest.raises(StoreError):
        await place(floor.house.switch, WANTED)
    await settle()
    assert phone.told("from") == []
    assert CALL not in floor.house.switch.calls


async def _away(_entry: object) -> None:
    raise StoreError("away", retryable=True)


async def test_a_customer_who_hangs_up_has_ended_the_call() -> None:
    floor = Floor()
    phone = floor.phone(NUMBER)
    await place(floor.house.switch, WANTED)
    await settle()
    await phone.answer()
    assert floor.trunk.desk.hang_up(phone.station)
    await settle()
    row = await floor.house.store.interactions.get(CALL)
    assert row is not None
    assert (row.ended_by, row.cause) == ("caller", "normal")
    assert phone.station.phone is None


async def test_a_trunk_says_whether_it_can_begin_calls() -> None:
    floor = Floor()
    assert can_place(floor.house.switch, "browser")
    assert not can_place(floor.house.switch, "nowhere")
