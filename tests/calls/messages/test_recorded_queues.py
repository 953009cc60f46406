"""Talks that a queue wants recorded, by telephone: caller and agent, each on one side."""

from __future__ import annotations

import asyncio
import math
from array import array
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.domain.recording import CALL
from ivr.media.g711 import alaw_decode
from ivr.media.wav import call_seconds
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.recorded.listing import RecordingFilter
from ivr.runtime.ports.recorded.recordings import READY
from ivr.runtime.recordings.completeness import Completing
from ivr.store import SqlStore
from ivr.store.desk.contacts import SqlContacts
from ivr.store.recorded.listing import SqlRecordingLists
from ivr.web.api.recordings.marks import marks_of
from tests.calls.messages.conftest import Kept
from tests.calls.messages.test_by_telephone import speaks
from tests.fakes.fresh_store import open_fresh
from tests.fakes.pause import pause
from tests.fakes.sip_agents import SipDesk, answers, is_over, rings
from tests.fakes.sip_served import need_espeak
from tests.fakes.sip_sound import ALAW, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.runtime.ports.recorded.recordings import RecordingRow

TITLE = "    title: {tr: Genel, en: General}\n"
LOUD = 1000


def voice(hz: int) -> bytes:
    """A tone that is no key."""
    turn = 2 * math.pi * hz / 8000
    return encode([round(6000 * math.sin(at * turn)) for at in range(800)], ALAW)


CALLER, AGENT, COLLEAGUE = voice(450), voice(300), voice(700)


@pytest.fixture
def option() -> str:
    """What the queue says of recording."""
    return "{mode: dual, keep: 1y, notice: recording_notice}"


@pytest.fixture
def options(option: str) -> Mapping[str, str]:
    """What is different in the configuration."""
    return {TITLE: f"{TITLE}    recording: {option}\n"}


@pytest.fixture
async def desk(
    tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch, options: Mapping[str, str]
) -> AsyncIterator[SipDesk]:
    """The server with its queue, and a database."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    store = open_fresh(f"sqlite:///{tmp_path}/var/ivr.db", create=True)
    running = await SipDesk.start(tmp_path, made, options, store=store)
    yield running
    await running.close()


async def rows(desk: SipDesk, many: int = 1) -> list[RecordingRow]:
    """What was recorded, once it can be heard."""
    kept = Kept(desk.sip.served)
    async with asyncio.timeout(20):
        while True:
            found = await kept.of_all()
            if len(found) >= many and all(row.state == READY for row in found):
                return found
            await pause()


def level(samples: array[int], hz: int) -> float:
    """How much of a tone is in some samples, 0 to 32,768 (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hz / 8000)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = max(last * last + before * before - turn * last * before, 0.0)
    return 2 * math.sqrt(power) / max(len(samples), 1)


def sides(desk: SipDesk, row: RecordingRow) -> tuple[array[int], array[int]]:
    """What the caller has said, and what was heard."""
    content = Kept(desk.sip.served).sound(row)
    said, heard = (alaw_decode(content[44 + side :: 2]) for side in (0, 1))
    return array("h", said), array("h", heard)


async def test_it_lasts_as_long_as_the_talk_and_is_kept_as_the_queue_says(desk: SipDesk) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        await speaks(caller, line, 0.5, CALLER)
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        await asyncio.gather(speaks(caller, line, 3.0, CALLER), speaks(ayse, leg, 3.0, AGENT))
        await ayse.bye(leg)
        await is_over(caller, line)
    (row,) = await rows(desk)
    assert (row.kind, row.queue) == (CALL, "general")
    assert 1.5 <= call_seconds(Kept(desk.sip.served).sound(row)) <= 3.5
    said, heard = sides(desk, row)
    assert level(said, 450) > LOUD > level(said, 300)
    assert level(heard, 300) > LOUD > level(heard, 450)
    (contact,) = await desk.sip.served.rows()
    talk = next(one for one in contact.segments if one.kind == "talk")
    assert row.at >= talk.started_at
    assert abs(row.seconds - (talk.ended_at - talk.started_at) / timedelta(seconds=1)) < 0.5
    keeper = Kept(desk.sip.served).recorder.keeper
    looking = Completing(
        keeper.rows, keeper.folder, SystemClock(), lambda: (["general"], ["phones"])
    )
    day = timedelta(days=1)
    found = await looking.between(row.at - day, row.at + day)
    assert (found.due, found.faults) == (1, ())


