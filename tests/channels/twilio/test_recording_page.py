"""What the provider tells of recordings that nobody waits for. How those are kept that somebody
waits for is tried with a whole server, in tests/calls/messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import Turn
from ivr.domain.recording import MessageTaken

if TYPE_CHECKING:
    from tests.fakes.twilio import Pairs
    from tests.fakes.twilio_rig import Rig

SID = "RE00000000000000000000000000000001"
THERE: Pairs = (("RecordingSid", SID), ("RecordingDuration", "7"), ("RecordingStatus", "completed"))
ABSENT: Pairs = (("RecordingSid", SID), ("RecordingStatus", "absent"))


async def gone(_method: str, _path: str, _form: object) -> tuple[int, dict[str, str]]:
    """A provider that has nothing any more."""
    return 404, {}


async def told(rig: Rig, form: Pairs) -> int:
    """The status of an answer to a caller's provider who tells of a recording."""
    call = await rig.in_menu()
    (live,) = rig.switch.calls
    url = f"{rig.provider.hooks}/recording?c={live}&l=1&t=99"
    return (await call.tell(url, "in-progress", form)).status


@pytest.mark.parametrize(("form", "errors"), [(THERE, 1), (ABSENT, 0), ((), 0)])
async def test_one_that_nobody_waits_for_is_an_error_in_the_log(
    rig: Rig, caplog: pytest.LogCaptureFixture, form: Pairs, errors: int
) -> None:
    assert await told(rig, form) == 204
    found = [one for one in caplog.records if one.msg == "recording_unclaimed"]
    assert [one.levelno for one in found] == [logging.ERROR] * errors


async def test_one_that_was_no_message_is_no_error(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.trunk.rest._send = gone
    rig.trunk.recordings.taken(MessageTaken(turn=Turn(3)), SID)
    assert await told(rig, THERE) == 204
    assert "recording_unclaimed" not in caplog.messages


async def test_another_call_has_nothing_to_tell(rig: Rig) -> None:
    await rig.in_menu()
    stranger = rig.provider.call()
    (live,) = rig.switch.calls
    for call in (live, "nobody"):
        url = f"{rig.provider.hooks}/recording?c={call}&l=1&t=99"
        assert (await stranger.tell(url, "in-progress", THERE)).status == 404
