"""Screen pops on 300 desks while offers come at a steady rate: rendered before the ring, and when.

`ivr serve` on SQLite. Desks are WebSockets that speak as the page does, telephones are simulated,
callers come at a fixed rate. A desk says `rendered` 20 ms after `received` (Chromium needed 6 ms to
draw a pop on the same machine); the sockets of all desks share the machine with the server.
Figures are the server's own record: when a pop was made, when it was rendered, when it rang.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType

from benchmarks.load import pause
from benchmarks.table import Benchmark, CannotRunError, Row, parameter
from ivr.runtime.tasks import Tasks
from tests.fakes.queue_kill import NUMBER, Crowd
from tests.fakes.real_desk import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import ClientWebSocketResponse

    from tests.fakes.real_desk import DeskApi

DESKS = 300
PER_S = 8.0
SECONDS = 30.0
DRAWS_S = 0.02
SETTLES_S = 3.0
TOGETHER = 20
"""How many desks are set up at a time."""


@dataclass(slots=True)
class OpenDesk:
    """The page of an agent: its live connection, and its telephone, which answers at once."""

    api: DeskApi
    line: Line
    socket: ClientWebSocketResponse

    @classmethod
    async def open(cls, crowd: Crowd, name: str) -> OpenDesk:
        """Sign in, connect, go ready."""
        api, url = crowd.desks[name], crowd.server.web.url
        line = await Line.agent(url, name)
        ticket = (await api.post("/events/ticket"))["ticket"]
        socket = await api.session.ws_connect(f"{url}/api/v1/events")
        hello = {"ticket": ticket, "device": name, "last_seq": 0, "topics": ["me"]}
        await socket.send_json({"hello": hello})
        await socket.receive_json()
        await api.goes("available")
        return cls(api, line, socket)

    async def look(self) -> None:
        """Draw every pop, and say so."""
        async for frame in self.socket:
            message: Mapping[str, Any] = frame.json() if frame.type is WSMsgType.TEXT else {}
            if message.get("type") in {"pop.open", "pop.patch"}:
                await self._say(message["data"], "received")
                await pause(DRAWS_S)
                await self._say(message["data"], "rendered")

    async def _say(self, pop: Mapping[str, Any], stage: str) -> None:
        seen = {"pop_id": pop["pop_id"], "rev": pop["rev"], "stage": stage}
        await self.socket.send_json({"pop": seen})

    async def answer(self) -> None:
        """Take every call, and put the telephone down."""
        while True:
            await self.line.until("rings", 3600.0)
            await self.line.send(answer=True)
            await self.line.until("talk")
            await self.line.send(hang_up=True)


def measure() -> Sequence[Row]:
    """One run."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        return asyncio.run(_measured(Path(name)))


async def _measured(folder: Path) -> Sequence[Row]:
    seconds = parameter("SECONDS", SECONDS)
    names = [f"a{number:03}" for number in range(DESKS)]
    crowd = await Crowd.open(folder, names)
    tasks = Tasks()
    try:
        for first in range(0, DESKS, TOGETHER):
            some = names[first : first + TOGETHER]
            for desk in await asyncio.gather(*(OpenDesk.open(crowd, name) for name in some)):
                crowd.phones[desk.api.name] = desk.line
                tasks.start(desk.look(), "desk")
                tasks.start(desk.answer(), "agent")
        made = await _callers(crowd, seconds)
        await pause(SETTLES_S)
        return _rows(folder, made)
    finally:
        await tasks.close()
        await crowd.close()


async def _callers(crowd: Crowd, seconds: float) -> int:
    """At a fixed rate; how many came."""
    loop = asyncio.get_running_loop()
    begin, count = loop.time(), int(PER_S * seconds)
    for number in range(count):
        await pause(begin + number / PER_S - loop.time())
        ani = f"+90532{number:07}"
        crowd.callers[str(number)] = await Line.caller(crowd.server.web.url, ani, NUMBER)
    return count


def _rows(folder: Path, callers: int) -> Sequence[Row]:
    pops = _pops(folder)
    rings = _rings(folder)
    if not rings:
        raise CannotRunError("no telephone has rung")
    seen = [offer in pops and pops[offer][1] <= at for offer, at in rings.items()]
    took_ms = sorted((drawn - made) * 1000 for made, drawn in pops.values())
    return [
        Row("desks connected", DESKS, ""),
        Row(f"callers, {PER_S:g} a second", callers, ""),
        Row("telephones that rang", len(rings), ""),
        Row("pop rendered before the first ring", sum(seen) / len(seen), "of all", "before_ring"),
        Row("server to rendered, p50", _share(took_ms, 0.5), "ms"),
        Row("server to rendered, p95", _share(took_ms, 0.95), "ms", "p95_ms"),
        Row("server to rendered, longest", took_ms[-1], "ms"),
    ]


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _pops(folder: Path) -> dict[str, tuple[float, float]]:
    """Offer -> when its pop was made and first rendered, in seconds."""
    found: dict[str, tuple[float, float]] = {}
    question = "SELECT at, rendered_at, body FROM pop WHERE rendered_at IS NOT NULL ORDER BY id"
    for made, drawn, body in _stored(folder, question):
        found.setdefault(json.loads(body)["data"]["offer_id"], (_s(made), _s(drawn)))
    return found


def _rings(folder: Path) -> dict[str, float]:
    """Offer -> when its telephone first rang, in seconds."""
    question = "SELECT at, body FROM acd_event WHERE kind = 'OfferRinging' ORDER BY id DESC"
    return {json.loads(body)["offer"]: int(at) / 1e9 for at, body in _stored(folder, question)}


def _s(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def _stored(folder: Path, question: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder / "var" / "ivr.db")
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


BENCHMARK = Benchmark(
    name="pops",
    title=f"screen pops on {DESKS} desks, {PER_S:g} offers a second for {SECONDS:g} s",
    bars=("before_ring", "p95_ms"),
    run=measure,
)
