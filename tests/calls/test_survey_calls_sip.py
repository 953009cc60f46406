"""A planned survey calls a SIP telephone: real time, real sound, keys as telephone-events."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.asking.waves import calendar_of
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.compliance import VOICE
from ivr.runtime.survey_waves.waving import Waving
from ivr.runtime.survey_waves.waving import begin as begin_wave
from ivr.surveys.planned.calendar import Wave
from ivr.tickets import consent
from tests.fakes import served, sip_served
from tests.fakes.called_house import changes_for, write_plan
from tests.fakes.fresh_store import open_fresh
from tests.fakes.pause import pause
from tests.fakes.sip_agents import answers, rings
from tests.fakes.sip_served import PASSWORD, SipServed, need_espeak
from tests.fakes.wave_house import WaveHouse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ivr.store import SqlStore
    from tests.fakes.sip_phone import SipPhone

NUMBER = "+905321112233"
PATIENCE_S = 40.0
SILENCE = b"\xd5" * 160


@pytest.fixture
async def store(sqlite_address: str) -> AsyncIterator[SqlStore]:
    made = open_fresh(sqlite_address, synchronous="NORMAL")
    yield made
    await made.close()


@pytest.fixture
async def sip(
    store: SqlStore,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[SipServed]:
    """The server with its survey; no hour is quiet, whenever the test runs."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(consent, "is_quiet", lambda _purpose, _local: False)
    put_down = served.shipped

    def with_plan(folder: Path, *args: Any, **more: Any) -> Path:  # noqa: ANN401
        config = put_down(folder, *args, **more)
        write_plan(folder, "[voice]")
        return config

    monkeypatch.setattr(sip_served, "shipped", with_plan)
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    changes = changes_for("phones")
    kept: Any = store
    made = await SipServed.start(tmp_path, sounds, changes, (NUMBER,), store=kept)
    yield made
    await made.served.close()


async def begin(sip: SipServed, store: SqlStore) -> WaveHouse:
    """A wave that asks one customer, now."""
    calendar = calendar_of(sip.served.server, store)
    house = WaveHouse(store, VirtualClock(calendar.clock.now()))
    await house.person(NUMBER)
    await house.agreed(NUMBER, medium=VOICE)
    survey, now = calendar.known()["support"], calendar.clock.now()
    wave = Wave("2026-01-01T10:00", now, now + timedelta(days=1))
    assert await begin_wave(calendar, survey, survey.plans["round"], wave)
    await Waving(calendar).look()
    return house


async def until(fits: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not fits():
            await pause()


async def results(house: WaveHouse) -> list[str]:
    """The results of the calls, once they are over."""
    async with asyncio.timeout(PATIENCE_S):
        while not all(found := [row["result"] for row in await house.rows_of("survey_call")]):
            await pause()
    return found


async def sounds(customer: SipPhone) -> None:
    """Until words are heard: something louder than silence, and more than a moment of it."""
    seen = len(customer.rtp)
    await until(lambda: sum(one.payload != SILENCE for one in customer.rtp[seen:]) > 10)


def _stands(sip: SipServed, where: str) -> bool:
    """Whether the only call listens at this node of the survey."""
    (call,) = sip.served.server.switch.calls.values()
    top = call.known.top
    return (top.flow, top.node) == ("survey_support", where) and bool(top.open)


async def plugged_in(sip: SipServed, phone: SipPhone) -> None:
    assert (await phone.register(PASSWORD)).status == 200
    trunk = sip.served.server.switch.trunks["phones"]
    await until(lambda: trunk.works.bindings(NUMBER))  # type: ignore[attr-defined]


async def test_a_sip_telephone_rings_and_its_keys_are_the_answers(
    sip: SipServed, store: SqlStore
) -> None:
    async with sip.phone(NUMBER) as customer:
        await plugged_in(sip, customer)
        house = await begin(sip, store)
        line = await answers(customer)
        await customer.until(lambda: bool(customer.rtp))
        for where, keys in {"begin": "1", "ask_csat": "4", "ask_nps": "10"}.items():
            await until(partial(_stands, sip, where))
            await sounds(customer)
            customer.press(line, keys)
        assert await results(house) == ["answered"]
    [invitation] = await house.rows_of("survey_invitation")
    assert (invitation["state"], invitation["medium"]) == ("completed", "voice")
    answered = {row["question"]: row["value_num"] for row in await house.rows_of("survey_answer")}
    assert answered == {"csat": 4, "nps": 10}
    [call] = await house.rows_of("survey_call")
    assert (call["answered"], call["abandoned"]) == (True, False)


async def test_a_busy_sip_telephone_has_been_tried_once(sip: SipServed, store: SqlStore) -> None:
    async with sip.phone(NUMBER) as customer:
        await plugged_in(sip, customer)
        house = await begin(sip, store)
        invite = await rings(customer)
        customer.reply(invite, 486, "Busy Here", tag="x")
        assert await results(house) == ["busy"]
    [invitation] = await house.rows_of("survey_invitation")
    assert invitation["state"] == "scheduled"
    assert invitation["due_at"] - invitation["created_at"] > timedelta(hours=4)
