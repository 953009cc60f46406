"""Reports of a whole server: what an agent does is counted, and a report goes out by mail."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.mail_server import MailServer
from tests.fakes.pause import pause
from tests.fakes.real_desk import DeskApi, Line, reports_a_card, taken_on
from tests.fakes.served import BANK, Process, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PATIENCE_S = 60.0


@pytest.fixture
def post() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    made = MailServer()
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def server(tmp_path: Path, post: MailServer) -> AsyncIterator[tuple[DeskApi, Process]]:
    """One that mails a report whose time is always just over, and ayse at her desk."""
    more = (
        f'mail:\n  help: {{smtp: "smtp://127.0.0.1:{post.port}", from: ivr@x.example}}\n'
        "mailed_reports:\n"
        '  daily: {report: R1, every: day, at: "00:00", to: [head@x.example], account: help}\n'
    )
    shipped(tmp_path, {"\nnumbers:\n": f"\n{more}\nnumbers:\n"})
    passes = await taken_on(tmp_path, ["ayse"])
    process = await Process.start(tmp_path)
    desk = DeskApi.of(process.web.url, "ayse", passes)
    yield desk, process
    await desk.close()
    await process.kill()


async def has_a_call(desk: DeskApi, url: str) -> None:
    """Ayşe takes a call, which is over when she has talked for a moment."""
    phone = await Line.agent(url, "ayse")
    await desk.goes("available")
    caller = await Line.caller(url, "+905321112233", BANK)
    await reports_a_card(caller)
    await phone.answers()
    await pause(0.2)
    await caller.send(hang_up=True)
    await caller.until("ended")
    await desk.until(state="wrapup")
    await desk.goes("wrapup_done", code="solved")
    await caller.close()
    await phone.close()


async def test_what_an_agent_does_is_told(server: tuple[DeskApi, Process]) -> None:
    desk, process = server
    await has_a_call(desk, process.web.url)
    told = await desk.get("/reports/R5?by=agent")
    names = [column["name"] for column in told["report"]["columns"]]
    [row] = told["rows"]
    cells = dict(zip(names, row["cells"], strict=True))
    assert row["labels"] == ["ayse"]
    assert cells["talk"] >= 0.1, "the server may hear of the answer later than we do"
    assert cells["signed_in"] > cells["busy"] >= cells["talk"]
    assert 0 < cells["occupancy"] <= 100
    own = await desk.get("/reports/R23")
    assert [each["labels"] for each in own["rows"]] == [["ayse"]]


def states(folder: Path) -> list[str]:
    """What the server wrote down of its mails."""
    (database,) = folder.rglob("*.db")
    with closing(sqlite3.connect(database)) as reader:
        return [str(state) for (state,) in reader.execute("SELECT state FROM report_mail")]


async def test_a_report_is_mailed(
    server: tuple[DeskApi, Process], post: MailServer, tmp_path: Path
) -> None:
    assert server
    async with asyncio.timeout(PATIENCE_S):
        while states(tmp_path) != ["sent"]:
            await pause(0.1)
    [mail] = post.mails
    assert mail["To"] == "head@x.example"
    assert mail["Subject"].startswith("Sunulan, yanıtlanan, vazgeçen (R1)")
