"""sipp calls, and agents at two registered telephones answer, hold, ask and hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_agents import PATIENCE_S, SipDesk, answers, invites, is_over
from tests.fakes.sip_served import need_espeak
from tests.fakes.sipp import Ear, Sipp, hung_up, info, invite, pause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.ports import InteractionRow
    from tests.fakes.sip_phone import Dialog, SipPhone

CALLER = "+905321112233"
TONE = bytes(range(1, 161))
OTHER = bytes(range(161, 1, -1))


@pytest.fixture
async def desk(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipDesk]:
    """The server with its queue."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    made = await SipDesk.start(tmp_path, tmp_path_factory.getbasetemp() / "sounds")
    yield made
    await made.close()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """Where the sound for sipp goes."""
    made = await Ear.open()
    yield made
    made.close()


async def has_come(desk: SipDesk, phone: SipPhone) -> None:
    """The call has come to this telephone, which does not ring yet."""
    await phone.until(lambda: bool(invites(phone)))


async def is_heard(desk: SipDesk, ear: Ear, phone: SipPhone, leg: Dialog, said: bytes) -> None:
    """Until sipp has heard what an agent says."""
    before = set(ear.payloads)

    def heard() -> bool:
        phone.send_rtp(leg, said)
        return any(ear.payloads[at] == said for at in set(ear.payloads) - before)

    await desk.soon(heard)


async def holds_and_asks(desk: SipDesk) -> None:
    """What ayse does before can is rung up."""
    await desk.asks("ayse", "hold")
    await desk.until("ayse", "holding")
    await desk.asks("ayse", "resume")
    await desk.until("ayse", "talking")
    await desk.asks("ayse", "consult", to="agent:can")


def is_recorded(record: InteractionRow) -> None:
    """Every part of the call has its time, one after the other."""
    assert (record.outcome, record.ani) == ("handled", CALLER)
    assert record.path[:3] == ("welcome", "main", "agent")
    parts = [(one.kind, one.detail) for one in record.segments]
    assert parts[:3] == [("ivr", "bank"), ("queue", "general answered"), ("offer", "ayse")]
    talks = [part for part in parts if part[0] in ("talk", "hold")]
    assert [kind for kind, _who in talks] == ["talk", "hold", "talk", "hold", "talk"]
    assert [who for kind, who in talks if kind == "talk"] == ["ayse", "ayse", "can"]
    assert all(one.started_at < one.ended_at for one in record.segments)


async def test_sipp_talks_to_one_agent_and_is_handed_to_the_other(
    desk: SipDesk, ear: Ear, tmp_path: Path
) -> None:
    host, port = desk.sip.server
    options = f"{ear.options} -key from {CALLER} -s bank -m 1 {host}:{port}"
    async with desk.sip.phone("ayse") as ayse, desk.sip.phone("can") as can:
        await desk.works(ayse, can)
        steps = (invite(events=False), pause(0.5), info("0", 2), hung_up())
        sipp = await Sipp.start(tmp_path / "sipp", options, *steps)
        try:
            await has_come(desk, ayse)
            shown = await desk.pops("ayse")
            leg = await answers(ayse)
            await desk.until("ayse", "talking")
            await is_heard(desk, ear, ayse, leg, TONE)
            await holds_and_asks(desk)
            asked = await answers(can)
            await desk.until("ayse", "consulting")
            await desk.asks("ayse", "consult-complete")
            await is_over(ayse, leg)
            await is_heard(desk, ear, can, asked, OTHER)
            await desk.until("ayse", "wrapup")
            await can.bye(asked)
            await sipp.done(PATIENCE_S)
        finally:
            await sipp.close()
    is_recorded(await desk.sip.ended())
    (pop,) = [told["data"] for told in shown if told["type"] == "pop.open"]
    assert (pop["ani"], pop["queue"]) == (CALLER, "general")
    assert pop["path"] == ["welcome", "main", "agent"]
