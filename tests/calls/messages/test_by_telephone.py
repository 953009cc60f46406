"""A message left by a SIP telephone: tapped on the caller's leg, written by a media worker."""

from __future__ import annotations

import asyncio
import math
import os
import signal
from array import array
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.house import House
from ivr.channels.sip.sound.spool import HEADER_OCTETS
from ivr.media.g711 import alaw_decode
from ivr.media.wav import read_wav
from ivr.runtime.ports.recorded.recordings import READY
from tests.calls.messages.conftest import Kept, closed
from tests.fakes.pause import pause
from tests.fakes.served import Served
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_sound import ALAW, FRAME, encode, tone
from tests.fakes.waiting import until, until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from tests.fakes.sip_phone import Dialog

PATIENCE_S = 20.0
VOICE = encode(tone("5", 0.1, 6000), ALAW)


@pytest.fixture
async def line(tmp_path: Path, by_telephone: Mapping[str, str]) -> AsyncIterator[Served]:
    """A closed house that answers by telephone."""
    running = await Served.start(closed(tmp_path, by_telephone, sip=True))
    yield running
    await running.close()


def house_of(served: Served) -> House:
    return next(each for each in served.server.running if isinstance(each, House))


async def at_the_tone(served: Served, phone: SipPhone) -> Dialog:
    """A caller who has pressed 2 and the end key through the prompt: the tone is over."""
    dialog = await phone.call("+908502220000")
    switch = served.server.switch
    await until_now(lambda: any(takes(c, "Collect") for c in switch.calls.values()))
    phone.press(dialog, "2")
    await until_now(lambda: any(takes(c, "TakeMessage") for c in switch.calls.values()))
    await until_now(lambda: house_of(served).messages._underway)
    await pause(0.2)
    phone.press(dialog, "#")
    await until_now(lambda: _spooled(served) > HEADER_OCTETS)
    return dialog


def _spooled(served: Served) -> int:
    """Octets of what is being recorded: it grows from the tone on."""
    spool = Kept(served).recorder.keeper.folder.root / "spool"
    return sum(file.stat().st_size for file in spool.glob("*.part"))


def takes(call: object, kind: str) -> bool:
    state = getattr(call, "state", None)
    return state is not None and any(type(one).__name__ == kind for one in state.waiting())


async def speaks(phone: SipPhone, dialog: Dialog, seconds: float, voice: bytes = VOICE) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for number in range(round(seconds * 50)):
        at = number * FRAME % (len(voice) - FRAME)
        phone.send_rtp(dialog, voice[at : at + FRAME], marker=number == 0)
        await pause(max(0.0, begin + (number + 1) * 0.02 - loop.time()))


async def ended(served: Served) -> bool:
    return all(row.ended_at is not None for row in await served.rows())


async def the_row(served: Served) -> RecordingRow:
    kept = Kept(served)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = await kept.of_all()
            if rows and rows[0].state != "pending":
                return rows[0]
            await pause(0.1)


@pytest.mark.parametrize("how", ["key", "hangs up"])
async def test_what_a_caller_says_is_heard_as_loud_and_as_long(line: Served, how: str) -> None:
    async with SipPhone(place(line)) as phone:
        dialog = await at_the_tone(line, phone)
        await speaks(phone, dialog, 3.0)
        if how == "key":
            phone.press(dialog, "#")
        else:
            await phone.bye(dialog)
        row = await the_row(line)
    assert row.state == READY
    assert row.sound is not None
    assert not row.sound.partial
    clip = read_wav(Kept(line).sound(row))
    # A busy machine loses frames of a phone that sends in bursts; lengths to the frame are tried on
    # a clock of their own, in tests/media/leg/test_taking.py.
    assert 1.5 < clip.seconds < 3.7
    assert abs(level(clip.pcm) - level(alaw_decode(VOICE))) < 1.0


def place(served: Served) -> tuple[str, int]:
    return ("127.0.0.1", house_of(served).stacks[0].port)


def level(pcm: bytes) -> float:
    """dB of the middle one of all frames of 20 ms."""
    samples = array("h", pcm)
    frames = [samples[at : at + FRAME] for at in range(0, len(samples) - FRAME + 1, FRAME)]
    powers = sorted(sum(one * one for one in frame) / FRAME + 1 for frame in frames)
    return 10 * math.log10(powers[len(powers) // 2])


async def test_the_message_of_a_worker_that_is_killed_can_be_played(line: Served) -> None:
    async with SipPhone(place(line)) as phone:
        dialog = await at_the_tone(line, phone)
        await speaks(phone, dialog, 3.0)
        (pid,) = house_of(line).sound.pids
        os.kill(pid, signal.SIGKILL)
        row = await the_row(line)
    assert row.state == READY
    assert row.sound is not None
    assert row.sound.partial
    assert read_wav(Kept(line).sound(row)).seconds > 1.5
    await until(partial(ended, line))
    (interaction,) = await line.rows()
    assert interaction.outcome == "voicemail"


async def test_a_message_that_the_server_did_not_live_to_hear_the_end_of_is_kept_by_the_next(
    line: Served, tmp_path: Path
) -> None:
    async with SipPhone(place(line)) as phone:
        dialog = await at_the_tone(line, phone)
        await speaks(phone, dialog, 3.0)
        await line.close()
        again = await Served.start(tmp_path / "config.yaml")
        try:
            row = await the_row(again)
            assert row.state == READY
            assert read_wav(Kept(again).sound(row)).seconds > 2.0
            (ticket,) = await Kept(again).tickets(row.call)
            assert ticket.subject == "Sesli mesaj"
        finally:
            await again.close()