async def the_marks_fit(desk: SipDesk, kept: RecordingRow) -> None:
    """Where the pause is told to be nothing is heard of the caller, and before and after he is."""
    store = desk.sip.served.server.switch.store
    assert isinstance(store, SqlStore)
    lists = SqlRecordingLists(store.database)
    (found,) = (await lists.list(RecordingFilter((CALL,)))).rows
    parts = await SqlContacts(store.database).segments(kept.call)
    told = marks_of(found.begin, kept.at, parts, await lists.pauses(kept.id))
    assert found.agents == ("ayse",)
    assert [(mark.kind, mark.who) for mark in told] == [("talk", "ayse"), ("pause", "ayse")]
    said, _heard = sides(desk, kept)
    begin, end = (round(8000 * each) for each in (told[1].begin, told[1].end))
    some = 4000  # of half a second: telephones and workers have their own pace
    assert max(map(abs, said[begin + some : end - some])) < 100
    assert max(map(abs, said[begin - 2 * some : begin])) > LOUD
    assert max(map(abs, said[end : end + 2 * some])) > LOUD


async def test_what_is_said_while_the_agent_pauses_is_silence_as_long_as_that(
    desk: SipDesk,
) -> None:
    async with desk.sip.phone() as caller, desk.sip.phone("ayse") as ayse:
        await desk.works(ayse)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")

        async def both_speak(seconds: float) -> None:
            await asyncio.gather(
                speaks(caller, line, seconds, CALLER), speaks(ayse, leg, seconds, AGENT)
            )

        await both_speak(1.5)
        await desk.asks("ayse", "pause-recording")
        row = desk.floor.call("ayse")
        assert row is not None
        assert row["recording"]["state"] == "paused"
        await both_speak(1.5)
        await desk.asks("ayse", "resume-recording")
        await both_speak(1.5)
        await ayse.bye(leg)
        await is_over(caller, line)
    (kept,) = await rows(desk)
    for side in sides(desk, kept):
        loud = [max(map(abs, side[at : at + 800])) > 100 for at in range(0, len(side), 800)]
        assert 3.5 <= len(loud) / 10 <= 6
        first, last = loud.index(True), len(loud) - loud[::-1].index(True)
        words = "".join("x" if one else "." for one in loud[first:last]).split("x")
        assert 10 <= max(map(len, words)) <= 22
    await the_marks_fit(desk, kept)


async def test_a_caller_who_is_given_away_is_recorded_with_both_and_not_while_it_rings(
    desk: SipDesk,
) -> None:
    async with (
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
        desk.sip.phone("can") as can,
    ):
        await desk.works(ayse, can)
        line = await caller.call("line")
        leg = await answers(ayse)
        await desk.until("ayse", "talking")
        await speaks(ayse, leg, 1.5, AGENT)
        await desk.asks("ayse", "transfer", to="agent:can")
        await is_over(ayse, leg)
        rung = await rings(can)
        call = next(iter(desk.sip.served.server.switch.calls.values()))
        assert call.known.tape is None
        asked = await answers(can, rung=rung)
        await desk.soon(lambda: call.known.tape)
        await speaks(can, asked, 1.5, COLLEAGUE)
        await caller.bye(line)
    first, second = sorted(await rows(desk, 2), key=lambda row: row.turn)
    assert {row.queue for row in (first, second)} == {"general"}
    heard = [sides(desk, row)[1] for row in (first, second)]
    assert level(heard[0], 300) > LOUD > level(heard[0], 700)
    assert level(heard[1], 700) > LOUD > level(heard[1], 300)
