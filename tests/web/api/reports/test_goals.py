"""Goals over HTTP: beside the figures in JSON and in text, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.reports.goals import Goal
from tests.fakes import ticket_door
from tests.web.api.reports.test_reports import clock, read

if TYPE_CHECKING:
    import pytest

    from tests.fakes.ticket_door import TicketDoor


async def test_a_figure_comes_with_its_goal(
    house: TicketDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = house.door.clock.now()
    goals = [
        Goal("R11", "attainment", 20),
        Goal("R11", "counted", 59.5, at_least=False),
        Goal("R14", "reopen_rate", 5, at_least=False, since=now + timedelta(days=1)),
    ]
    monkeypatch.setattr(ticket_door, "GOALS", goals)
    await clock(house, "ayse", "met")
    told = await read(house, "R11?by=metric", "kemal")
    (row,) = told["rows"]
    assert row["goals"] == {
        "attainment": {"value": 20.0, "at_least": True, "verdict": "met"},
        "counted": {"value": 59.5, "at_least": False, "verdict": "missed"},
    }
    assert (await read(house, "R14", "kemal"))["total"]["goals"] == {}
    door = house.door
    path = "/api/v1/reports/R11?by=metric&format=csv"
    async with door.client.get(path, headers=door.tokens["kemal"]) as answer:
        head, line, *_rest = (await answer.text()).split("\r\n")
    named = dict(zip(head.split(","), line.split(","), strict=True))
    assert (named["attainment_goal"], named["attainment_verdict"]) == ("at least 20", "met")
    assert (named["counted_goal"], named["counted_verdict"]) == ("at most 59.5", "missed")
