"""The simulator in a browser: one page with a keypad, and the JSON WebSocket that it talks to.

From the phone: `{"dial": "+90...", "from": "+90..."}` or `{"resume": "<call>"}` first, then
`{"press": "1"}`, `{"say": "kayıp kart"}`, `{"hang_up": true}`. To the phone: `{"call": id}`,
`{"hears": [{name, language, text, seconds}]}`, `{"cut": true}`, `{"music": file or false}`,
`{"listens": true, "secret": bool}`, `{"records": bool, "end_key": "#"}` while a message is taken,
`{"ended": who, "outcome": what}`, `{"problem": "..."}`; and in a talk with an agent what
`station.py` names: `talk`, `says`, `presses`. Texts: `texts.py`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ivr.channels.simulator.connection import Connection
from ivr.channels.simulator.station import AgentConnection, is_name
from ivr.domain.call import CallId
from ivr.domain.phone import parse_phone, withheld
from ivr.media.collect import KEYS
from ivr.runtime.switch import Offered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.simulator.texts import SimulatorTexts
    from ivr.channels.simulator.trunk import SimulatorTrunk

STATIC = Path(__file__).parent / "static"
MESSAGE_BYTES = 12 * 1024
WORDS = 200
DIALLED = 40
HEARTBEAT_S = 10.0
CLOSE_S = 2.0
"""How long a browser may take to say goodbye when we do."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class SimulatorPages:
    """Routes `/simulator`, `/simulator/ws`, `/simulator/agent/ws` and the page's files."""

    def __init__(
        self,
        trunk: SimulatorTrunk,
        numbers: Mapping[str, str],
        country: str,
        new_ref: Callable[[], str],
        texts: SimulatorTexts | None = None,
    ) -> None:
        """numbers: called number -> flow. new_ref: an id for each simulated call."""
        self._trunk = trunk
        self._numbers = numbers
        self._country = country
        self._new_ref = new_ref
        self._texts = texts
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/simulator", self._page),
            web.get("/simulator/numbers", self._list),
            web.get("/simulator/ws", self._talk),
            web.get("/simulator/agent/ws", self._agent),
            web.get("/simulator/{file:phone[.](?:js|css)}", self._file),
        ]

    async def close(self) -> None:
        """End every connection, so that the server can stop (close code 1012, restarting)."""
        closing = (socket.close(code=1012, message=b"restarting") for socket in self._open)
        await asyncio.gather(*closing, return_exceptions=True)

    async def _page(self, _request: web.Request) -> web.Response:
        return _static("phone.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _static(request.match_info["file"])

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(dict(self._numbers))

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        """A caller's phone for as long as its connection lasts."""
        return await self._serve(
            request, lambda found: CallerConnection(self._trunk, found, self._offered, self._texts)
        )

    async def _agent(self, request: web.Request) -> web.WebSocketResponse:
        """An agent's telephone for as long as its connection lasts."""
        name = request.query.get("name", "")
        if not is_name(name):
            raise web.HTTPBadRequest(text="name=NAME is wanted: 1 to 64 characters, no spaces\n")
        return await self._serve(request, lambda found: AgentConnection(self._trunk, found, name))

    async def _serve(
        self,
        request: web.Request,
        begin: Callable[[Connection], CallerConnection | AgentConnection],
    ) -> web.WebSocketResponse:
        if not _same_origin(request):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(
            timeout=CLOSE_S, heartbeat=HEARTBEAT_S, max_msg_size=MESSAGE_BYTES
        )
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await begin(Connection(socket)).run()
        finally:
            self._open.discard(socket)
        return socket

    def _offered(self, dialled: str, ani: str) -> Offered | None:
        """A dialled number as a call; None if no flow answers it."""
        number = dialled if dialled in self._numbers else parse_phone(dialled, self._country)
        if number is None or number not in self._numbers:
            return None
        caller = None if not ani or withheld(ani) else parse_phone(ani, self._country)
        return Offered(
            trunk=self._trunk.name,
            channel=self._trunk.channel,
            provider_ref=self._new_ref(),
            dnis=number,
            ani=caller,
            flow=self._numbers[number],
        )


class CallerConnection:
    """One browser: does what the caller does, and knows which call it is."""

    def __init__(
        self,
        trunk: SimulatorTrunk,
        connection: Connection,
        offered: Callable[[str, str], Offered | None],
        texts: SimulatorTexts | None = None,
    ) -> None:
        self._trunk = trunk
        self._connection = connection
        self._texts = texts
        self._number: str | None = None
        self._offered = offered
        self._tell = connection.tell
        self._call: CallId | None = None

    async def run(self) -> None:
        """Until the browser goes away; a call that goes on keeps its place for a minute."""
        try:
            await self._connection.run(self._act)
        finally:
            if self._call is not None:
                self._trunk.detach(self._call, self._tell)
            if self._texts is not None and self._number is not None:
                self._texts.leave(self._number, self._tell)

    async def _act(self, message: Mapping[str, Any]) -> None:
        if self._call is not None and not self._trunk.has(self._call):
            self._call = None
        if "texts" in message or "text" in message:
            await self._texted(message)
        elif "dial" in message and self._call is not None:
            self._tell({"problem": "this phone is in a call"})
        elif "dial" in message:
            await self._dial(str(message["dial"]), str(message.get("from", "")))
        elif "resume" in message:
            self._resume(CallId(str(message["resume"])))
        elif self._call is None:
            self._tell({"problem": "dial first"})
        else:
            await self._during(self._call, message)

    async def _during(self, call: CallId, message: Mapping[str, Any]) -> None:
        key = str(message.get("press", ""))
        if len(key) == 1 and key in KEYS:
            await self._trunk.press(call, key)
        elif "say" in message:
            await self._trunk.say(call, str(message["say"])[:WORDS])
        elif message.get("hang_up") is True:
            await self._trunk.hang_up(call)
        else:
            self._tell({"problem": "press, say or hang_up is wanted"})

    async def _texted(self, message: Mapping[str, Any]) -> None:
        """Whose phone this is, or what he writes on it."""
        if self._texts is None:
            self._tell({"problem": "this trunk has no texts"})
        elif "texts" in message:
            await self._show(self._texts, self._texts.number(message["texts"]))
        elif self._number is None:
            self._tell({"problem": "say whose phone it is first"})
        elif problem := await self._texts.write(self._number, message):
            self._tell({"problem": problem})

    async def _show(self, texts: SimulatorTexts, number: str | None) -> None:
        if self._number is not None:
            texts.leave(self._number, self._tell)
        self._number = number
        if number is None:
            self._tell({"problem": "this is no telephone number"})
        else:
            self._tell({"texts": number})
            await texts.show(number, self._tell)

    async def _dial(self, dialled: str, ani: str) -> None:
        offered = self._offered(dialled, ani)
        if offered is None:
            self._tell({"problem": f"no flow answers {dialled[:DIALLED]}"})
            return
        self._call = await self._trunk.dial(offered, self._tell)
        if self._call is None:
            self._tell({"problem": "no new calls are taken now"})

    def _resume(self, call: CallId) -> None:
        if self._trunk.attach(call, self._tell):
            self._call = call
        else:
            self._tell({"problem": "this call is over"})


def _same_origin(request: web.Request) -> bool:
    """A page of somebody else's must not place calls (no Origin: not a browser)."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _static(name: str) -> web.Response:
    path = STATIC / name
    headers = {
        "Content-Security-Policy": CSP,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES[path.suffix],
        charset="utf-8",
        headers=headers,
    )
