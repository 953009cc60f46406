"""A message left by telephone at a webhook provider: recorded there, kept here, gone there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.twilio.wire.walker import RECORDING
from ivr.runtime.ports.recorded.recordings import FAILED, PENDING, READY
from tests.calls.messages.test_by_telephone import takes
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from tests.calls.messages.conftest import Kept
    from tests.fakes.served import Served
    from tests.fakes.twilio import FakeCall
    from tests.fakes.twilio_recordings import FakeRecordings

FETCHED = [
    ("GET", f"Recordings/{RECORDING}.json"),
    ("GET", f"Recordings/{RECORDING}.json"),
    ("GET", f"Recordings/{RECORDING}.wav"),
    ("DELETE", f"Recordings/{RECORDING}.json"),
]
TELLS = {
    "hangs up": ("action", "status", "recording"),
    "hangs up and nobody asks on": ("status", "recording"),
}
"""What the provider tells of a hang-up, and in which order."""


async def at_the_tone(served: Served, repeats: int = 0) -> FakeCall:
    """A caller who has chosen to leave a message."""
    call = served.provider(repeats).call()
    await call.ring()
    await call.until_listening()
    await call.press("2")
    # Time stands still until the server has come so far; else the call may be given up meanwhile.
    calls = served.server.switch.calls
    await until_now(lambda: any(takes(each, "TakeMessage") for each in calls.values()))
    for _half_second in range(20):
        if b"<Record " in call.documents[-1]:
            break
        await call.wait(0.5)
    await call.wait(4)
    return call


async def the_row(served: Served, kept: Kept) -> str:
    (row,) = await served.rows()
    return row.public_id


async def test_the_document_asks_for_a_recording_that_is_never_cut_by_the_provider(
    served: Served, there: FakeRecordings
) -> None:
    assert there.gone is False
    document = (await at_the_tone(served)).documents[-1].decode()
    for wanted in (
        'finishOnKey="#"',
        'maxLength="120"',
        'playBeep="true"',
        'timeout="5"',
        'trim="do-not-trim"',
        "/hooks/main/recording?c=",
    ):
        assert wanted in document


@pytest.mark.parametrize("how", ["key", "silence", "hangs up", "hangs up and nobody asks on"])
async def test_what_a_caller_says_is_kept_here_and_taken_away_there(
    served: Served, kept: Kept, there: FakeRecordings, how: str
) -> None:
    call = await at_the_tone(served, repeats=0 if "hangs" in how else 1)
    await call.speak(12)
    if how == "key":
        await call.press("#")
    elif how == "silence":
        await call.wait(6)
    else:
        await call.leave_speaking(TELLS[how])
    mine = await the_row(served, kept)
    (row,) = await kept.of(mine)
    assert 12 <= row.seconds <= 14
    assert served.clock is not None
    await served.clock.advance(2)
    (row,) = await kept.of(mine)
    assert (row.state, row.source) == (READY, "")
    assert there.asked == FETCHED
    assert len(kept.sound(row)) == 44 + round(16_000 * there.seconds)
    (ticket,) = await kept.tickets(mine)
    assert ticket.subject == "Sesli mesaj"
    if how not in TELLS:
        await call.wait(5)
        assert (call.words[-1], call.ended) == ("İyi günler.", "hangup")
    (interaction,) = await served.rows()
    assert interaction.ended_at is not None
    assert interaction.outcome == "voicemail"


async def test_who_says_nothing_has_left_no_message(
    served: Served, kept: Kept, there: FakeRecordings
) -> None:
    call = await at_the_tone(served)
    await call.wait(8)
    assert call.words[-1] == "İyi günler."
    assert await kept.of_all() == []
    assert there.asked == []


async def test_who_says_too_little_has_left_none_and_the_provider_keeps_nothing(
    served: Served, kept: Kept, there: FakeRecordings
) -> None:
    call = await at_the_tone(served)
    await call.speak(0.4)
    await call.wait(7)
    assert await kept.of_all() == []
    assert there.asked == [("DELETE", f"Recordings/{RECORDING}.json")]


async def test_sound_that_is_shorter_than_told_is_asked_for_again(
    served: Served, kept: Kept, there: FakeRecordings
) -> None:
    there.seconds, there.not_yet = 3.0, 0
    call = await at_the_tone(served)
    await call.speak(12)
    await call.press("#")
    assert served.clock is not None
    await served.clock.advance(1)
    (row,) = await kept.of_all()
    assert row.state == PENDING
    there.seconds = 12.3
    await served.clock.advance(30)
    (row,) = await kept.of_all()
    assert row.state == READY


async def test_what_the_provider_has_lost_is_given_up(
    served: Served, kept: Kept, there: FakeRecordings
) -> None:
    there.gone = True
    call = await at_the_tone(served)
    await call.speak(12)
    await call.press("#")
    (row,) = await kept.of_all()
    assert row.state == FAILED


async def test_a_callback_about_another_call_is_no_news(
    served: Served, there: FakeRecordings
) -> None:
    call = await at_the_tone(served)
    url = f"{call.provider.hooks}/recording?c=nobody&l=1&t=9"
    answer = await call.tell(url, "in-progress", (("RecordingStatus", "completed"),))
    assert answer.status == 404
    assert there.asked == []
