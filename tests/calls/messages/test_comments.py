"""What callers say in a survey, on every kind of line: kept, and tied to their answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.sip import provider
from ivr.channels.sip.wire.control import Limits
from ivr.channels.twilio.trunk import TwilioTrunk
from ivr.domain.call import CallId
from ivr.media.wav import read_wav
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.ports.recorded.recordings import READY
from tests.calls.messages.conftest import Kept, closed
from tests.calls.messages.test_by_telephone import at_the_tone, place, speaks, takes
from tests.fakes.far_end import LATE_MS
from tests.fakes.pause import pause
from tests.fakes.served import BANK, Phone, Served
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_served import need_espeak
from tests.fakes.twilio_recordings import FakeRecordings
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.runtime.ports.recorded.recordings import RecordingRow

SAID = "Temsilciniz çok yardımcı oldu, teşekkürler."
SURVEY = """\
survey: support
version: 1
languages: [tr, en]
questions:
  why:
    type: comment
    longest: 45s
    say: {tr: "Sinyalden sonra bize söyleyin.", en: "Tell us after the tone."}
thanks:
  say: {tr: "Teşekkür ederiz.", en: "Thank you."}
plans:
  after_call: {when: post_call, rate: 100%, seed: s, media: [voice]}
"""
MESSAGE, ASKED = '"2": voicemail}', '"2": survey}'


def asking(folder: Path, changes: Mapping[str, str] | None = None, *, sip: bool = False) -> Path:
    """The shipped configuration, closed; who presses 2 is asked why he called."""
    config = closed(folder, changes, sip=sip)
    (folder / "flows" / "surveys" / "support.yaml").write_text(SURVEY, encoding="utf-8")
    bank = folder / "flows" / "bank.yaml"
    text = bank.read_text(encoding="utf-8")
    assert MESSAGE in text
    bank.write_text(text.replace(MESSAGE, ASKED), encoding="utf-8")
    return config


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """Such a server on virtual time, with a database."""
    monkeypatch.chdir(tmp_path)
    running = await Served.start(asking(tmp_path), Parts(clock=VirtualClock()))
    yield running
    await running.close()


async def is_kept(served: Served, call: str) -> RecordingRow:
    """The one recording of a call, which is the answer to its one question."""
    (row,) = await Kept(served).of(call)
    assert (row.kind, row.survey, row.question, row.box) == ("survey_comment", "support", "why", "")
    surveys = served.server.switch.store.surveys
    (answer,) = await surveys.answers(CallId(call))
    assert (answer.question, answer.recording, answer.number) == ("why", row.id, None)
    assert not answer.text
    assert answer.completion == "completed"
    (invitation,) = await surveys.of_call(CallId(call))
    assert (invitation.state, invitation.reason) == ("completed", "")
    assert await Kept(served).tickets(call) == []
    return row


@pytest.mark.parametrize("how", ["key", "hangs up", "silence"])
async def test_what_a_caller_types_is_kept_and_is_his_answer(served: Served, how: str) -> None:
    assert served.clock is not None
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=BANK, **{"from": "+905321112233"})
    await phone.until("listens")
    await phone.quiet()
    await phone.send(press="2")
    await phone.until("records")
    await phone.quiet()
    assert phone.heard[-1] == "survey_support_why"
    await phone.send(say=SAID)
    await served.clock.advance(4)
    if how == "key":
        await phone.send(press="#")
    elif how == "hangs up":
        await phone.send(hang_up=True)
    ended = await phone.until("ended")
    assert ended["outcome"] != "voicemail"
    assert ("survey_support_thanks" in phone.heard) == (how != "hangs up")
    row = await is_kept(served, phone.call)
    assert (row.words, row.state) == (SAID, READY)
    assert row.sound is not None
    assert read_wav(Kept(served).sound(row)).seconds == row.sound.duration_ms / 1000


async def test_who_says_nothing_has_answered_nothing(served: Served) -> None:
    assert served.clock is not None
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=BANK, **{"from": "+905321112233"})
    await phone.until("listens")
    await phone.quiet()
    await phone.send(press="2")
    await phone.until("ended")
    assert await Kept(served).of(phone.call) == []
    surveys = served.server.switch.store.surveys
    assert await surveys.answers(CallId(phone.call)) == []
    (invitation,) = await surveys.of_call(CallId(phone.call))
    assert invitation.state == "declined"


@pytest.mark.parametrize("how", ["key", "hangs up"])
async def test_what_a_caller_says_at_a_webhook_provider_is_kept(served: Served, how: str) -> None:
    trunk = served.server.switch.trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    there = FakeRecordings()
    there.serve(trunk)
    call = served.provider(0).call()
    await call.ring()
    await call.until_listening()
    await call.press("2")
    # Whether he is asked is read from the database, while no time passes here.
    switch = served.server.switch
    await until_now(lambda: any(takes(each, "TakeMessage") for each in switch.calls.values()))
    for _half_second in range(20):
        if b"<Record " in call.documents[-1]:
            break
        await call.wait(0.5)
    await call.wait(3)
    assert b'maxLength="45"' in call.documents[-1]
    await call.speak(12)
    if how == "key":
        await call.press("#")
    else:
        await call.leave_speaking()
    (interaction,) = await served.rows()
    await Kept(served).of(interaction.public_id)
    assert served.clock is not None
    await served.clock.advance(2)
    row = await is_kept(served, interaction.public_id)
    assert row.state == READY
    assert there.gone


@pytest.fixture
async def line(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """The same house by telephone, on real time."""
    need_espeak()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(provider, "Limits", partial(Limits, late_ms=LATE_MS))
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    changes = {"limits: {call: 2h}": f"media: {{sounds: {sounds}}}\nlimits: {{call: 2h}}"}
    running = await Served.start(asking(tmp_path, changes, sip=True))
    yield running
    await running.close()


async def test_what_a_caller_says_by_telephone_is_kept_although_he_hangs_up(line: Served) -> None:
    async with SipPhone(place(line)) as phone:
        dialog = await at_the_tone(line, phone)
        await speaks(phone, dialog, 2.5)
        await phone.bye(dialog)
        while not (rows := await Kept(line).of_all()) or rows[0].state == "pending":
            await pause(0.1)
    row = await is_kept(line, rows[0].call)
    assert row.state == READY
    assert read_wav(Kept(line).sound(row)).seconds > 1.2
