"""Signalling over WebSocket: the phone in an agent's browser, one message in each frame.

Source: RFC 7118. The browser shows where its page came from and a ticket that is good for once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from ivr.channels.sip.endpoint.door import MESSAGE_BYTES
from ivr.channels.sip.wire.words import Flow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from ivr.channels.sip.endpoint.door import Door, Ears
    from ivr.channels.sip.wire.words import Place
    from ivr.runtime.tasks import Tasks

    OriginCheck: TypeAlias = Callable[[str], bool]
    TicketCheck: TypeAlias = Callable[[str], Awaitable[bool]]

SUBPROTOCOL: Final = "sip"
PING: Final = b"\r\n\r\n"
PONG: Final = "\r\n"
HEARTBEAT_S: Final = 13.0  # half of it for the pong: a dead browser is noticed within 20 s
OUTBOX_MESSAGES: Final = 64


def no_origin(origin: str) -> bool:
    """Nobody may connect until somebody has said which pages may."""
    return False


async def no_ticket(ticket: str) -> bool:
    """No ticket is good until somebody issues tickets."""
    return False


class WebPhone:
    """One browser's connection: what is to be written waits here until the socket takes it."""

    def __init__(self, request: web.Request, flow: Flow) -> None:
        self.flow = flow
        self.wire = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), heartbeat=HEARTBEAT_S, max_msg_size=MESSAGE_BYTES
        )
        self._request = request
        self._outbox: asyncio.Queue[str | bytes] = asyncio.Queue(OUTBOX_MESSAGES)

    def write(self, message: str | bytes) -> bool:
        """Queue one frame; False, and the connection is cut, if the browser takes nothing."""
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.cut()
            return False
        return True

    def cut(self) -> None:
        """End the connection at once."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write_on(self) -> None:
        """Write frame by frame until the connection ends."""
        try:
            while True:
                message = await self._outbox.get()
                if isinstance(message, str):
                    await self.wire.send_str(message)
                else:
                    await self.wire.send_bytes(message)
        except ConnectionError:
            return


class WebPhones:
    """The route `/sip`. Without both checks nobody gets in.

    origin_ok: whether a page from this origin may connect; the header absent counts as "".
    take_ticket: whether the ticket in `?ticket=` is good; it is spent by asking.
    """

    def __init__(
        self,
        ears: Ears,
        door: Door,
        tasks: Tasks,
        origin_ok: OriginCheck = no_origin,
        take_ticket: TicketCheck = no_ticket,
    ) -> None:
        self._ears = ears
        self._door = door
        self._tasks = tasks
        self._origin_ok = origin_ok
        self._take_ticket = take_ticket
        self._phones: dict[int, WebPhone] = {}
        self._closed = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one browser until it goes. Refusals: 403 origin or ticket, 400 no SIP, 503 full."""
        refused = self._refusal(request)
        if refused is not None:
            return refused
        if not await self._take_ticket(request.query.get("ticket", "")):
            return self._turn_away("ticket")
        if self._closed or not self._door.admit(None):
            return web.Response(status=503)
        try:
            return await self._serve(request)
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
                await asyncio.gather(*(phone.wire.close(code=1001) for phone in phones))
        except TimeoutError:
            for phone in phones:
                phone.cut()

    def _refusal(self, request: web.Request) -> web.Response | None:
        offered = request.headers.get("Sec-WebSocket-Protocol", "")
        if not self._origin_ok(request.headers.get("Origin", "")):
            return self._turn_away("origin")
        if SUBPROTOCOL not in {name.strip().lower() for name in offered.split(",")}:
            return web.Response(status=400)
        return None

    def _turn_away(self, reason: str) -> web.Response:
        self._door.turned_away[reason] += 1
        return web.Response(status=403)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        phone = WebPhone(request, _flow(request, next(self._door.numbers)))
        await phone.wire.prepare(request)
        self._phones[phone.flow.connection] = phone
        writer = self._tasks.start(phone.write_on(), "sip_websocket")
        try:
            await self._listen(phone)
        finally:
            writer.cancel()
            del self._phones[phone.flow.connection]
            self._ears.lost(phone.flow, self._ears.now())
            self._ears.settle()
        return phone.wire

    async def _listen(self, phone: WebPhone) -> None:
        """Hand each frame over. The first must come in time; later ones the heartbeat watches."""
        limit_s: float | None = self._door.limits.message_s
        while True:
            try:
                frame = await phone.wire.receive(limit_s)
            except TimeoutError:
                self._door.turned_away["slow"] += 1
                return
            if frame.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            limit_s = None
            data = frame.data.encode() if frame.type is WSMsgType.TEXT else frame.data
            self._hear(phone, data)

    def _hear(self, phone: WebPhone, data: bytes) -> None:
        if data == PING:
            phone.write(PONG)
            return
        self._ears.receive(data, phone.flow, self._ears.now())
        self._ears.settle()


def _place(address: object) -> Place:
    """Host and port of one end; a proxy may reach us by a UNIX socket, which has neither."""
    return (str(address[0]), int(address[1])) if isinstance(address, tuple) else ("", 0)


def _flow(request: web.Request, number: int) -> Flow:
    """The flow of a browser. Behind a proxy the remote end is the proxy's; the number tells."""
    wire = request.transport
    local = _place(wire.get_extra_info("sockname") if wire else None)
    remote = _place(wire.get_extra_info("peername") if wire else None)
    return Flow("wss" if request.secure else "ws", local, remote, number)


def _frame(data: bytes) -> str | bytes:
    """Text if it is UTF-8, which is what browsers' SIP libraries read most surely."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
