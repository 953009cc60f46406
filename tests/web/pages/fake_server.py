"""The far side of the pages: the API and the WebSocket of the server, played from a script.

It serves the real documents and files. A test says what the server knows (`knows`), tells the page
what happens (`tell`, `figure`) and reads what the page asked for (`asked`) and sent up (`heard`).
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from ivr.web.errors import outermost
from ivr.web.pages import page_routes

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 30.0
CSRF = "a-token"
COOKIE = "fake"
STARTED = datetime.now(UTC)  # noqa: TID251 - the browser counts by the clock of this machine


def instant(seconds: float) -> str:
    """So many seconds from the start of the test run, as the server writes times."""
    return (STARTED + timedelta(seconds=seconds)).isoformat()


def from_now(seconds: float) -> str:
    """So many seconds from now."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: TID251 - see STARTED
    return at.isoformat()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a page. path: below /api/v1."""

    method: str
    path: str
    body: Any
    version: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in, as the documents want it."""

    language: str = ""


AGENT: dict[str, Any] = {
    "agent": "ayse", "number": 12, "display": "Ayşe Kaya", "state": "available",
    "since": instant(-75), "reason": "", "next": None, "next_reason": "", "version": 7,
    "endpoint": "sip:12", "reachable": True, "deadline": None, "misses": 0, "queues": ["cards"],
    "teams": ["cards"], "call": None, "offer": None, "wrapup": None,
}  # fmt: skip
ME: dict[str, Any] = {
    "person": "ayse", "display": "Ayşe Kaya", "roles": ["agent"], "language": "en", "agent": True,
    "csrf": CSRF, "teams": ["cards"], "rights": dict.fromkeys(
        ("agent:r", "queue:r", "agent_state:x"), "o"), "choices": {
        "breaks": ["lunch", "coffee"], "wrapup_codes": ["solved", "call_again"],
        "priorities": ["normal", "vip"], "places": ["branch"],
    }, "titles": {"queue": {"cards": {"tr": "Kartlar", "en": "Cards", "": "Kartlar"}},
                  "code": {"solved": {"tr": "Çözüldü", "en": "Solved"}}},
}  # fmt: skip
OVERSEER = dict.fromkeys(
    ("agent:r", "queue:r", "waiting:r", "agent_state:x", "listen:x", "supervise:x"), "t"
)
PAGE_OF = {"agent": "/desk", "supervisor": "/wallboard"}


@dataclass(slots=True)
class FakeServer:
    """One server with one person. knows: what a snapshot says."""

    me: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(ME)))
    knows: dict[str, Any] = field(
        default_factory=lambda: {
            "me": dict(AGENT), "offers": [], "call": None, "pops": [], "agents": [], "queues": [],
        }
    )  # fmt: skip
    password: str = "a long password"  # noqa: S105 - no real one
    heartbeat_s: float = 10
    second_factor: str = ""
    recovery_codes_left: int | None = None
    asked: list[Asked] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 40
    rev: int = 0
    connections: int = 0
    signed_in: bool = True
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def app(self) -> web.Application:
        """The application to serve."""
        made = web.Application(middlewares=[outermost])
        made.add_routes(page_routes(self._who))
        made.add_routes([web.get("/api/v1/events", self._socket)])
        made.router.add_route("*", "/api/v1/{path:.+}", self._api)
        made.on_shutdown.append(self._shut)
        return made

    # what a test does

    async def tell(self, kind: str, data: Any) -> None:  # noqa: ANN401 - JSON
        """An event of the agent's own stream."""
        self.seq += 1
        frame = {"seq": self.seq, "ts": from_now(0), "type": kind, "topic": "me", "data": data}
        self.sent.append(frame)
        await self._send(frame)

    async def figure(self, topic: str, data: Any) -> None:  # noqa: ANN401 - JSON
        """A figure: newest only."""
        self.rev += 1
        await self._send({"rev": self.rev, "ts": from_now(0), "topic": topic, "data": data})

    async def agent(self, **changes: Any) -> None:  # noqa: ANN401 - JSON
        """The agent's state changes."""
        self.knows["me"] |= {"version": self.knows["me"]["version"] + 1, **changes}
        await self.tell("agent.changed", self.knows["me"])

    async def cut(self, code: int = 1006) -> None:
        """Close every WebSocket."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait for something that a page asks or sends. Raises TimeoutError after 8 s."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(wanted)

    def found(self, method: str, path: str) -> list[Asked]:
        """The requests of this kind, in order."""
        return [each for each in self.asked if (each.method, each.path) == (method, path)]

    def stages(self, pop: str) -> list[tuple[int, str]]:
        """What pages acknowledged of a pop: (rev, stage), in order."""
        told = [frame["pop"] for frame in self.heard if "pop" in frame]
        return [(each["rev"], each["stage"]) for each in told if each["pop_id"] == pop]

    # what the server does

    async def _send(self, frame: dict[str, Any]) -> None:
        for socket in self._sockets:
            await socket.send_json(frame)

    async def _who(self, request: web.Request) -> Reader | None:
        return Reader(self.me["language"]) if self._knows(request) else None

    def _knows(self, request: web.Request) -> bool:
        return self.signed_in and COOKIE in request.cookies

    async def _api(self, request: web.Request) -> web.Response:
        path = f"/{request.match_info['path']}"
        body = await request.json() if request.can_read_body else None
        version = request.headers.get("If-Match", "")
        self.asked.append(Asked(request.method, path, body, version))
        await self._wake()
        if path == "/login":
            return self._login(body or {})
        if not self._knows(request) and path != "/setup":
            return _problem(401, "not-signed-in")
        if request.method != "GET" and path != "/setup" and self._forged(request):
            return _problem(403, "csrf")
        return self._answer(path)

    def _forged(self, request: web.Request) -> bool:
        return request.headers.get("X-CSRF-Token") != CSRF

    def _login(self, body: dict[str, str]) -> web.Response:
        if body.get("password") != self.password:
            return _problem(401, "sign-in-failed")
        if self.second_factor and body.get("code") != self.second_factor:
            return _problem(401, "second-factor")
        self.signed_in = True
        response = web.json_response(
            {
                "next": PAGE_OF[self.me["roles"][0]],
                "recovery_codes_left": self.recovery_codes_left,
            }
        )
        response.set_cookie(COOKIE, "yes", httponly=True, samesite="Lax")
        return response

    def _answer(self, path: str) -> web.Response:
        if path in self.answers:
            status, found = self.answers[path]
            return _problem(status, found) if status >= 400 else web.json_response(found)
        known = {"/me": self.me, "/events/ticket": {"ticket": "one-use"}}
        return web.json_response(known.get(path, {}))

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        self.connections += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(socket, json.loads(message.data))
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
        return socket

    async def _take(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        if "hello" in frame:
            await self._welcome(socket, frame["hello"]["last_seq"])
        await self._wake()

    async def _welcome(self, socket: web.WebSocketResponse, last: int) -> None:
        resumed = any(frame["seq"] == last + 1 for frame in self.sent) or 0 < last == self.seq
        welcome = {"seq": self.seq, "resumed": resumed, "heartbeat_s": self.heartbeat_s}
        await socket.send_json({"welcome": welcome})
        if not resumed:
            await socket.send_json({"snapshot": self.knows})
        for frame in self.sent if resumed else []:
            if frame["seq"] > last:
                await socket.send_json(frame)
        self._sockets.append(socket)

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _shut(self, _app: web.Application) -> None:
        await self.cut(1012)


def _problem(status: int, code: str) -> web.Response:
    body = {"title": code, "status": status, "code": code, "request_id": "r-1"}
    return web.json_response(body, status=status, content_type="application/problem+json")


def offer(state: str = "ringing", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An offer as a page gets it."""
    return {
        "offer": "o-9", "call": "c-77", "queue": "cards", "queue_title": "Cards", "state": state,
        "waited_s": 72, "ring_deadline": from_now(18), "may_decline": True,
        "caller": "+905321234567", **changes,
    }  # fmt: skip


