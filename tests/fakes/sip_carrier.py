"""A telephone company for tests: takes the server's calls and registrations, and makes calls.

Built on the plain phone of `sip_phone.py`, so none of the server's code is in it. Several of them
live side by side on loopback addresses of their own (127.0.0.2, 127.0.0.3).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from typing import TYPE_CHECKING, cast

from tests.fakes.sip_line import StreamLine
from tests.fakes.sip_phone import Dialog, Message, SipPhone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.sip_line import Line

CARRIER = "127.0.0.2"


class SipCarrier(SipPhone):
    """One server of a carrier. It answers to where a message came from.

    on: what it does about each request, by method; what is not named gets no answer. transport:
    UDP, or TCP or TLS (with `tls`), where the server must connect.
    """

    def __init__(
        self,
        host: str = CARRIER,
        user: str = "carrier",
        transport: str = "UDP",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), user, host, transport=transport)
        self._tls = tls
        self.moved = ""
        self.on: dict[str, Callable[[Message], None]] = {"OPTIONS": self.accept}
        self.answers = self._act

    @property
    def written(self) -> str:
        """Its address as `servers` names it."""
        return f"{self.host}:{self.sip_port}"

    @property
    def contact(self) -> str:
        """Where requests of the server reach it, or where it sends a call (`moved`)."""
        if self.moved:
            return self.moved
        way = "" if self.transport == "UDP" else f";transport={self.transport.lower()}"
        return f"sip:{self.user}@{self.host}:{self.sip_port}{way}"

    async def _open_line(self) -> Line:
        if self.transport == "UDP":
            return await Post.open(self)
        return await Exchange.open(self, self._tls)

    def took(self, data: bytes, source: tuple[str, int]) -> None:
        """A message came: what is sent from now on goes back to its source."""
        self.server = source
        self._take(data, source)

    def _act(self, message: Message) -> None:
        do = self.on.get(message.method)
        if do is not None:
            do(message)

    def accept(self, message: Message) -> None:
        """200."""
        self.reply(message, 200, tag="carrier")

    def says(self, status: int, reason: str = "No", extra: str = "") -> Callable[[Message], None]:
        """What answers so to every request."""
        return lambda message: self.reply(message, status, reason, tag="carrier", extra=extra)

    def asks_for_password(self, status: int = 401) -> Callable[[Message], None]:
        """What wants a login first, and then is content; the proof is for the test to look at."""
        header, proof = _HEADERS[status]

        def act(message: Message) -> None:
            if message.get(proof):
                self.accept(message)
                return
            challenge = f'{header}: Digest realm="carrier", nonce="n1", algorithm=MD5, qop="auth"'
            self.reply(message, status, "Who are you", tag="carrier", extra=challenge)

        return act

    def asked(self, method: str) -> list[Message]:
        """The requests of a kind that came so far."""
        return [one for one in self.heard if not one.status and one.method == method]

    async def next(self, method: str, number: int = 0) -> Message:
        """A request, also one that came before. number: which of its kind."""
        await self.until(lambda: len(self.asked(method)) > number)
        return self.asked(method)[number]

    async def picks_up(self, number: int = 0, *, extra: str = "") -> Dialog:
        """Rings, answers, and waits for the ACK; returns its side of the call."""
        invite = await self.next("INVITE", number)
        self.reply(invite, 180, "Ringing", tag="carrier")
        return await self.takes(invite, extra=extra)

    async def takes(self, invite: Message, *, extra: str = "") -> Dialog:
        """Answers an INVITE and waits for the ACK."""
        self.reply(invite, 200, tag="carrier", body=self.sdp(), extra=extra)
        await self.wait(
            lambda m: m.method == "ACK" and not m.status and m["call-id"] == invite["call-id"]
        )
        target = re.search(r"<([^>]+)>", invite["contact"])
        assert target
        dialog = Dialog(
            invite["call-id"], f"{invite['to']};tag=carrier", invite["from"], target[1], cseq=10
        )
        dialog.remote_audio = invite.audio
        return dialog


_HEADERS = {
    401: ("WWW-Authenticate", "authorization"),
    407: ("Proxy-Authenticate", "proxy-authorization"),
}


class Post(asyncio.DatagramProtocol):
    """UDP of a carrier: sends to where it last heard somebody."""

    def __init__(self, carrier: SipCarrier) -> None:
        self._carrier = carrier
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    @classmethod
    async def open(cls, carrier: SipCarrier) -> Post:
        """Bind any free port."""
        made, loop = cls(carrier), asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: made, (carrier.host, 0))
        made._transport = transport
        made.port = transport.get_extra_info("sockname")[1]
        return made

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._carrier.took(data, addr)

    def send(self, data: bytes) -> None:
        """One datagram."""
        assert self._transport is not None
        self._transport.sendto(data, self._carrier.server)

    def close(self) -> None:
        """Close the socket."""
        assert self._transport is not None
        self._transport.close()


class Exchange:
    """TCP or TLS of a carrier: who connects is heard, and answered on the newest connection."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[StreamLine] = []
        self._server: asyncio.Server | None = None

    @classmethod
    async def open(cls, carrier: SipCarrier, tls: ssl.SSLContext | None) -> Exchange:
        """Listen on any free port."""
        made, loop = cls(), asyncio.get_running_loop()
        made._server = await loop.create_server(
            lambda: Taken(carrier.took, ("", 0), made), carrier.host, 0, ssl=tls
        )
        made.port = made._server.sockets[0].getsockname()[1]
        return made

    def send(self, data: bytes) -> None:
        """On the newest connection."""
        self.taken[-1].send(data)

    def close(self) -> None:
        """Listen no more, and let go of all connections."""
        assert self._server is not None
        self._server.close()
        for each in self.taken:
            each.close()


class Taken(StreamLine):
    """One connection that the server made."""

    def __init__(
        self, take: Callable[[bytes, tuple[str, int]], None], at: tuple[str, int], of: Exchange
    ) -> None:
        super().__init__(take, at, 0)
        self._of = of

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server = transport.get_extra_info("peername")
        self._of.taken.append(self)


class TlsPhone(SipPhone):
    """Somebody who connects by TLS and believes one authority of its own."""

    def __init__(self, server: tuple[str, int], host: str, authority: Path) -> None:
        super().__init__(server, "carrier", host, transport="TLS")
        self._authority = authority

    @property
    def contact(self) -> str:
        """Where requests of the server reach it: on its connection."""
        return f"sip:{self.user}@{self.host}:{self.sip_port};transport=tls"

    async def _open_line(self) -> Line:
        trust = ssl.create_default_context(cafile=self._authority)
        line, loop = StreamLine(self._take, self.server, 0), asyncio.get_running_loop()
        line._transport, _ = await loop.create_connection(
            lambda: line, *self.server, local_addr=(self.host, 0), ssl=trust
        )
        line.port = line._transport.get_extra_info("sockname")[1]
        return line
