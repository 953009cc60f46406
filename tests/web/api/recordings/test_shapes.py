"""Rows as they are told: the length of what is there, and whether one may hear it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ivr.domain.call import CallId
from ivr.runtime.ports.recorded.recordings import PENDING, READY, RecordingRow, Sound
from ivr.web.api.recordings.shapes import recording_out
from ivr.web.permissions import Who

ROW = RecordingRow(
    "R1", "call", READY, CallId("c1"), 3, datetime(2026, 11, 23, tzinfo=UTC), 2.0, ""
)
QUALITY, AUDITOR = (Who("x", roles=(role,)) for role in ("quality", "auditor"))


def test_a_kept_one_is_as_long_as_its_sound_and_heard_by_who_may() -> None:
    kept = replace(ROW, sound=Sound("u", 1, "", 1500, b"", partial=True))
    told = recording_out(QUALITY, kept)
    assert (told.seconds, told.partial, told.may_play) == (1.5, True, True)
    assert recording_out(AUDITOR, kept).may_play is False


@pytest.mark.parametrize("who", [QUALITY, AUDITOR])
def test_one_that_is_still_to_come_is_as_long_as_was_counted(who: Who) -> None:
    told = recording_out(who, replace(ROW, state=PENDING))
    assert (told.seconds, told.partial, told.may_play) == (2.0, False, False)
