"""Many callers in one queue of a real `ivr serve` that is killed and started again.

Callers and agents are simulated telephones over WebSockets; what is counted comes from them and
from the server's own record of offers.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.real_desk import ASKS_EVERY_S, PATIENCE_S, DeskApi, Line, taken_on
from tests.fakes.served import Process, shipped
from tests.fakes.sip_agents import LINE, PROMPTS
from tests.fakes.sip_talkers import after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.fakes.real_desk import Passes

NUMBER = "+908502220009"
QUEUE = "general"
STARTS_S = 20.0
CHANGES = {
    '  "+908502220001": {flow: pharmacy}\n': (
        f'  "+908502220001": {{flow: pharmacy}}\n  "{NUMBER}": {{flow: line}}\n'
    ),
    "\nacd:\n": "\nacd:\n  misses: {max_offers_per_minute: 60}\n",
    "  public_base: ": "  trusted_proxies: [127.0.0.1/32]\n  public_base: ",
}
"""A number that leads straight into the queue; loopback may open many connections, as a proxy; an
agent gets more than the usual six offers in a minute."""


@dataclass(slots=True)
class Crowd:
    """Callers who wait, and agents. calls: in the order in which they came. loaded: their servers
    need not load their parts first."""

    folder: Path
    server: Process
    passes: Passes
    loaded: bool
    desks: dict[str, DeskApi] = field(default_factory=dict)
    phones: dict[str, Line] = field(default_factory=dict)
    callers: dict[str, Line] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bridged: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def open(cls, folder: Path, agents: Sequence[str], *, loaded: bool = False) -> Crowd:
        """A server with agents who are not at work yet."""
        flows = folder / "flows"
        shipped(folder, CHANGES)
        await asyncio.to_thread((flows / "line.yaml").write_text, LINE)
        await asyncio.to_thread((flows / "line.prompts.yaml").write_text, PROMPTS)
        passes = await taken_on(folder, agents)
        server = await Process.start(folder, "first", STARTS_S, loaded=loaded)
        made = cls(folder, server, passes, loaded)
        made._sit_down()
        return made

    def _sit_down(self) -> None:
        """Everybody's page on the server of now."""
        url = self.server.web.url
        self.desks = {name: DeskApi.of(url, name, self.passes) for name in self.passes}

    async def plug_in(self, *agents: str) -> None:
        """Telephones are there."""
        for name in agents:
            self.phones[name] = await Line.agent(self.server.web.url, name)

    async def works(self, *agents: str) -> None:
        """Agents come to work, one after the other."""
        await self.plug_in(*agents)
        for name in agents:
            await self.desks[name].goes("available")

    async def waits(self, count: int) -> None:
        """So many callers come, one after the other, and wait."""
        for _ in range(count):
            ani = f"+90532{len(self.calls):07}"
            line = await Line.caller(self.server.web.url, ani, NUMBER)
            await line.until("call")
            self.callers[line.call] = line
            self.calls.append(line.call)
        async with asyncio.timeout(STARTS_S):
            while len(await self.waiting()) < len(self.calls):
                await after(ASKS_EVERY_S)

    async def waiting(self) -> list[str]:
        """Who waits, the next one first, as a supervisor sees it."""
        found = await self.desks["root"].get(f"/queues/{QUEUE}/waiting")
        return [row["call"] for row in found["items"]]

    def offered(self, state: str = "") -> list[str]:
        """The calls of all offers ever made, in order, by the server's own record."""
        rows = self._stored("SELECT call, state FROM offer ORDER BY id")
        return [call for call, its in rows if state in {"", its}]

    def outcomes(self) -> Counter[str]:
        """How the calls that are over have ended."""
        rows = self._stored("SELECT outcome, 1 FROM interaction WHERE ended_at IS NOT NULL")
        return Counter(outcome for outcome, _ in rows)

    def _stored(self, question: str) -> list[tuple[str, str]]:
        connection = sqlite3.connect(self.folder / "var" / "ivr.db")
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()

    async def killed(self) -> float:
        """The server dies and is started again; ms until it listens."""
        self.server.signal(signal.SIGKILL)
        await self.server.ended()
        await self._hang_up_all()
        await self.server.kill()
        began = time.perf_counter()
        self.server = await Process.start(self.folder, "second", STARTS_S, loaded=self.loaded)
        took_s = time.perf_counter() - began
        self._sit_down()
        return took_s * 1000

    async def resume(self, calls: Sequence[str]) -> int:
        """Callers find their call again; how many did."""
        for call in calls:
            line = await Line.open(self.server.web.url, "/simulator/ws")
            await line.send(resume=call)
            self.callers[call] = line
        found = await asyncio.gather(*(self._is_back(call) for call in calls))
        return sum(found)

    async def _is_back(self, call: str) -> bool:
        line = self.callers[call]
        async with asyncio.timeout(PATIENCE_S):
            while not line.came:
                await line.news()
        return "problem" not in line.came[0]

    async def serve(self, agent: str, count: int) -> list[str]:
        """One agent takes so many calls, each as short as can be; which ones."""
        phone, desk, taken = self.phones[agent], self.desks[agent], list[str]()
        for _ in range(count):
            call = await phone.answers()
            self.bridged[call] += 1
            taken.append(call)
            await phone.until("talk")
            await phone.send(hang_up=True)
            await phone.until("ended")
            await desk.until(state="wrapup", call=call)
            await desk.goes("wrapup_done", code="solved")
        return taken

    async def _hang_up_all(self) -> None:
        lines = [*self.callers.values(), *self.phones.values()]
        await asyncio.gather(*(line.close() for line in lines))
        await asyncio.gather(*(desk.close() for desk in self.desks.values()))
        self.callers, self.phones, self.desks = {}, {}, {}

    async def close(self) -> None:
        """End everything."""
        with suppress(ConnectionError):
            await self._hang_up_all()
        await self.server.kill()
