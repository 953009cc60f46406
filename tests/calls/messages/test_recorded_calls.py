"""A call by telephone that is recorded: both sides are kept, heard again, and never a secret."""

from __future__ import annotations

import asyncio
import math
from array import array
from typing import TYPE_CHECKING

import pytest

from ivr.app.compliance import compliance_of
from ivr.domain.commands import Collect
from ivr.domain.recording import CALL
from ivr.media.g711 import alaw_decode
from ivr.media.wav import call_seconds
from ivr.runtime.ports.recorded.recordings import READY
from tests.calls.messages.conftest import Kept
from tests.calls.messages.test_by_telephone import place, speaks, the_row
from tests.fakes.pause import pause
from tests.fakes.served import Served, shipped
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_sound import ALAW, encode
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.runtime.live import LiveCall

FLOW = """\
flow: line
version: 1
languages: [en]
start: begin
vars: {pin: sealed digits?}
rescue: {error: bye, emergency: bye}
nodes:
  begin:
    - record: start
      notice: told
      barge_in: true
    - menu: first
      keys: {"5": secret}
      giveup: bye
  secret:
    - ask: pin
      into: pin
      digits: 4
      secret: true
      giveup: bye
    - menu: choose
      first: 20s
      keys: {"1": bye}
      giveup: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """
told: {en: "This call is recorded."}
first: {en: "Press 5 for your account."}
pin: {en: "Your code of four digits, please."}
goodbye: {en: "Bye."}
choose: {en: "Press 1."}
"""


ASKS = """\
flow: asks
version: 1
languages: [en]
start: begin
rescue: {error: bye, emergency: bye}
nodes:
  begin:
    - record: start
      notice: told
      consent: kvkk
      refuse_key: "9"
      refused: away
    - go: away
  away:
    - menu: choose
      first: 20s
      keys: {"1": bye}
      giveup: bye
  bye:
    - hangup: goodbye
"""


VOICE = encode([round(6000 * math.sin(at * 0.35)) for at in range(800)], ALAW)
"""Some 445 Hz: no key."""


@pytest.fixture
async def line(tmp_path: Path, by_telephone: Mapping[str, str]) -> AsyncIterator[Served]:
    """A house that records a small flow."""
    number = {
        '"+908502220002": {flow: status}': '"+908502220002": {flow: line}',
        '"+908502220001": {flow: pharmacy}': '"+908502220001": {flow: asks}',
    }
    config = shipped(tmp_path, {**by_telephone, **number}, sip=True)
    (tmp_path / "flows/line.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "flows/asks.yaml").write_text(ASKS, encoding="utf-8")
    for name in ("line", "asks"):
        prompts = tmp_path / f"flows/{name}.prompts.yaml"
        prompts.write_text(PROMPTS, encoding="utf-8")
    running = await Served.start(config)
    yield running
    await running.close()


def loud(pcm: bytes) -> list[bool]:
    """Whether each tenth of a second has sound."""
    samples = array("h", pcm)
    return [max(map(abs, samples[at : at + 800])) > 500 for at in range(0, len(samples), 800)]


def asks(call: LiveCall, name: str) -> bool:
    """Whether the caller is asked for this now."""
    asked = [each for each in call.known.waiting() if isinstance(each, Collect)]
    return any(one.name == name for each in asked for one in each.prompts)


async def test_both_sides_are_heard_again_and_the_secret_is_silence(line: Served) -> None:
    async with SipPhone(place(line)) as phone:
        dialog = await phone.call("+908502220002")
        calls = line.server.switch.calls
        await until_now(lambda: any(asks(call, "first") for call in calls.values()))
        (call,) = calls.values()
        await speaks(phone, dialog, 3.0, VOICE)
        phone.press(dialog, "5")
        await until_now(lambda: asks(call, "pin"))
        await speaks(phone, dialog, 1.0, VOICE)
        phone.press(dialog, "1234")
        await until_now(lambda: asks(call, "choose"))
        await speaks(phone, dialog, 1.5, VOICE)
        await phone.bye(dialog)
        row = await the_row(line)
    assert (row.kind, row.state) == (CALL, READY)
    content = Kept(line).sound(row)
    assert call_seconds(content) > 3.0
    assert row.sound is not None
    assert not row.sound.partial
    said, heard = (loud(alaw_decode(content[44 + side :: 2])) for side in (0, 1))
    first, last = said.index(True), len(said) - said[::-1].index(True)
    assert sum(said) >= 30
    assert sum(heard) >= 5
    middle = [one or other for one, other in zip(said, heard, strict=True)][first:last]
    assert longest_silence(middle) >= 8


async def test_who_refuses_is_not_recorded_and_that_is_in_the_ledger(line: Served) -> None:
    number = "+905321112233"
    async with SipPhone(place(line), number) as phone:
        dialog = await phone.call("+908502220001")
        calls = line.server.switch.calls
        await until_now(lambda: any(asks(call, "told") for call in calls.values()))
        await phone.until(lambda: len(phone.rtp) > 20)
        phone.press(dialog, "9")
        await until_now(lambda: any(asks(call, "choose") for call in calls.values()))
        await phone.bye(dialog)
    every = compliance_of(line.server)
    assert every is not None
    async with asyncio.timeout(20):
        while not (rows := await every.consents.of(number, "voice")):
            await pause()
    (row,) = rows
    assert (row.purpose, row.status, row.source) == ("recording", "opt_out", "call")
    assert row.evidence.startswith("kvkk: notice told ")
    assert await Kept(line).of_all() == []


def longest_silence(loud: list[bool]) -> int:
    """In tenths of a second."""
    return max(len(run) for run in "".join("x" if one else "." for one in loud).split("x"))
