"""Requests that wait too long are told so, in time and once."""

from __future__ import annotations

import asyncio

import pytest

from ivr.channels.twilio.answers import Answer, Asked
from ivr.channels.twilio.patience import Patience, Waiting
from ivr.channels.twilio.wire.forms import Form


class Line:
    """A patience and who was late. came: set by the `wanted`-th of them."""

    def __init__(self, wanted: int = 1) -> None:
        self.late: list[str] = []
        self.came = asyncio.Event()
        self._wanted = wanted
        self.patience = Patience(self._note)

    def add(self, name: str, within_s: float) -> Waiting:
        """A request."""
        waiting = Waiting(name, Asked(Form(), "/"), _ignore, 0.0)
        self.patience.add(waiting, within_s)
        return waiting

    async def end(self) -> None:
        """Until so many were late."""
        await asyncio.wait_for(self.came.wait(), 3.0)

    def _note(self, waiting: Waiting) -> None:
        self.late.append(waiting.page)
        if len(self.late) == self._wanted:
            self.came.set()


def _ignore(_answer: Answer) -> None:
    """Nobody wants to know."""


async def test_late_ones_are_told_in_the_order_they_came() -> None:
    line = Line(3)
    for name in "abc":
        line.add(name, 0.01)
    await line.end()
    assert line.late == ["a", "b", "c"]


async def test_who_was_answered_is_not_late() -> None:
    line = Line()
    line.add("a", 0.01).reply = None
    line.add("b", 0.01)
    await line.end()
    assert line.late == ["b"]


async def test_a_shorter_time_is_kept_too() -> None:
    line = Line()
    line.add("slow", 60.0).reply = None
    line.add("quick", 0.01)
    await line.end()
    assert line.late == ["quick"]


async def test_answered_ones_leave_nothing_behind() -> None:
    line = Line()
    for name in "abc":
        line.add(name, 60.0).reply = None
    line.add("d", 60.0)
    assert [waiting.page for waiting in line.patience._line] == ["d"]


@pytest.mark.parametrize("later_s", [0.05, 0.1])
async def test_the_timer_goes_on_to_the_next_one(later_s: float) -> None:
    line = Line(2)
    line.add("a", 0.01)
    line.add("b", later_s)
    await line.end()
    assert line.late == ["a", "b"]
