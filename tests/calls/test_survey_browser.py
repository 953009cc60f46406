"""A low score given by keypad is a ticket within a second, and a banner at the next call.

In a real browser, on a real `ivr serve`, in real time.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.calls.test_desk_browser import winds_up
from tests.fakes.office import Team, at_work, opened
from tests.fakes.pause import pause
from tests.fakes.real_desk import Line, reports_a_card
from tests.fakes.served import BANK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.fakes.served import Process

ANI = "+905321112244"
SURVEY = "flows/surveys/support.yaml"
CHANGES = {"rate: 0%": "rate: 100%", "min_talk: 10s": "min_talk: 0s"}
PATIENCE_S = 30.0
_BOTH = (
    "SELECT r.finished_at, t.opened_at, t.number FROM survey_response r"
    " JOIN ticket t ON t.origin_key = 'survey:' || r.public_id"
)


@pytest.fixture
async def team(folder: Path, start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Team]:
    """Everybody at work, and everybody is asked."""
    survey = folder / SURVEY
    text = survey.read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    survey.write_text(text, encoding="utf-8")
    async with opened(await start()) as office, at_work(office) as made:
        yield made


async def is_asked(team: Team) -> None:
    """The agent hangs up, and the caller presses: past the offer, then the worst there is."""
    caller = await Line.caller(team.office.url, ANI, BANK)
    await reports_a_card(caller)
    await team.lines["ayse"].answers()
    await team.shows("ayse", '.talk[data-state="talking"]')
    await team.lines["ayse"].send(hang_up=True)
    for key in "510":
        await caller.until("listens")
        await caller.send(press=key)
    await caller.until("ended")
    await caller.close()


async def is_rung(team: Team) -> str:
    """Which of the agents is offered the call."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for name in ("ayse", "can"):
                if await team.pages[name].locator(".ring").count():
                    return name
            await pause(0.05)


async def follow_up(folder: Path) -> tuple[timedelta, str]:
    """How long after the last answer the ticket was opened, and its number."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with closing(sqlite3.connect(folder / "var" / "ivr.db")) as database:
                found = database.execute(_BOTH).fetchone()
            if found is not None:
                finished, opened_at = map(datetime.fromisoformat, found[:2])
                return opened_at - finished, str(found[2])
            await pause(0.05)


async def test_a_low_score_by_keypad_is_a_ticket_and_a_banner_at_the_next_call(
    team: Team,
) -> None:
    await is_asked(team)
    waited, number = await follow_up(team.office.server.folder)
    assert waited < timedelta(seconds=1)
    await winds_up(team, "ayse")
    caller = await Line.caller(team.office.url, ANI, BANK)
    await reports_a_card(caller)
    name = await is_rung(team)
    banner = await team.shows(name, f'.pop [data-low-score="{number}"]')
    assert "Open callback after a low score" in await banner.inner_text()
    await team.picture(name, "low-score")
    await caller.send(hang_up=True)
    await caller.until("ended")
    await caller.close()


async def given(folder: Path) -> list[tuple[str, int]]:
    """Who gave which score of the one call, once both sides have."""
    both = "SELECT respondent, score, interaction_id FROM survey_response ORDER BY respondent"
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with closing(sqlite3.connect(folder / "var" / "ivr.db")) as database:
                rows = database.execute(both).fetchall()
            if len(rows) == 2 and all(score is not None for _who, score, _call in rows):
                assert len({call for _who, _score, call in rows}) == 1
                return [(who, score) for who, score, _call in rows]
            await pause()


async def test_agent_and_caller_each_give_their_score_of_a_call(team: Team) -> None:
    caller = await Line.caller(team.office.url, ANI, BANK)
    await reports_a_card(caller)
    await team.lines["ayse"].answers()
    await team.shows("ayse", '.talk[data-state="talking"]')
    assert await team.pages["ayse"].locator(".impression").count() == 0
    await team.lines["ayse"].send(hang_up=True)
    await team.shows("ayse", ".impression")
    await team.pages["ayse"].click('.impression [data-score="4"]')
    await team.shows("ayse", '.impression [data-score="4"][aria-pressed="true"]')
    await team.picture("ayse", "impression")
    for key in "510":
        await caller.until("listens")
        await caller.send(press=key)
    await caller.until("ended")
    await caller.close()
    assert await given(team.office.server.folder) == [("agent", 4), ("caller", 1)]
    await winds_up(team, "ayse")
