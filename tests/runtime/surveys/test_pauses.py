"""Plans that are halted are known without asking the database for each call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.domain.errors import NotFoundError
from ivr.runtime.memory.surveys import MemorySurveys
from ivr.runtime.surveys.pauses import Pauses
from ivr.surveys.files.loading import Surveys
from tests.surveys.files.house import loaded

KNOWN = Surveys({"support": loaded()})
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_plan_is_not_active_from_its_pause_until_it_is_resumed_also_after_a_start() -> None:
    rows = MemorySurveys(lambda _call: None)
    await rows.publish([KNOWN.surveys["support"]], NOON, str)
    pauses, again = Pauses(rows), Pauses(rows)
    assert pauses.applied(KNOWN) is KNOWN
    await pauses.halt("support", "after_call", halted=True)
    await again.load()
    for each in (pauses, again):
        halted = each.applied(KNOWN).surveys["support"]
        assert not halted.plans["after_call"].active
        assert halted.questions == KNOWN.surveys["support"].questions
    await pauses.halt("support", "after_call", halted=False)
    assert pauses.applied(KNOWN) is KNOWN


async def test_what_is_not_in_force_cannot_be_paused() -> None:
    pauses = Pauses(MemorySurveys(lambda _call: None))
    with pytest.raises(NotFoundError):
        await pauses.halt("support", "after_call", halted=True)
