"""From the first ring to another company's ticket system, and back to the caller's ear.

A caller reports a lost card in the menu, which opens a ticket, and goes on to an agent whose desk
shows it; the agent files the call under it with a note; a real Request Tracker gets both; the next
call hears how it stands. Everything is real: `ivr serve` on SQLite, HTTP and WebSockets, Request
Tracker 5.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.fakes.pause import pause
from tests.fakes.real_desk import DeskApi, Line, reports_a_card, taken_on
from tests.fakes.request_tracker import RequestTracker, running
from tests.fakes.served import BANK, Process, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.fakes.ticket_systems import Kept

CALLER = "+905321112233"
STATUS = "+908502220002"
SUBJECT = "Kayıp kart"
NOTE = "Işık Sokağı 5'e gönderilecek."
PATIENCE_S = 60.0


@pytest.fixture
def tracker() -> Iterator[RequestTracker]:
    """A Request Tracker of its own."""
    with running() as made:
        yield made


@pytest.fixture
async def centre(tmp_path: Path, tracker: RequestTracker) -> AsyncIterator[tuple[DeskApi, Process]]:
    """A server that keeps the tracker as its tickets are, and the agent ayse at her desk."""
    system = (
        "ticket_systems:\n  helpdesk: {adapter: rt, queue: General, user: root,"
        f' url: "{tracker.base}", token: "${{file:token}}"}}\n'
    )
    changes = {"\nnumbers:\n": f"\n{system}\nnumbers:\n"}
    shipped(tmp_path, changes, database=False)
    (tmp_path / "token").write_text("password", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    passes = await taken_on(tmp_path, ["ayse"])
    server = await Process.start(tmp_path)
    desk = DeskApi.of(server.web.url, "ayse", passes)
    yield desk, server
    await desk.close()
    await server.kill()


async def kept(tracker: RequestTracker) -> Kept:
    """The one ticket in the tracker, once it is there."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await tracker.tickets()):
            await pause(0.2)
    (one,) = found
    return one


async def is_known(desk: DeskApi) -> str:
    """The caller is a customer whose telephone was verified."""
    person = {"full_name": "Ayşe Kaya", "number": "C-9"}
    who = str((await desk.post("/customers", person))["id"])
    point = {"kind": "phone", "value": CALLER, "origin": "code"}
    await desk.post(f"/customers/{who}/points", point)
    return who


async def talks_and_files(desk: DeskApi, url: str, who: str) -> str:
    """A caller reaches the agent; the number of the ticket that is left behind."""
    phone = await Line.agent(url, "ayse")
    await desk.goes("available")
    caller = await Line.caller(url, CALLER, BANK)
    await reports_a_card(caller)
    call = await phone.answers()
    assert call == caller.call
    (opened,) = (await desk.get(f"/calls/{call}/filing"))["filed"]
    filing = {"ticket": opened["number"], "customer": who, "category": "cards.lost", "note": NOTE}
    filed = await desk.post(f"/calls/{call}/ticket", filing)
    assert not filed["fresh"]
    await caller.send(hang_up=True)
    await caller.until("ended")
    await desk.until(state="wrapup")
    await desk.goes("wrapup_done", code="solved")
    await caller.close()
    await phone.close()
    return str(filed["ticket"])


async def hears(url: str, number: str) -> list[str]:
    """What somebody hears who keys the number of a ticket."""
    line = await Line.caller(url, CALLER, STATUS)
    for keys in ("1", f"{number}#"):
        await line.until("listens")
        for key in keys:
            await line.send(press=key)
    await line.until("listens")
    await line.send(hang_up=True)
    await line.until("ended")
    said = [prompt for message in line.came for prompt in message.get("hears", ())]
    await line.close()
    return [str(prompt["text"]) for prompt in said]


async def test_a_call_becomes_a_ticket_here_and_there_and_the_next_call_hears_of_it(
    centre: tuple[DeskApi, Process], tracker: RequestTracker
) -> None:
    desk, server = centre
    await tracker.open()
    who = await is_known(desk)
    number = await talks_and_files(desk, server.web.url, who)

    far = await kept(tracker)
    assert SUBJECT in far.subject
    assert number in far.subject
    async with asyncio.timeout(PATIENCE_S):
        while not [one for one in await tracker.said(far.id) if NOTE in one.body and one.internal]:
            await pause(0.2)

    texts = await hears(server.web.url, number)
    assert any("Talebiniz" in text for text in texts), texts
