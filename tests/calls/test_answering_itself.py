"""Queues with `answer: auto`: telephones answer by themselves, a beep, then the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.media.tone import call_tone
from tests.fakes.call_centre import CallCentre
from tests.fakes.sip_agents import SipDesk, answers, invites, rings, says
from tests.fakes.sip_served import need_espeak

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.fakes.sip_phone import SipPhone

GENERAL = "    title: {tr: Genel, en: General}\n"
AUTO = {GENERAL: f"{GENERAL}    answer: auto\n"}
TONE = bytes(range(1, 161))
BEEP = call_tone("beep", "TR", "pcma")


async def test_a_simulated_telephone_answers_at_once_beeps_and_has_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await CallCentre.open(tmp_path, changes=AUTO)
    try:
        await centre.works("ayse")
        call = await centre.waits()
        await centre.clock.advance(1)
        said = centre.phones["ayse"].said
        order = [key for one in said for key in one if key in ("rings", "answered", "beep", "talk")]
        assert order == ["rings", "answered", "beep", "talk"]
        assert centre.state("ayse") == "talking"
        now = centre.floor.call("ayse")
        assert now is not None
        assert now["call"] == call
    finally:
        await centre.close()


async def test_an_agent_who_is_not_available_gets_no_call_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await CallCentre.open(tmp_path, changes=AUTO)
    try:
        await centre.works("ayse")
        await centre.waits()
        await centre.clock.advance(1)
        centre.phones["ayse"].hang_up()
        await centre.clock.advance(1)
        await centre.waits("+905321112244")
        await centre.clock.advance(1)
        assert (centre.state("ayse"), centre.phones["ayse"].rang) == ("wrapup", 1)
        await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
        await centre.clock.advance(1)
        assert (centre.state("ayse"), centre.phones["ayse"].rang) == ("talking", 2)
    finally:
        await centre.close()


def heard_by(phone: SipPhone) -> bytes:
    """All sound that has come to a telephone."""
    return b"".join(packet.payload for packet in phone.rtp)


async def opened(
    folder: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> SipDesk:
    need_espeak()
    monkeypatch.chdir(folder)
    return await SipDesk.start(folder, sounds, options)


async def test_a_sip_phone_is_asked_to_answer_and_its_agent_hears_a_beep_first(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await opened(tmp_path, tmp_path_factory.getbasetemp() / "sounds", monkeypatch, AUTO)
    try:
        async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
            await desk.works(ayse)
            line = await caller.call("line")
            leg = await answers(ayse)
            (invite,) = invites(ayse)
            assert invite["answer-mode"] == "Auto"
            assert invite["call-info"].endswith(";answer-after=0")
            assert invite["alert-info"].endswith(">;info=alert-autoanswer;delay=0")
            await desk.until("ayse", "talking")
            await ayse.until(lambda: BEEP in heard_by(ayse))
            await says(caller, line, ayse, TONE)
            await says(ayse, leg, caller, TONE)
    finally:
        await desk.close()


async def test_a_phone_that_does_not_answer_by_itself_rings_on_and_has_missed_the_call(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {GENERAL: f"{GENERAL}    answer: auto\n    ring_timeout: 5s\n"}
    desk = await opened(tmp_path, tmp_path_factory.getbasetemp() / "sounds", monkeypatch, short)
    try:
        async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
            await desk.works(ayse)
            await caller.call("line")
            await rings(ayse)
            await desk.until("ayse", "ringing")
            (offer,) = desk.floor.offers("ayse")
            assert offer["auto"] is True
            await desk.until("ayse", "available")
    finally:
        await desk.close()


async def test_a_phone_of_a_queue_that_is_answered_by_hand_is_asked_nothing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await opened(tmp_path, tmp_path_factory.getbasetemp() / "sounds", monkeypatch, {})
    try:
        async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
            await desk.works(ayse)
            await caller.call("line")
            invite = await rings(ayse)
            asked = {"answer-mode", "call-info", "alert-info"}
            assert not asked & {name.lower() for name in invite.headers}
    finally:
        await desk.close()
