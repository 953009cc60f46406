"""A known customer with an open ticket calls: seen before it rings, talked to, filed under it.

In a real browser, on a real `ivr serve`, in real time; pictures go to build/screens.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls.test_desk_browser import rang_at, rendered_at
from tests.fakes.office import Team, at_work, opened, over_the_api
from tests.fakes.pause import pause
from tests.fakes.real_desk import Line, reports_a_card
from tests.fakes.served import BANK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.fakes.served import Process

KNOWN = "+905321112233"
SUBJECT = "Yeni kart gelmedi"
NOTE = "Adresi teyit ettim, yarın aranacak."
PATIENCE_S = 30.0


@pytest.fixture
async def team(folder: Path, start: Callable[[], Awaitable[Process]]) -> AsyncIterator[Team]:
    """Everybody at work. The phone waits long for a browser on a machine that is busy."""
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("pop:\n", "pop:\n  hold: 2s\n", 1)
    config.write_text(text, encoding="utf-8")
    async with opened(await start()) as office, at_work(office) as made:
        yield made


async def asks(team: Team, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
    """What the page of the agent could ask for."""
    return await over_the_api(team.pages["ayse"], method, path, body)


async def is_known(team: Team) -> str:
    """The caller is a customer with a ticket; its number."""
    person = {"full_name": "Ayşe Kaya", "number": "C-9", "segment": "gold"}
    who = (await asks(team, "POST", "/customers", person))["id"]
    point = {"kind": "phone", "value": KNOWN, "origin": "code"}
    await asks(team, "POST", f"/customers/{who}/points", point)
    ticket = {"subject": SUBJECT, "customer": who}
    return str((await asks(team, "POST", "/tickets", ticket))["number"])


async def has_called_before(team: Team) -> None:
    """And hung up at the menu."""
    caller = await Line.caller(team.office.url, KNOWN, BANK)
    await caller.until("listens")
    await caller.send(hang_up=True)
    await caller.until("ended")
    await caller.close()


async def is_rung_with_the_ticket(team: Team, number: str, call: str) -> None:
    """Customer and ticket stand on the screen before the telephone rings."""
    await team.shows("ayse", f'.pop:has-text("{number}")')
    pop = await (await team.shows("ayse", ".pop")).inner_text()
    for words in ("Ayşe Kaya", SUBJECT, "Open tickets", "Last contacts", "left the menu"):
        assert words in pop, (words, pop.split("\n"))
    await team.lines["ayse"].until("rings")
    folder = team.office.server.folder
    assert await rendered_at(folder, "ayse", call) < await rang_at(folder, call)
    await team.picture("ayse", "ticket-ring")


async def files_it(team: Team, number: str) -> None:
    """During the wrap-up: who it was, the ticket, a note, a code."""
    page = team.pages["ayse"]
    await team.shows("ayse", ".sheet select")
    await page.check('[name="sure"]')
    await page.check(f'[name="ticket"][value="{number}"]')
    await page.fill(".sheet textarea", NOTE)
    await page.select_option(".sheet select", "solved")
    await team.picture("ayse", "ticket-wrapup")
    await team.does("ayse", "finish")
    await team.shows("ayse", '.state[data-state="available"]')


async def timeline(team: Team, number: str) -> list[Any]:
    """What has happened to the ticket."""
    found: dict[str, Any] = await asks(team, "GET", f"/tickets/{number}/timeline")
    return list(found["items"])


async def settled(team: Team, call: str) -> dict[str, Any]:
    """The contact, once the call is over and the code of it is stored."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found: dict[str, Any] = await asks(team, "GET", f"/interactions/{call}")
            if found["ended_at"] and found["wrapup_code"] == "solved":
                return found
            await pause(0.2)


async def test_a_known_customers_call_is_filed_under_her_ticket(team: Team) -> None:
    number = await is_known(team)
    await has_called_before(team)
    caller = await Line.caller(team.office.url, KNOWN, BANK)
    await reports_a_card(caller)
    await is_rung_with_the_ticket(team, number, caller.call)
    await team.lines["ayse"].send(answer=True)
    await team.shows("ayse", '.talk[data-state="talking"]')
    await team.shows("ayse", f'.filing:has-text("{number}")')
    await team.picture("ayse", "ticket-talk")
    await caller.send(hang_up=True)
    await caller.until("ended")
    await files_it(team, number)
    happened = await timeline(team, number)
    contacts = [one["contact"] for one in happened if one.get("contact")]
    notes = [one["article"] for one in happened if one.get("article")]
    assert [(one["id"], one["role"]) for one in contacts] == [(caller.call, "follow_up")]
    assert [(one["body"], one["interaction"]) for one in notes] == [(NOTE, caller.call)]
    contact = await settled(team, caller.call)
    assert (contact["match_how"], contact["agent"]) == ("entered", "ayse")
    await caller.close()