def call(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A call as a page gets it."""
    can = ["hold", "mute", "transfer", "consult", "hangup"]
    return {
        "call": "c-77", "leg": "a", "state": "talking", "since": from_now(0),
        "caller": "+905321234567", "queue": "cards", "held": False, "muted": False,
        "consult": None, "can": can, **changes,
    }  # fmt: skip


def pop(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A screen pop, `pop/1` of acd-cti.md 10.2."""
    record = {
        "kind": "customer", "id": "C-9", "evidence": "customer no", "by": "entered_id",
        "fields": {"name": "Zeynep Işık", "segment": "VIP", "phone": "+90 532 *** 45 67"},
    }  # fmt: skip
    ticket = {
        "kind": "ticket", "id": "2026-000123", "evidence": "", "by": "entered_id",
        "fields": {"title": "Kart teslim edilmedi", "state": "open"},
    }  # fmt: skip
    contacts = [
        {"at": instant(-86400 * day), "call": f"c-{day}", "channel": "sip",
         "dnis": "+908502220000", "outcome": "answered", "note": f"Card limit {day}"}
        for day in (1, 3, 9, 30)
    ]  # fmt: skip
    return {
        "schema": "pop/1", "type": "open", "pop_id": "p-5", "rev": 0, "at": from_now(0),
        "call_id": "c-77", "offer_id": "o-9", "interaction_id": "i-41", "ani": "+905321234567",
        "ani_level": 3, "dnis": "+908502220000", "language": "tr", "queue": "cards", "wait_s": 72,
        "priority": "vip", "priority_reason": "customer.vip", "reason": "kayıp kart",
        "path": ["welcome", "main", "lost_card"],
        "entered": [{"kind": "customer_no", "value": "…1234", "verified": True}],
        "match": {"level": 3, "rule": "entered_id", "result": "one", "records": [record],
                  "suggest": []},
        "last_contacts": contacts,
        "open_tickets": [ticket], "facts": {"product": "Gold"}, "draft": None, "url": None,
        "survey": {"low_score_days": 12}, "callback_token": None, "sticky": "last_agent",
        "masked": ["card"], "crm": "pending", "expires_at": from_now(900), **changes,
    }  # fmt: skip


def queue(name: str = "cards", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A row of the wallboard."""
    return {
        "queue": name, "title": name.title(), "waiting": 3, "oldest_s": 12, "estimate_min": 2,
        "estimate_n": 40, "coverage": 0.8,
        "service_level": {"variant": "F3", "num": 84, "den": 100},
        "service_level_lately": {"num": 6, "den": 8, "open": 2},
        "answered": 120, "abandoned": 7, "overflowed": 1,
        "agents": {"available": 2, "talking": 5, "break": 1}, "threshold_s": 20, **changes,
    }  # fmt: skip
