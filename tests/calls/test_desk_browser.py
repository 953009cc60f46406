"""Two agents, a caller and a supervisor in a real browser, on a real `ivr serve`, in real time.

Pictures of what they see go to build/screens.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.office import PATIENCE_MS, Team, at_work, opened, over_the_api
from tests.fakes.pause import pause
from tests.fakes.real_desk import Line, reports_a_card
from tests.fakes.served import BANK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from tests.fakes.served import Process

KNOWN = "+905321112233"
OTHER = "+905321112205"
PATH = "welcome › main › lost_card › cards_queue"
PATIENCE_S = 30.0


@pytest.fixture
async def team(folder: Path, start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Team]:
    """Everybody at work. The phone waits long for a browser on a machine that is busy."""
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("pop:\n", "pop:\n  hold: 2s\n", 1)
    config.write_text(text, encoding="utf-8")
    async with opened(await start()) as office, at_work(office) as made:
        yield made


def stored(folder: Path, question: str, *values: str) -> list[Any]:
    """Rows of the server's database, read beside it."""
    connection = sqlite3.connect(folder / "var" / "ivr.db")
    try:
        return connection.execute(question, values).fetchall()
    finally:
        connection.close()


async def rang_at(folder: Path, call: str) -> datetime:
    """When the telephone of the first agent of a call has told that it rings; written a little
    later."""
    first = "SELECT key FROM offer WHERE call = ? ORDER BY id LIMIT 1"
    rings = "SELECT at, body FROM acd_event WHERE kind = 'OfferRinging'"
    ((offer,),) = await asyncio.to_thread(stored, folder, first, call)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = await asyncio.to_thread(stored, folder, rings)
            for at_ns in (int(at) for at, body in rows if f'"{offer}"' in body):
                return datetime.fromtimestamp(at_ns / 1e9, UTC)
            await pause()


async def rendered_at(folder: Path, agent: str, call: str) -> datetime:
    """When the page said that the pop of this call can be read; written a little later."""
    ask = "SELECT rendered_at, body FROM pop WHERE agent = ? AND rendered_at IS NOT NULL"
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = await asyncio.to_thread(stored, folder, ask, agent)
            times = [at for at, body in rows if json.loads(body)["data"]["call_id"] == call]
            if times:
                return datetime.fromisoformat(min(times)).replace(tzinfo=UTC)
            await pause()


async def is_rung_with_a_pop(team: Team, name: str, call: str) -> None:
    """The page shows who calls before the telephone rings, and still does after a reload."""
    pop = await (await team.shows(name, ".pop")).inner_text()
    for words in ("Ayşe Kaya", "Cards", "kayıp kart", PATH):
        assert words in pop, (words, pop.split("\n"))
    assert "4532" not in pop
    await team.shows(name, ".ring")
    await team.lines[name].until("rings")
    folder = team.office.server.folder
    assert await rendered_at(folder, name, call) < await rang_at(folder, call)
    await team.picture(name, "ring")
    await team.pages[name].reload()
    await team.shows(name, ".ring")
    await team.shows(name, ".pop")
    for what in (".ring", ".pop"):
        assert await team.pages[name].locator(what).count() == 1
    assert team.lines[name].rang == 1


async def holds_and_resumes(team: Team, name: str) -> None:
    """By the buttons of the page."""
    await team.does(name, "hold")
    await team.shows(name, '.talk[data-state="holding"]')
    await team.picture(name, "hold")
    await team.does(name, "hold")
    await team.shows(name, '.talk[data-state="talking"]')


async def asks_and_hands_over(team: Team, name: str, other: str, shown: str) -> None:
    """Talks to a colleague first, then gives him the caller."""
    await team.does(name, "transfer")
    await team.pages[name].fill("dialog .found, dialog input", shown)
    await team.shows(name, f'dialog [role="option"][aria-selected="true"]:has-text("{shown}")')
    await team.picture(name, "transfer")
    await team.does(name, "consult")
    await team.shows(name, '.talk[data-state="consulting"]')
    await team.lines[other].answers()
    await team.shows(name, '[data-act="consult-complete"]')
    await team.picture(name, "consult")
    await team.does(name, "consult-complete")
    await team.shows(name, ".sheet select")


async def winds_up(team: Team, name: str) -> None:
    """A code, and ready for the next one."""
    await team.pages[name].select_option(".sheet select", "solved")
    await team.picture(name, "wrapup")
    await team.does(name, "finish")
    await team.shows(name, '.state[data-state="available"]')


async def board_says(team: Team, queue: str, name: str, figure: str) -> None:
    """A figure of the wallboard."""
    cell = f'tr[data-queue="{queue}"] td[data-name="{name}"]:has-text("{figure}")'
    await team.shows("selin", cell, timeout=PATIENCE_MS)


async def whole(team: Team, call: str) -> Mapping[str, Any]:
    """A call as it was recorded, once it is over."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found: dict[str, Any] = await over_the_api(
                team.pages["selin"], "GET", f"/calls/{call}", None
            )
            if found["ended_at"]:
                return found


def in_order(segments: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Kind and detail of each part; every part has its time, and none begins before the last."""
    assert all(one["started_at"] < one["ended_at"] for one in segments)
    assert all(a["started_at"] <= b["started_at"] for a, b in pairwise(segments))
    return [(one["kind"], one["detail"]) for one in segments]


async def test_a_known_caller_is_seen_answered_held_asked_about_handed_over_and_wound_up(
    team: Team,
) -> None:
    caller = await Line.caller(team.office.url, KNOWN, BANK)
    await reports_a_card(caller)
    await is_rung_with_a_pop(team, "ayse", caller.call)
    assert await team.pages["can"].locator(".pop").count() == 0
    await board_says(team, "cards", "waiting", "1")
    await team.lines["ayse"].send(answer=True)
    await team.shows("ayse", '.talk[data-state="talking"]')
    await board_says(team, "cards", "answered", "1")
    await holds_and_resumes(team, "ayse")
    await asks_and_hands_over(team, "ayse", "can", "Can Yıldız")
    await winds_up(team, "ayse")
    await team.picture("can", "handed-over")
    await team.picture("selin", "wallboard")
    await caller.send(hang_up=True)
    await caller.until("ended")
    record = await whole(team, caller.call)
    kinds = in_order(record["segments"])
    assert record["outcome"] == "handled"
    wanted = [("queue", "cards answered"), ("offer", "ayse"), ("talk", "ayse"), ("hold", "ayse")]
    assert kinds[1:5] == wanted, kinds
    assert ("wrapup", "ayse") in kinds
    talked = [each for each in kinds if each[0] != "wrapup"]
    assert talked[-1] == ("talk", "can"), kinds
    await caller.close()
