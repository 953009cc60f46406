"""A server with the API alone: people in memory, a floor that only remembers what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from ivr.domain.errors import NotFoundError, StaleVersionError
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.memory.keys import PlainKeys
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.desk import AgentRow, Person
from ivr.web.api import ApiParts, add_api
from ivr.web.auth.passwords import Passwords
from ivr.web.auth.tickets import Tickets
from ivr.web.errors import outermost
from ivr.web.gate import Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from ivr.runtime.ports import Clock, Store
    from ivr.web.auth.keys import MachineKeys
    from ivr.web.floor import Floor
    from ivr.web.gate import Gate
    from ivr.web.typed import Route

PASSWORD = "tarçın kokulu 7 vapur"  # noqa: S105 - of people that exist in tests only
BASE = "http://127.0.0.1"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
KEPT = QUICK.hash(PASSWORD)
HERE = Place(BASE, local=True)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class FakeFloor:
    """Implements `Floor`. asked: every change that was wanted of it, in order."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self.open: dict[str, list[dict[str, Any]]] = {}
        self.late: list[dict[str, Any]] = []
        self.over: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.asked: list[tuple[Any, ...]] = []

    def put(self, agent: str, **more: object) -> None:
        """An agent's row."""
        row = {"agent": agent, "state": "available", "version": 3, "teams": [], "queues": []}
        self.rows[agent] = {**row, "call": None, **more}

    def agent(self, name: str) -> Mapping[str, Any] | None:
        return self.rows.get(name)

    def agents(self) -> Sequence[Mapping[str, Any]]:
        return list(self.rows.values())

    def queues(self) -> Sequence[Mapping[str, Any]]:
        return [{"queue": name, "waiting": len(rows)} for name, rows in self.lines.items()]

    def waiting(self, queue: str) -> Sequence[Mapping[str, Any]]:
        return self.lines[queue]

    def offers(self, agent: str) -> Sequence[Mapping[str, Any]]:
        return self.open.get(agent, [])

    def call_of(self, offer: str) -> str | None:
        rows = [row for each in self.open.values() for row in each if row["offer"] == offer]
        return rows[0]["call"] if rows else None

    async def ended(self, queue: str, figure: str, span: str) -> Sequence[Mapping[str, Any]]:
        return self.over.get((queue, figure), []) if span == "day" else self.late

    async def ask(self, agent: str, what: str, **facts: Any) -> Mapping[str, Any]:  # noqa: ANN401
        row = self.rows.get(agent)
        if row is None:
            raise NotFoundError("no such agent")
        if facts["version"] != row["version"]:
            raise StaleVersionError("it has changed")
        self.asked.append(("ask", agent, what, facts))
        row["version"] += 1
        return row

    async def decline(self, offer: str, reason: str) -> None:
        self.asked.append(("decline", offer, reason))

    async def priority(self, call: str, priority: str, by: str, reason: str) -> None:
        self.asked.append(("priority", call, priority, by, reason))

    async def control(
        self, call: str, action: str, body: Mapping[str, Any], who: str
    ) -> Mapping[str, Any]:
        self.asked.append(("control", call, action, dict(body), who))
        return {"call": call}

    async def confirm(self, pop: str, agent: str) -> bool:
        """Pops named `p-AGENT` are open at that agent's desk."""
        self.asked.append(("confirm", pop, agent))
        return pop == f"p-{agent}"

    async def reload(self) -> None:
        self.asked.append(("reload",))


@dataclass(slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: Any
    cookies: Mapping[str, Any]


@dataclass(slots=True)
class Door:
    """The server, its seams, and browsers in front of it."""

    client: TestClient[Any, Any]
    store: Store
    floor: FakeFloor
    clock: VirtualClock
    parts: ApiParts
    gate: Gate
    more: list[Route] = field(default_factory=list)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    async def add(self, name: str, *roles: str, teams: tuple[str, ...] = (), **more: Any) -> Person:  # noqa: ANN401
        """Somebody with the common password; an agent gets a card too."""
        person = Person(name, name.title(), roles, teams, password=KEPT, **more)
        if "agent" in roles:
            await self.store.agents.save(AgentRow(name, teams=teams))
            self.floor.put(name, teams=list(teams))
        return await self.store.people.save(person)

    async def send(
        self,
        method: str,
        path: str,
        who: str = "",
        json_: object = None,
        **headers: str,
    ) -> Answer:
        """A request; who: somebody who has signed in by `sign_in`. Headers: `If_Match="3"`."""
        given = {**SAME_SITE, **self.tokens.get(who, {})}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if json_ is None else json.dumps(json_)
        if data is not None:
            given.setdefault("Content-Type", "application/json")
        self.client.session.cookie_jar.clear()
        async with self.client.request(
            method, f"/api/v1{path}", data=data, headers=given, allow_redirects=False
        ) as answer:
            raw = await answer.read()
            body = json.loads(raw) if raw else None
            return Answer(answer.status, answer.headers, body, dict(answer.cookies))

    async def sign_in(self, name: str, **more: str) -> Answer:
        """Sign in and remember cookie and token of that person."""
        answer = await self.login(name, **more)
        assert answer.status == 200, answer.body
        [(cookie, value)] = answer.cookies.items()
        self.tokens[name] = {"Cookie": f"{cookie}={value.value}"}
        me = await self.send("GET", "/me", name)
        self.tokens[name]["X-CSRF-Token"] = me.body["csrf"]
        return answer

    async def login(self, name: str, password: str = PASSWORD, **more: str) -> Answer:
        """Try to sign in."""
        return await self.send("POST", "/login", "", {"name": name, "password": password, **more})


def parts_of(
    store: Store,
    floor: Floor,
    clock: Clock,
    place: Place = HERE,
    **more: Any,  # noqa: ANN401 - further fields of it
) -> ApiParts:
    """What the API needs, from a store; its secrets lie open and passwords are checked quickly."""
    further: dict[str, Any] = {"tickets": Tickets(clock), "passwords": Passwords(QUICK)} | more
    return ApiParts(
        people=store.people,
        agents=store.agents,
        interactions=store.interactions,
        log=store.groups,
        wrapups=store.wrapups,
        audit=store.audit,
        floor=floor,
        clock=clock,
        keys=PlainKeys(),
        place=place,
        **further,
    )


async def door(
    *,
    base: str = BASE,
    local: bool = True,
    proxies: tuple[str, ...] = (),
    keys: MachineKeys | None = None,
    store: Store | None = None,
    more: Callable[[ApiParts], list[Route]] = lambda _parts: [],
) -> AsyncIterator[Door]:
    """A running server; use as `async with opened(...)`. more: routes beside those of the desk."""
    store, floor, clock = store or MemoryStore(), FakeFloor(), VirtualClock()
    place = Place(base, local, tuple(ip_network(each) for each in proxies))
    parts = parts_of(*(store, floor, clock, place), confirm=floor.confirm, machine_keys=keys)
    app = web.Application(middlewares=[outermost])
    further = more(parts)
    gate = add_api(app, parts, further)
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    try:
        yield Door(client, store, floor, clock, parts, gate, further)
    finally:
        await client.close()


def opened(**more: Any) -> AbstractAsyncContextManager[Door]:  # noqa: ANN401 - as `door`
    """A running server for a block."""
    from contextlib import asynccontextmanager  # noqa: PLC0415

    return asynccontextmanager(door)(**more)
