"""Agents who call somebody from the desk: the whole server, on virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import (
    IllegalTransitionError,
)
from ivr.engine.party import TALK
from tests.fakes.call_centre import CallCentre, Telephone
from tests.fakes.dialling import NUMBER, dialer, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await opened(tmp_path)
    yield made
    await made.close()


async def dialled(centre: CallCentre, to: str = "0532 111 22 33") -> CallId:
    """An agent at work has dialled; his own telephone rings."""
    if centre.state("ayse") == "offline":
        await centre.works("ayse")
    call = await dialer(centre).dial("ayse", to)
    await centre.clock.advance(1)
    return call


async def test_the_agents_telephone_rings_first_then_the_customers_and_both_talk(
    centre: CallCentre,
) -> None:
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    call = await dialled(centre)
    assert (centre.state("ayse"), centre.phones["ayse"].rings, phone.rings) == (
        *("dialing", True),
        False,
    )
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    assert (centre.state("ayse"), phone.rings) == ("dialing", True)
    row = centre.floor.call("ayse")
    assert row is not None
    assert (row["state"], row["caller"], row["can"]) == ("dialing", NUMBER, ["hangup"])
    phone.answer()
    await centre.clock.advance(1)
    assert (centre.state("ayse"), phone.talks) == ("talking", True)
    row = centre.floor.call("ayse")
    assert row is not None
    assert (row["state"], "transfer" in row["can"]) == ("talking", False)
    await centre.clock.advance(30)
    phone.hang_up()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "wrapup"
    record = await centre.record(call)
    assert (record.direction, record.outcome, record.flow) == ("outbound", "handled", "@dial")
    assert (record.ani, record.ended_by) == (NUMBER, "caller")
    assert TALK in {one.kind for one in record.segments}
    await centre.clock.advance(46)
    assert centre.state("ayse") == "available"


async def test_an_agent_who_hangs_up_lets_the_customer_go_and_winds_up(centre: CallCentre) -> None:
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    await dialled(centre)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    phone.answer()
    await centre.clock.advance(5)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(1)
    assert (centre.state("ayse"), phone.talks) == ("wrapup", False)
    assert not centre.served.server.switch.calls


@pytest.mark.parametrize("way", ["no answer", "refused", "no telephone", "agent gives up", "desk"])
async def test_a_customer_who_is_not_reached_leaves_the_agent_as_before(
    centre: CallCentre, way: str
) -> None:
    phone = Telephone(NUMBER, centre.trunk)
    if way != "no telephone":
        phone.plug_in()
    call = await dialled(centre)
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    if way == "refused":
        phone.hang_up()
    elif way == "agent gives up":
        centre.phones["ayse"].hang_up()
    elif way == "desk":
        await centre.floor.control(call, "hangup", {}, "ayse")
    await centre.clock.advance(31)
    assert (centre.state("ayse"), phone.rings) == ("available", False)
    assert centre.floor.call("ayse") is None
    assert (await centre.record(call)).outcome == "failed"


async def test_an_agent_who_does_not_take_his_own_telephone_calls_nobody(
    centre: CallCentre,
) -> None:
    phone = Telephone(NUMBER, centre.trunk).plug_in()
    call = await dialled(centre)
    await centre.clock.advance(21)
    assert (centre.state("ayse"), phone.rang) == ("available", 0)
    assert (await centre.record(call)).outcome == "failed"
    row = centre.floor.agent("ayse")
    assert row is not None
    assert row["misses"] == 0


async def test_on_a_break_one_may_dial_and_is_on_the_break_again_if_it_fails(
    centre: CallCentre,
) -> None:
    await centre.works("ayse")
    row = centre.floor.agent("ayse")
    assert row is not None
    reason = next(iter(centre.served.server.live.now.acd.breaks))
    await centre.floor.ask("ayse", "set_break", reason=reason, by="ayse")
    await dialled(centre)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(1)
    assert centre.state("ayse") == "break"


async def test_nobody_else_is_put_through_to_an_agent_who_dials(centre: CallCentre) -> None:
    await dialled(centre)
    await centre.calls("+905320000001")
    await centre.clock.advance(3)
    assert centre.floor.offers("ayse") == []
    with pytest.raises(IllegalTransitionError, match="dialing"):
        await dialer(centre).dial("ayse", NUMBER)


@pytest.mark.parametrize("dies_at", ["ringing", "dialing", "talking"])
async def test_a_server_that_dies_frees_the_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first = await opened(tmp_path)
    phone = Telephone(NUMBER, first.trunk).plug_in()
    await dialled(first)
    if dies_at != "ringing":
        first.phones["ayse"].answer()
        await first.clock.advance(1)
    if dies_at == "talking":
        phone.answer()
        await first.clock.advance(1)
        assert first.state("ayse") == "talking"
    second = await opened(tmp_path, first)
    second.phones["ayse"].plug_in()
    await second.clock.advance(120)
    assert second.state("ayse") == "available"
    assert not second.served.server.switch.calls
    await second.close()
    await first.close()
