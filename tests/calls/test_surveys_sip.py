"""Callers at SIP telephones are asked how it was, once the agent has hung up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.flows.library import read_folder
from tests.fakes import sip_agents
from tests.fakes.sip_agents import LINE, SipDesk, answers, invites, is_over
from tests.fakes.sip_served import need_espeak
from tests.surveys.files.house import TEXT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.sip_phone import SipPhone

ASKED = "done: after\n  after:"
ASKING = "done: asked\n  asked:\n    - {survey: support, done: after}\n  after:"
SILENCE = b"\xd5" * 160
USES = ("uses: {queues: [general]}", "uses: {queues: [general], surveys: [support]}")


@pytest.fixture
async def desk(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipDesk]:
    """The server with its queue and a survey that asks everybody, in few words."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sip_agents, "LINE", LINE.replace(ASKED, ASKING).replace(*USES))
    made = await SipDesk.start(tmp_path, tmp_path_factory.getbasetemp() / "sounds")
    text = TEXT.replace("rate: 50%", "rate: 100%").replace("min_talk: 10s", "min_talk: 0s")
    path = tmp_path / "flows" / "surveys" / "support.yaml"
    await asyncio.to_thread(path.write_text, text, encoding="utf-8")
    files = await asyncio.to_thread(read_folder, Path("flows"))
    await made.sip.served.server.library.publish(files)
    yield made
    await made.close()


async def sounds(caller: SipPhone) -> None:
    """Until the caller hears words: something louder than silence, and more than a moment of it."""
    seen = len(caller.rtp)

    def loud() -> bool:
        return sum(packet.payload != SILENCE for packet in caller.rtp[seen:]) > 10

    await caller.until(loud)


async def test_the_caller_stays_on_the_line_and_answers_by_keys(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
        await desk.works(ayse)
        dialog = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        (live,) = desk.sip.served.server.switch.calls.values()
        surveys = desk.sip.served.server.switch.store.surveys

        async def is_now(*states: str) -> None:
            rows = await surveys.of_call(live.id)
            assert rows[0].state in states

        await is_now("armed")
        assert "survey" not in repr(invites(ayse)).lower()
        await ayse.bye(leg)
        await desk.until("ayse", "wrapup")
        await desk.soon(lambda: "keys" in live.known.top.open)
        await is_now("offered")
        for keys, node in (("1", "begin"), ("4", "ask_csat"), ("10", "ask_nps")):
            await desk.soon(lambda node=node: live.known.top.node == node)  # type: ignore[misc]
            await sounds(caller)
            caller.press(dialog, keys)
        await is_over(caller, dialog)
        kept = await surveys.answers(live.id)
        assert [(one.question, one.number) for one in kept] == [("csat", 4), ("nps", 10)]
        await is_now("completed")


async def test_a_caller_who_hangs_up_first_was_missed(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
        await desk.works(ayse)
        dialog = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        (live,) = desk.sip.served.server.switch.calls.values()
        await caller.bye(dialog)
        await is_over(ayse, leg)
        await desk.until("ayse", "wrapup")
        (row,) = await desk.sip.served.server.switch.store.surveys.of_call(live.id)
        assert (row.state, row.reason) == ("missed", "caller_left_first")


async def test_a_colleague_who_was_handed_the_caller_is_waited_for(desk: SipDesk) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        (live,) = desk.sip.served.server.switch.calls.values()
        surveys = desk.sip.served.server.switch.store.surveys
        await desk.asks("ayse", "consult", to="agent:can")
        asked = await answers(can)
        await desk.until("ayse", "consulting")
        await desk.asks("ayse", "consult-complete")
        await is_over(ayse, leg)
        assert [one.state for one in await surveys.of_call(live.id)] == ["armed"]
        await can.bye(asked)
        await desk.soon(lambda: "keys" in live.known.top.open)
        assert [one.state for one in await surveys.of_call(live.id)] == ["offered"]
