"""Calls of ours at SIP telephones, with the agent first; real time, real sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.acd.callbacks import CallbackState
from ivr.app.callbacks import open_dialer
from ivr.runtime import dialer
from ivr.runtime.callbacks import chances
from ivr.runtime.callbacks.promised import Booking
from tests.fakes.sip_agents import SipDesk, answers, is_over, rings, says
from tests.fakes.sip_served import PASSWORD, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports.desk import CallbackRow
    from tests.fakes.sip_phone import SipPhone

NUMBER = "+905321112233"
QUEUE = "    title: {tr: Genel, en: General}\n"
TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))


@pytest.fixture
async def desk(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipDesk]:
    """The server with its queue; no hour is quiet, whenever the test runs."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(chances, "is_quiet", lambda _purpose, _local: False)
    changes = {
        QUEUE: f"{QUEUE}    callback: {{mode: agent_first}}\n",
        "wrapup:\n  code:": "dial: {trunk: phones}\nwrapup:\n  code:",
    }
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    made = await SipDesk.start(tmp_path, sounds, changes, (NUMBER,))
    yield made
    await made.close()


async def plugged_in(desk: SipDesk, phone: SipPhone) -> None:
    """A customer's telephone, which the server has seen."""
    assert (await phone.register(PASSWORD)).status == 200
    await desk.soon(lambda: desk.there.get(phone.user))


async def promised(desk: SipDesk) -> None:
    keeper = desk.sip.served.server.keeper
    assert keeper is not None
    await keeper.book(Booking(NUMBER, "general", "phones", keeper.now_ns(), language="en"))


async def row_of(desk: SipDesk) -> CallbackRow:
    (row,) = await desk.sip.served.server.switch.store.callbacks.recent()
    return row


async def test_the_agent_takes_the_call_then_the_customer_answers_and_both_talk(
    desk: SipDesk,
) -> None:
    async with desk.sip.phone("ayse") as ayse, desk.sip.phone(NUMBER) as customer:
        await desk.works(ayse)
        await plugged_in(desk, customer)
        await promised(desk)
        agent = await answers(ayse)
        await desk.until("ayse", "dialing")
        line = await answers(customer)
        await customer.until(lambda: bool(customer.rtp))
        customer.press(line, "1")
        await desk.until("ayse", "talking")
        await says(customer, line, ayse, TONE)
        await says(ayse, agent, customer, OTHER)
        assert (await row_of(desk)).promise.state == CallbackState.DONE
        customer.send(customer.request("BYE", line))
        await is_over(ayse, agent)
        await desk.until("ayse", "wrapup")


async def test_a_customer_who_is_busy_frees_the_agent(desk: SipDesk) -> None:
    async with desk.sip.phone("ayse") as ayse, desk.sip.phone(NUMBER) as customer:
        await desk.works(ayse)
        await plugged_in(desk, customer)
        await promised(desk)
        agent = await answers(ayse)
        invite = await rings(customer)
        customer.reply(invite, 486, "Busy Here", tag="x")
        await is_over(ayse, agent)
        await desk.until("ayse", "available")
        row = await row_of(desk)
        assert (row.promise.state, row.promise.tries) == (CallbackState.DUE, 1)
        assert row.promise.reason == "busy"


async def test_an_agent_dials_from_the_desk_and_both_talk(
    desk: SipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialer, "is_quiet", lambda _purpose, _local: False)
    async with desk.sip.phone("ayse") as ayse, desk.sip.phone(NUMBER) as customer:
        await desk.works(ayse)
        await plugged_in(desk, customer)
        calls = open_dialer(desk.sip.served.server)
        await calls.dial("ayse", NUMBER)
        agent = await answers(ayse)
        line = await answers(customer)
        await desk.until("ayse", "talking")
        await says(customer, line, ayse, TONE)
        await says(ayse, agent, customer, OTHER)
        customer.send(customer.request("BYE", line))
        await is_over(ayse, agent)
        await desk.until("ayse", "wrapup")
