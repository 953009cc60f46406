"""linphonec as an agent's telephone: it leaves it to its user whether it answers when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.linphone import Linphone
from tests.fakes.sip_agents import SipDesk
from tests.fakes.sip_served import PASSWORD, need_espeak

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GENERAL = "    title: {tr: Genel, en: General}\n"
AUTO = {GENERAL: f"{GENERAL}    answer: auto\n"}


async def test_a_phone_that_is_asked_to_answer_and_does_not_rings_until_somebody_does(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_espeak()
    (tmp_path / "house").mkdir()
    monkeypatch.chdir(tmp_path / "house")
    phone = await Linphone.start(tmp_path / "linphone", "ayse", password=PASSWORD)
    desk = await SipDesk.start(tmp_path / "house", tmp_path_factory.getbasetemp() / "sounds", AUTO)
    try:
        await phone.register(desk.sip.server, "ayse")
        await desk.soon(lambda: desk.there.get("ayse"))
        await desk.floor.ask("ayse", "login", by="ayse")
        async with desk.sip.phone() as caller:
            await caller.call("line")
            await desk.until("ayse", "ringing")
            await phone.program.say("answer")
            await desk.until("ayse", "talking")
    finally:
        await desk.close()
        await phone.close()
