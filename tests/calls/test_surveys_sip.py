"""Callers at SIP telephones who are handed on are asked once, when the last agent has hung up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ivr.engine.record import talks
from tests.fakes.pause import pause
from tests.fakes.sip_agents import answers, invites, is_over
from tests.fakes.sip_served import need_espeak
from tests.fakes.sip_surveyed import SipAsked, sip_asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.sip_phone import SipPhone

LEAST_S = 0.2
"""An agent who talked for so long counts here; else he needs ten seconds."""


@pytest.fixture
async def line(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipAsked]:
    """The server with its queue and a survey that asks everybody, in few words."""
    need_espeak()
    monkeypatch.setattr(talks, "LEAST_TALK", timedelta(seconds=LEAST_S))
    kept = tmp_path_factory.getbasetemp() / "sounds"
    async with sip_asked(tmp_path, kept, monkeypatch) as made:
        yield made


@pytest.fixture
async def phones(line: SipAsked) -> AsyncIterator[tuple[SipPhone, SipPhone, SipPhone]]:
    """A caller, and two agents at work."""
    async with (
        line.desk.sip.phone() as caller,
        line.desk.sip.phone("ayse") as ayse,
        line.desk.sip.phone("can") as can,
    ):
        await line.desk.works(ayse, can)
        yield caller, ayse, can


Phones: TypeAlias = "tuple[SipPhone, SipPhone, SipPhone]"


async def test_after_two_transfers_there_is_one_survey_about_the_last_who_talked(
    line: SipAsked, phones: Phones
) -> None:
    caller, ayse, can = phones
    _dialog, leg, live = await line.talking(caller, ayse)
    assert "survey" not in repr(invites(ayse)).lower(), "nobody is told who was chosen"
    await line.desk.asks("ayse", "transfer", to="agent:can", kind="blind")
    await is_over(ayse, leg)
    second = await answers(can)
    await line.desk.free("ayse")
    await line.desk.soon(lambda: line.talkers(live) == ["can"])
    await pause(LEAST_S)
    await line.desk.asks("can", "transfer", to="agent:ayse", kind="blind")
    await is_over(can, second)
    third = await answers(ayse, 1)
    await line.desk.soon(lambda: line.talkers(live) == ["ayse"])
    await pause(2 * LEAST_S)
    assert await line.state(live) == ("armed", "")
    await ayse.bye(third)
    await line.asks(live, "begin")
    assert (await line.state(live), await line.agent(live)) == (("offered", ""), "ayse")
    assert line.journal.of(live.id) == [("armed", ""), ("offered", "")]


async def test_a_colleague_who_was_handed_the_caller_is_waited_for(
    line: SipAsked, phones: Phones
) -> None:
    caller, ayse, can = phones
    _dialog, leg, live = await line.talking(caller, ayse)
    await line.desk.asks("ayse", "consult", to="agent:can")
    asked = await answers(can)
    await line.desk.until("ayse", "consulting")
    await line.desk.asks("ayse", "consult-complete")
    await is_over(ayse, leg)
    await line.desk.soon(lambda: line.talkers(live) == ["can"])
    await pause(LEAST_S)
    assert await line.state(live) == ("armed", "")
    await can.bye(asked)
    await line.asks(live, "begin")
    assert (await line.state(live), await line.agent(live)) == (("offered", ""), "can")


async def test_a_conference_of_three_is_over_when_the_last_agent_has_left(
    line: SipAsked, phones: Phones
) -> None:
    caller, ayse, can = phones
    _dialog, leg, live = await line.talking(caller, ayse)
    await line.desk.asks("ayse", "consult", to="agent:can")
    asked = await answers(can)
    await line.desk.soon(lambda: line.desk.state("ayse") == "consulting" and asked)
    await line.desk.soon(lambda: len([one for one in live.known.legs if one.bridge]) == 3)
    await line.desk.asks("ayse", "merge")
    await line.desk.soon(lambda: line.talkers(live) == ["ayse", "can"])
    await ayse.bye(leg)
    await line.desk.until("ayse", "wrapup")
    assert await line.state(live) == ("armed", "")
    assert line.talkers(live) == ["can"]
    await can.bye(asked)
    await line.asks(live, "begin")
    assert await line.state(live) == ("offered", "")
