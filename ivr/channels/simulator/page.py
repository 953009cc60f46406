"""The simulator in a browser: one page with a keypad, and the JSON WebSocket that it talks to.

From the phone: `{"dial": "+90...", "from": "+90..."}` or `{"resume": "<call>"}` first, then
`{"press": "1"}`, `{"say": "kayıp kart"}`, `{"hang_up": true}`. To the phone: `{"call": id}`,
`{"hears": [{name, language, text, seconds}]}`, `{"cut": true}`,
`{"listens": true, "secret": bool}`, `{"ended": who, "outcome": what}`, `{"problem": "..."}`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from ivr.domain.call import CallId
from ivr.domain.errors import IvrError
from ivr.domain.phone import parse_phone, withheld
from ivr.media.collect import KEYS
from ivr.runtime.switch import Offered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.simulator.trunk import Message, SimulatorTrunk

_LOG = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
MESSAGE_BYTES = 4096
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
    """Routes `/simulator`, `/simulator/ws` and the page's files."""

    def __init__(
        self,
        trunk: SimulatorTrunk,
        numbers: Mapping[str, str],
        country: str,
        new_ref: Callable[[], str],
    ) -> None:
        """numbers: called number -> flow. new_ref: an id for each simulated call."""
        self._trunk = trunk
        self._numbers = numbers
        self._country = country
        self._new_ref = new_ref
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        return [
            web.get("/simulator", self._page),
            web.get("/simulator/numbers", self._list),
            web.get("/simulator/ws", self._talk),
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
        """One phone for as long as its connection lasts."""
        if not _same_origin(request):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(
            timeout=CLOSE_S, heartbeat=HEARTBEAT_S, max_msg_size=MESSAGE_BYTES
        )
        await socket.prepare(request)
        self._open.add(socket)
        phone = _Connection(self._trunk, socket, self._offered)
        try:
            await phone.run()
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


class _Connection:
    """One browser: reads what the phone does, writes what it hears."""

    def __init__(
        self,
        trunk: SimulatorTrunk,
        socket: web.WebSocketResponse,
        offered: Callable[[str, str], Offered | None],
    ) -> None:
        self._trunk = trunk
        self._socket = socket
        self._offered = offered
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self._tell = self._outgoing.put_nowait
        self._call: CallId | None = None

    async def run(self) -> None:
        """Until the browser goes away; a call that goes on keeps its place for a minute."""
        try:
            async with asyncio.TaskGroup() as both:
                writing = both.create_task(self._write())
                await self._read()
                writing.cancel()
        finally:
            if self._call is not None:
                self._trunk.detach(self._call, self._tell)

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                message = await self._outgoing.get()
                await self._socket.send_json(message)

    async def _read(self) -> None:
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT:
                try:
                    await self._act(_parsed(frame.data))
                except IvrError:
                    _LOG.exception("simulator_failed")
                    self._tell({"problem": "that did not work, try again"})

    async def _act(self, message: Mapping[str, Any]) -> None:
        if self._call is not None and not self._trunk.has(self._call):
            self._call = None
        if "dial" in message and self._call is not None:
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


def _parsed(text: str) -> Mapping[str, Any]:
    """A message, or nothing if it is not one: a phone cannot break the server."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


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
