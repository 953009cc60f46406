"""One page, without a network: how often it may speak."""

from __future__ import annotations

import pytest

from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.tasks import Tasks
from ivr.web.desk.page import Pace, Page
from ivr.web.desk.said import GarbledError


async def test_twenty_frames_a_second_are_allowed_for_ever() -> None:
    clock = VirtualClock()
    page = Page(clock, Tasks(), Pace())
    for _ in range(100):
        await clock.advance(0.05)
        page._count()


async def test_a_burst_may_use_up_one_second_at_once() -> None:
    clock = VirtualClock()
    page = Page(clock, Tasks(), Pace())
    for _ in range(20):
        page._count()
    with pytest.raises(GarbledError):
        page._count()


async def test_a_page_that_was_never_opened_can_be_cut() -> None:
    clock = VirtualClock()
    page = Page(clock, Tasks(), Pace())
    await clock.advance(20)
    assert await page.beat() is False
