"""Signalling over WebSocket: the phone in an agent's browser, one message in each frame.

Source: RFC 7118; who gets in and what a connection may do: `security.md` 5. The browser shows where
its page came from and a ticket that is good for once. Close codes: 4400 too many frames or
connections, 4401 the session is over, 1009 too long a frame, 1012 come back in a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from ivr.channels.sip.endpoint.door import MESSAGE_BYTES
from ivr.channels.sip.endpoint.webphone import PONG, WebPhone
from ivr.channels.sip.wire.words import Flow

if TYPE_CHECKING:
    from aiohttp import WSMessage

    from ivr.channels import Guest, Pages, Still
    from ivr.channels.sip.endpoint.door import Door, Ears
    from ivr.channels.sip.wire.words import Place
    from ivr.runtime.tasks import Tasks

SUBPROTOCOL: Final = "sip"
PING: Final = b"\r\n\r\n"
FLOOD, SIGNED_OUT, COME_BACK = 4400, 4401, 1012
CROWDED: Final = FLOOD
MOST_OF_A_PERSON: Final = 5


class WebPhones:
    """The route `/sip`. local: our end, as the core knows it."""

    def __init__(self, ears: Ears, door: Door, tasks: Tasks, pages: Pages, local: Place) -> None:
        self._ears = ears
        self._door = door
        self._tasks = tasks
        self._pages = pages
        self._local = local
        self._phones: dict[int, WebPhone] = {}
        self._closed = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one browser until it goes. Refusals: 403 origin or ticket, 400 no SIP, 503 full."""
        refused = self._refusal(request)
        if refused is not None:
            return refused
        guest = await self._pages.take(request.query.get("ticket", ""))
        if guest is None:
            return self._turn_away("ticket")
        if self._closed or not self._door.admit(None):
            return web.Response(status=503)
        try:
            return await self._serve(request, guest)
        finally:
            self._door.leave(None)

    def send(self, flow: Flow, data: bytes) -> bool:
        """Write one message as one frame; False if that browser is gone."""
        phone = self._phones.get(flow.connection)
        if phone is None:
            return False
        if not phone.write(_frame(data)):
            self._door.turned_away["unsent"] += 1
        return True

    async def close(self) -> None:
        """Say goodbye to all browsers, within `flush_s`; who does not answer is cut."""
        self._closed = True
        phones = list(self._phones.values())
        try:
            async with asyncio.timeout(self._door.limits.flush_s):
                await asyncio.gather(*(phone.end(COME_BACK) for phone in phones))
        except TimeoutError:
            for phone in phones:
                phone.cut()

    def _refusal(self, request: web.Request) -> web.Response | None:
        offered = request.headers.get("Sec-WebSocket-Protocol", "")
        if not self._pages.is_ours(request):
            return self._turn_away("origin")
        if SUBPROTOCOL not in {name.strip().lower() for name in offered.split(",")}:
            return web.Response(status=400)
        return None

    def _turn_away(self, reason: str) -> web.Response:
        self._door.turned_away[reason] += 1
        return web.Response(status=403)

    async def _serve(self, request: web.Request, guest: Guest) -> web.StreamResponse:
        wire = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            autoping=False,
            compress=False,
            max_msg_size=MESSAGE_BYTES,
            timeout=2.0,
        )
        phone = WebPhone(wire, request, self._flow(request), self._door.limits, self._tasks)
        await wire.prepare(request)
        self._enter(phone, guest.name)
        work = [
            self._tasks.start(phone.write_on(), "sip_websocket"),
            self._tasks.start(self._beats(phone, guest.lives), "sip_websocket_beat"),
        ]
        try:
            await self._listen(phone)
        finally:
            phone.over.set()
            for task in work:
                task.cancel()
            del self._phones[phone.flow.connection]
            self._ears.lost(phone.flow, self._ears.now())
            self._ears.settle()
        await phone.parted()
        return wire

    def _enter(self, phone: WebPhone, person: str) -> None:
        """One more of this person; his oldest ones go if there are too many."""
        phone.person = person
        self._phones[phone.flow.connection] = phone
        his = [each for each in self._phones.values() if each.person == person]
        for oldest in his[:-MOST_OF_A_PERSON]:
            self._door.turned_away["person"] += 1
            self._tasks.start(oldest.end(CROWDED), "sip_websocket_oldest")

    async def _listen(self, phone: WebPhone) -> None:
        """Hand each frame over. The first must come in time; later ones the beats watch."""
        first_by_s: float | None = self._ears.now() + self._door.limits.message_s
        while True:
            try:
                async with asyncio.timeout_at(first_by_s):
                    frame = await phone.wire.receive()
            except TimeoutError:
                self._door.turned_away["slow"] += 1
                return
            now = phone.heard_s = self._ears.now()
            if frame.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                first_by_s = None
            elif frame.type not in {WSMsgType.PING, WSMsgType.PONG}:
                return
            if not phone.may_say_more(now):
                self._door.turned_away["flood"] += 1
                await phone.end(FLOOD)
                return
            await self._hear(phone, frame)

    async def _hear(self, phone: WebPhone, frame: WSMessage) -> None:
        if frame.type is WSMsgType.PONG:
            return
        if frame.type is WSMsgType.PING:
            with contextlib.suppress(ConnectionError):
                await phone.wire.pong(frame.data)
            return
        data = frame.data.encode() if frame.type is WSMsgType.TEXT else frame.data
        if data == PING:
            phone.write(PONG)
            return
        self._ears.receive(data, phone.flow, self._ears.now())
        self._ears.settle()

    async def _beats(self, phone: WebPhone, still: Still) -> None:
        """Ask whether the browser lives, and whether its person is still signed in."""
        limits = self._door.limits
        while not await phone.ends_within(limits.ping_s):
            if self._ears.now() - phone.heard_s >= limits.dead_s:
                self._door.turned_away["dead"] += 1
                phone.cut()
                return
            if not await still():
                self._door.turned_away["signed_out"] += 1
                await phone.end(SIGNED_OUT)
                return
            await phone.ping()

    def _flow(self, request: web.Request) -> Flow:
        """The flow of a browser. Behind a proxy the port is the proxy's; the number tells."""
        wire = request.transport
        far = wire.get_extra_info("peername") if wire else None
        remote = self._pages.source(request), _place(far)[1]
        is_secure = request.secure or self._pages.secure
        return Flow("wss" if is_secure else "ws", self._local, remote, next(self._door.numbers))


def _place(address: object) -> Place:
    """Host and port of one end; a proxy may reach us by a UNIX socket, which has neither."""
    return (str(address[0]), int(address[1])) if isinstance(address, tuple) else ("", 0)


def _frame(data: bytes) -> str | bytes:
    """Text if it is UTF-8, which is what browsers' SIP libraries read most surely."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
