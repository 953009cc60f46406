"""Callers of a webhook provider who hang up while a message is taken, whatever it tells of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.channels.twilio.trunk import TwilioTrunk
from ivr.channels.twilio.wire.walker import RECORDING
from ivr.domain.call import Turn
from ivr.domain.events import TimerFired
from ivr.domain.recording import MessageTaken
from ivr.runtime.ports.recorded.recordings import READY
from tests.calls.messages.conftest import Kept
from tests.calls.messages.test_by_webhooks import at_the_tone
from tests.fakes.served import Served
from tests.fakes.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.runtime.live import LiveCall
    from ivr.runtime.ports import InteractionRow
    from ivr.runtime.ports.recorded.recordings import RecordingRow
    from tests.fakes.twilio import FakeCall
    from tests.fakes.twilio_recordings import FakeRecordings

LISTS = ("GET", "Calls/{}/Recordings.json")


async def over(served: Served) -> InteractionRow:
    """The record of the only call, once it is complete; time passes until then."""

    async def none_left() -> bool:
        assert served.clock is not None
        await served.clock.advance(1)
        return not served.server.switch.calls

    await until(none_left)
    (row,) = await served.rows()
    assert row.ended_at is not None
    return row


async def kept(served: Served, call: str) -> Sequence[RecordingRow]:
    """The recordings of a call, once each is kept or lost."""

    async def settled() -> bool:
        assert served.clock is not None
        await served.clock.advance(1)
        return all(row.state != "pending" for row in await Kept(served).of(call))

    await until(settled)
    return await Kept(served).of(call)


def live(served: Served) -> LiveCall:
    (call,) = served.server.switch.calls.values()
    return call


async def who_has_spoken(served: Served) -> FakeCall:
    call = await at_the_tone(served)
    await call.speak(12)
    return call


async def is_kept(served: Served) -> None:
    """The only call has left a message and a ticket."""
    row = await over(served)
    assert row.outcome == "voicemail"
    (recording,) = await kept(served, row.public_id)
    assert recording.state == READY
    assert recording.seconds in (12, 13)
    (ticket,) = await Kept(served).tickets(row.public_id)
    assert ticket.subject == "Sesli mesaj"


@pytest.mark.parametrize(
    "tells",
    [("status",), ("recording", "status"), ("status", "action"), ("recording", "status", "action")],
    ids=" ".join,
)
async def test_a_message_is_kept_whatever_the_provider_tells_and_in_which_order(
    served: Served, there: FakeRecordings, tells: Sequence[str]
) -> None:
    call = await who_has_spoken(served)
    await call.leave_speaking(tells)
    await is_kept(served)
    assert there.gone


async def test_a_provider_that_is_away_is_asked_until_it_is_back(
    served: Served, there: FakeRecordings
) -> None:
    there.busy = 10
    call = await who_has_spoken(served)
    await call.leave_speaking(("status",))
    await is_kept(served)


async def test_a_length_that_is_not_told_is_no_reason_to_lose_a_message(
    served: Served, there: FakeRecordings
) -> None:
    there.told_s = None
    call = await who_has_spoken(served)
    await call.leave_speaking(("status",))
    row = await over(served)
    (recording,) = await kept(served, row.public_id)
    assert (recording.state, round(recording.seconds, 1)) == (READY, 12.3)
    assert recording.sound is not None
    assert recording.sound.duration_ms == round(there.seconds * 1000)


SHORT = [("action", "status", "recording"), ("status", "recording"), ("status",)]


@pytest.mark.parametrize("tells", SHORT, ids=" ".join)
async def test_who_says_nothing_after_the_tone_and_goes_has_left_no_message(
    served: Served, there: FakeRecordings, tells: Sequence[str]
) -> None:
    there.seconds, there.told_s, there.not_yet, there.silent = 4.2, 4, 0, True
    call = await at_the_tone(served)
    await call.speak(4)
    await call.leave_speaking(tells)
    row = await over(served)
    assert row.outcome != "voicemail"
    assert await Kept(served).of(row.public_id) == []
    assert await Kept(served).tickets(row.public_id) == []
    assert there.gone


@pytest.mark.parametrize("tells", SHORT, ids=" ".join)
async def test_who_says_a_few_words_and_goes_has_left_a_message(
    served: Served, there: FakeRecordings, tells: Sequence[str]
) -> None:
    there.seconds, there.told_s, there.not_yet = 4.2, 4, 0
    call = await at_the_tone(served)
    await call.speak(4)
    await call.leave_speaking(tells)
    row = await over(served)
    (recording,) = await kept(served, row.public_id)
    assert recording.state == READY
    assert 4 <= recording.seconds <= 5
    (ticket,) = await Kept(served).tickets(row.public_id)
    assert ticket.subject == "Sesli mesaj"


async def test_a_caller_who_went_while_the_server_was_away_is_missed_when_it_is_back(
    served: Served, there: FakeRecordings, tmp_path: Path
) -> None:
    await who_has_spoken(served)
    await served.close()
    again = await Served.start(tmp_path / "config.yaml", Parts(clock=served.clock))
    try:
        trunk = again.server.switch.trunks["main"]
        assert isinstance(trunk, TwilioTrunk)
        there.serve(trunk)
        await trunk.finishing.check(live(again))
        await is_kept(again)
    finally:
        await again.close()


async def test_a_caller_who_is_hung_up_while_he_speaks_is_taken_off_the_line_and_kept(
    served: Served, there: FakeRecordings
) -> None:
    call = await who_has_spoken(served)
    there.on_line = {call.sid}
    mine = live(served)
    await served.server.switch.deliver(mine.id, TimerFired(turn=mine.known.limit))
    await is_kept(served)
    assert there.asked[:2] == [("POST", f"Calls/{call.sid}.json"), _lists(call)]


async def test_who_hangs_up_before_the_tone_is_let_go_within_seconds(
    served: Served, there: FakeRecordings
) -> None:
    there.begun = False
    call = await at_the_tone(served)
    assert served.clock is not None
    began = served.clock.now()
    await call.hang_up()
    row = await over(served)
    assert row.outcome != "voicemail"
    assert await Kept(served).of(row.public_id) == []
    assert (served.clock.now() - began).total_seconds() < 10
    assert there.asked == [_lists(call)] * 3


async def test_a_recording_that_was_no_message_is_not_taken_for_the_next_one(
    served: Served, there: FakeRecordings
) -> None:
    call = await at_the_tone(served)
    trunk = served.server.switch.trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    trunk.recordings.taken(MessageTaken(turn=Turn(0)), RECORDING)
    there.not_yet = 0
    await call.hang_up()
    row = await over(served)
    assert await Kept(served).of(row.public_id) == []


async def test_what_is_recorded_is_found_again_by_the_next_life_of_the_server(
    served: Served, there: FakeRecordings, tmp_path: Path
) -> None:
    call = await who_has_spoken(served)
    await call.leave_speaking(("status",))
    await served.close()
    again = await Served.start(tmp_path / "config.yaml", Parts(clock=served.clock))
    try:
        trunk = again.server.switch.trunks["main"]
        assert isinstance(trunk, TwilioTrunk)
        there.serve(trunk)
        await is_kept(again)
    finally:
        await again.close()


async def test_a_server_that_stops_waits_little_for_the_provider_and_finds_the_message_later(
    served: Served, there: FakeRecordings, tmp_path: Path
) -> None:
    assert served.clock is not None
    there.busy = 1000
    call = await who_has_spoken(served)
    draining = served.server.tasks.start(served.server.drain(), "drain")
    await served.clock.advance(60)
    assert not draining.done()  # the caller is still speaking
    await call.leave_speaking(("status",))
    await served.clock.advance(11)
    assert draining.done()
    await served.close()
    there.busy = 0
    again = await Served.start(tmp_path / "config.yaml", Parts(clock=served.clock))
    try:
        trunk = again.server.switch.trunks["main"]
        assert isinstance(trunk, TwilioTrunk)
        there.serve(trunk)
        await is_kept(again)
    finally:
        await again.close()


async def test_a_recording_that_comes_when_nobody_waits_any_more_is_an_error_in_the_log(
    served: Served, there: FakeRecordings, caplog: pytest.LogCaptureFixture
) -> None:
    there.begun = False
    call = await who_has_spoken(served)
    walk = call._walk
    assert walk is not None
    assert walk.recorded is not None
    told = walk.recorded.told
    await call.hang_up()
    await over(served)
    form = (("RecordingSid", RECORDING), ("RecordingDuration", "12"))
    for status, errors in (("absent", 0), ("completed", 1)):
        answer = await call.tell(told, "completed", (*form, ("RecordingStatus", status)))
        assert answer.status == 204
        found = [one for one in caplog.records if one.msg == "recording_unclaimed"]
        assert [one.levelno for one in found] == [logging.ERROR] * errors


async def test_a_recording_of_which_the_call_knows_is_no_error(
    served: Served, there: FakeRecordings, caplog: pytest.LogCaptureFixture
) -> None:
    call = await who_has_spoken(served)
    await call.leave_speaking(("action", "status", "recording", "recording"))
    await is_kept(served)
    assert "recording_unclaimed" not in caplog.messages


def _lists(call: FakeCall) -> tuple[str, str]:
    return LISTS[0], LISTS[1].format(call.sid)
