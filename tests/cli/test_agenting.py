"""`ivr agent sim`: an agent's telephone in the terminal, against a real server on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from ivr.channels.simulator.page import SimulatorPages
from ivr.cli import agenting, app
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.runtime.memory.clock import settle
from tests.fakes.simulated import Floor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

Shown = pytest.CaptureFixture[str]


class Served:
    """A floor behind a server, and the command as it runs against it."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.pages = SimulatorPages(self.floor.trunk, {}, "TR", lambda: "ref")
        application = web.Application()
        application.add_routes(self.pages.routes())
        self.server = TestServer(application)
        self.url = ""

    async def start(self) -> None:
        await self.floor.house.open()
        await self.server.start_server()
        self.url = f"http://127.0.0.1:{self.server.port}/"

    def run(self, *, talk_s: float | None = None) -> asyncio.Task[int]:
        """The command, in the background."""
        work = agenting._sim("ann", self.url, talk_s)
        return self.floor.house.tasks.start(work, "telephone")

    async def until(self, capsys: Shown, text: str, seen: list[str]) -> None:
        """Until the command has written so; seen: all it wrote."""
        async with asyncio.timeout(8):
            while text not in "".join(seen):
                await settle()
                seen.append(capsys.readouterr().out)

    async def close(self) -> None:
        await self.pages.close()
        await self.server.close()
        await self.floor.house.close()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server with a simulator."""
    made = Served()
    await made.start()
    yield made
    await made.close()


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the pipe that standard input is."""
    here, there = os.pipe()
    stdin = os.fdopen(here)
    monkeypatch.setattr(sys, "stdin", stdin)
    yield there
    stdin.close()


async def test_an_agent_answers_reads_writes_and_hangs_up(
    served: Served, typing: int, capsys: Shown
) -> None:
    seen: list[str] = []
    running = served.run()
    await served.until(capsys, "Telephone ann is connected", seen)
    call = await served.floor.dial()
    await served.floor.trunk.press(call, "1")
    await served.until(capsys, "Rings: +905321112233 (10 s)", seen)
    os.write(typing, b"a\n")
    await served.until(capsys, "Talk: connected (+905321112233)", seen)
    await served.floor.trunk.say(call, "Hello")
    os.write(typing, b"Good morning\n12#\n")
    await served.until(capsys, "+905321112233: Hello", seen)
    async with asyncio.timeout(5):
        while len(served.floor.told("presses")) < 3:
            await settle()
    assert served.floor.told("says") == ["Good morning"]
    os.write(typing, b"h\n")
    await served.until(capsys, "Call ended (normal)", seen)
    os.close(typing)
    assert await running == GOOD


async def test_by_itself_it_answers_and_hangs_up(
    served: Served, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenting, "ANSWER_S", 0.01)
    seen: list[str] = []
    running = served.run(talk_s=0.01)
    await served.until(capsys, "connected", seen)
    call = await served.floor.dial()
    await served.floor.trunk.press(call, "1")
    await served.until(capsys, "Answered", seen)
    await served.until(capsys, "Call ended (normal)", seen)
    await served.pages.close()
    assert await running == CANNOT_RUN
    assert capsys.readouterr().err == "the server is gone\n"


async def test_a_call_that_ends_before_is_not_answered_by_itself(
    served: Served, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenting, "ANSWER_S", 60.0)
    seen: list[str] = []
    running = served.run(talk_s=1.0)
    await served.until(capsys, "connected", seen)
    call = await served.floor.dial()
    await served.floor.trunk.press(call, "1")
    await served.until(capsys, "Rings", seen)
    await served.floor.trunk.hang_up(call)
    await served.until(capsys, "Call ended (caller_left)", seen)
    await served.pages.close()
    assert await running == CANNOT_RUN
    assert "Answered" not in "".join(seen)


async def test_a_call_that_the_server_has_answered_is_not_answered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agenting, "ANSWER_S", 0.0)
    sent: list[object] = []

    class Socket:
        async def send_json(self, message: object) -> None:
            sent.append(message)

    phone = agenting._Telephone(cast("Any", Socket()), 0.0)
    (answering,) = phone._by_itself({"rings": "c-1"})
    (hanging_up,) = phone._by_itself({"answered": "c-1"})
    await answering
    assert sent == []
    await hanging_up
    assert sent == [{"hang_up": True}]


@pytest.mark.parametrize(
    ("typed", "acts"),
    [
        ("A", [{"answer": True}]),
        ("d", [{"decline": True}]),
        ("h", [{"hang_up": True}]),
        ("1#", [{"press": "1"}, {"press": "#"}]),
        ("Good day", [{"say": "Good day"}]),
        ("", []),
    ],
)
def test_a_line_is_an_act(typed: str, acts: list[dict[str, Any]]) -> None:
    assert agenting._acts(typed) == acts


def test_what_is_read_to_the_agent_is_shown(capsys: Shown) -> None:
    agenting._show({"hears": [{"language": "en", "text": "A call for cards."}]})
    agenting._show({"presses": "5", "by": "caller"})
    agenting._show({"talk": "alone", "with": []})
    agenting._show({"problem": "nothing rings"})
    agenting._show({"cut": True})
    assert capsys.readouterr().out.splitlines() == [
        "[en] A call for cards.",
        "caller presses 5",
        "Talk: alone",
        "(nothing rings)",
    ]


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "nonsense"])
def test_without_a_server_there_is_no_telephone(server: str) -> None:
    done = CliRunner().invoke(app, ["agent", "sim", "ann", "--server", server, "--auto"])
    assert done.exit_code == CANNOT_RUN
    assert done.stderr.startswith(f"no simulator answers at {server}/simulator/agent/ws: ")


async def test_a_name_that_is_none_is_refused(served: Served) -> None:
    assert await agenting._sim("a b", served.url, 1.0) == CANNOT_RUN
